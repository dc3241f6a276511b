// The simulator's page in a real browser: buttons, display, faults, lost connection, and a layout without overlaps.

import type { BrowserContext, Page } from "playwright-core"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import { browserTests, openBrowser, until } from "../support/browser/chromium"
import { layoutProblems } from "../support/browser/layout-problems"
import { ScriptedSimulator } from "../support/browser/scripted-simulator"

const SIZES = [
    { width: 1280, height: 800 },
    { width: 1920, height: 1080 },
]
/** A dial click of the wheel; one notch of a mouse gives two. */
const NOTCH_PX = 120

const test = suite("the simulator's page")
const inBrowser = browserTests(test)
let browser: BrowserContext | undefined

test.before(async () => {
    browser = await openBrowser({ viewport: SIZES[0]! })
})
test.after(() => browser?.close())

interface Opened {
    readonly page: Page
    readonly simulator: Awaited<ReturnType<typeof ScriptedSimulator.serve>>
    readonly problems: string[]
    /** Waits until the page's requests since the last call are these. */
    asks(...requests: object[]): Promise<void>
}

/** Opens the page, runs a test on it, and closes it; errors in its log and requests to other hosts fail the test. */
async function onPage(
    run: (opened: Opened) => Promise<void>,
    context: BrowserContext = browser!
): Promise<void> {
    const simulator = await ScriptedSimulator.serve()
    const page = await context.newPage()
    const problems: string[] = []
    page.on("pageerror", error => void problems.push(error.message))
    page.on("console", line => {
        if (line.type() === "error" && !/WebSocket/.test(line.text())) problems.push(line.text())
    })
    page.on("request", requested => {
        const url = requested.url()
        if (!url.startsWith(simulator.server.url) && !url.startsWith("data:")) problems.push(url)
    })
    const got: object[] = []
    const asks = async (...requests: object[]): Promise<void> => {
        await until(() => {
            got.push(...simulator.taken())
            return got.length >= requests.length
        })
        assert.equal(got.splice(0), requests)
    }
    try {
        await page.goto(simulator.server.url)
        await page.locator("body[data-link=open][data-plugged=true]").waitFor()
        await run({ page, simulator, problems, asks })
        assert.equal(problems, [])
    } finally {
        await page.close()
        await simulator.server.close()
    }
}

/** What a window without focus tells its page. */
const blur = (page: Page): Promise<unknown> =>
    page.evaluate("void dispatchEvent(new Event('blur'))")

inBrowser("a button is down while mouse, key or finger holds it, and several at once", () =>
    onPage(async ({ page, asks }) => {
        await page.locator("[data-button=return]").hover()
        await page.mouse.down()
        await asks({ press: "return" })
        await page.keyboard.down("ArrowLeft")
        await page.keyboard.down("ArrowRight")
        await asks({ press: "jog-distal" }, { press: "jog-proximal" })
        // Moved off the button, the mouse still holds it.
        await page.mouse.move(1000, 700)
        await page.keyboard.up("ArrowLeft")
        await page.mouse.up()
        await page.keyboard.up("ArrowRight")
        await asks({ release: "jog-distal" }, { release: "return" }, { release: "jog-proximal" })
        // Held twice, it is let go by the second release.
        await page.keyboard.down("h")
        await page.locator("[data-button=home]").click()
        await page.keyboard.up("h")
        await asks({ press: "home" }, { release: "home" })
    })
)

inBrowser("losing the focus, hiding, or a system key lets go of everything [IVUS-SIM-001]", () =>
    onPage(async ({ page, asks }) => {
        await page.keyboard.down("ArrowRight")
        await page.locator("[data-button=return]").hover()
        await page.mouse.down()
        await asks({ press: "jog-proximal" }, { press: "return" })
        await blur(page)
        await asks({ release: "jog-proximal" }, { release: "return" }, { releaseAll: true })
        // Neither the repeated key nor the mouse, both still down, presses again.
        await page.keyboard.down("ArrowRight")
        await page.mouse.up()
        await page.keyboard.up("ArrowRight")
        await page.keyboard.down("r")
        await asks({ press: "return" })
        await page.keyboard.down("Meta")
        await asks({ release: "return" })
        await page.keyboard.up("Meta")
        await page.keyboard.down("ArrowLeft")
        await page.evaluate(
            `Object.defineProperty(document, "hidden", { value: true });
            void document.dispatchEvent(new Event("visibilitychange"))`
        )
        await asks({ press: "jog-distal" }, { release: "jog-distal" }, { releaseAll: true })
    })
)

inBrowser("Space is START / STOP wherever the focus is; Enter uses a control, or the dial", () =>
    onPage(async ({ page, asks }) => {
        await page.locator("[data-fault=stall] button", { hasText: "Cause" }).focus()
        await page.keyboard.press(" ")
        await asks({ press: "start" }, { release: "start" })
        await page.keyboard.press("Enter")
        await asks({ cause: "stall" })
        await page.locator("[data-button=live]").focus()
        await page.keyboard.press("Enter")
        await asks({ press: "live" }, { release: "live" })
        // A click gives the focus back.
        await page.locator("[data-button=arm]").click()
        await page.keyboard.press("Enter")
        await asks(
            ...[{ press: "arm" }, { release: "arm" }],
            ...[{ press: "dial" }, { release: "dial" }]
        )
        await page.keyboard.press("?")
        await page.locator("#help").waitFor()
        await page.keyboard.press("h")
        await page.keyboard.press(" ")
        await page.keyboard.press("Escape")
        await asks({ press: "start" }, { release: "start" })
        assert.is(await page.locator("#help").isVisible(), false)
    })
)

inBrowser("the dial turns by wheel, keys and around its middle, and is pushed by a click", () =>
    onPage(async ({ page, asks }) => {
        const dial = (await page.locator("#dial").boundingBox())!
        const [x, y] = [dial.x + dial.width / 2, dial.y + dial.height / 2]
        const rim = 0.4 * dial.width
        await page.mouse.move(x, y)
        // Up is clockwise, which raises a value.
        await page.mouse.wheel(0, -NOTCH_PX)
        await asks({ turn: 2 })
        await page.mouse.wheel(0, NOTCH_PX)
        await asks({ turn: -2 })
        await page.keyboard.press("ArrowUp")
        await page.keyboard.press("ArrowDown")
        await asks({ turn: 1 }, { turn: -1 })
        // From the right by 46 and by 92 degrees to below the middle: clockwise. An encoder has 24 clicks.
        const at = (deg: number): [number, number] => {
            const angle = (deg * Math.PI) / 180
            return [x + rim * Math.cos(angle), y + rim * Math.sin(angle)]
        }
        await page.mouse.move(...at(0))
        await page.mouse.down()
        await page.mouse.move(...at(46))
        await page.mouse.move(...at(92))
        await page.mouse.up()
        await asks({ turn: 3 }, { turn: 3 })
        await page.mouse.click(x, y)
        await asks({ press: "dial" }, { release: "dial" })
        await page.mouse.click(x + rim, y)
        await asks({ press: "dial" }, { release: "dial" })
    })
)

inBrowser(
    "the e-stop acts on the press, and only another click turns it out; cable and sound",
    () =>
        onPage(async ({ page, simulator, asks }) => {
            const estop = page.locator("#estop")
            const clockMs = (ms: number): Promise<unknown> =>
                page.evaluate(`performance.now = () => ${ms}`)
            await clockMs(1000)
            await estop.hover()
            await page.mouse.down()
            await asks({ estop: true })
            simulator.setUnit({ estopPressed: true })
            await page.locator("#estop[aria-pressed=true]").waitFor()
            await page.mouse.up()
            // The second click of a double click: the page ignores what comes within 500 ms.
            await clockMs(1499)
            await estop.click()
            await clockMs(1500)
            await estop.click()
            await asks({ estop: false })
            await page.keyboard.press("c")
            await asks({ cable: false })
            assert.match((await page.locator("#sound-text").textContent()) ?? "", /on/)
            simulator.server.send({ type: "tone", frequencyHz: 880, volume: 1, ms: 20 })
            await page.locator("body[data-tones='1']").waitFor()
            await page.keyboard.press("m")
            assert.match((await page.locator("#sound-text").textContent()) ?? "", /muted/)
        })
)

inBrowser("each pixel of the display is drawn as it was sent", () =>
    onPage(async ({ page, simulator }) => {
        const memory = Uint8Array.from({ length: 1024 }, (_, i) => (i * 73 + (i >> 3)) & 0xff)
        simulator.setDisplay(memory)
        // The first row of the first page differs from a dark display.
        const lit = (): Promise<boolean[]> =>
            page.evaluate(`(() => {
                const canvas = document.getElementById("display")
                const side = canvas.width / 128
                const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height)
                return Array.from({ length: 8192 }, (_, i) => {
                    const [x, y] = [i % 128, i >> 7]
                    return data[4 * (y * side * canvas.width + x * side)] > 128
                })
            })()`)
        const wanted = Array.from({ length: 8192 }, (_, i) => {
            const [x, y] = [i % 128, i >> 7]
            return ((memory[(y >> 3) * 128 + x]! >> (y & 7)) & 1) === 1
        })
        // The canvas is blank for a moment when the layout changes, such as when the font arrives.
        let seen: boolean[] = []
        await until(async () => {
            seen = await lit()
            return seen.every((isLit, i) => isLit === wanted[i])
        })
        assert.equal(seen, wanted)
        const side = await page.evaluate(
            `devicePixelRatio * display.clientWidth === display.width && display.width % 128`
        )
        assert.is(side, 0, "pixels of the display are not whole pixels of the screen")
    })
)

inBrowser("a light ground of the display has no dark gaps, at any size", () =>
    onPage(async ({ page, simulator }) => {
        const darkest = (): Promise<number> =>
            page.evaluate(`(() => {
                const canvas = document.getElementById("display")
                const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height)
                return data.reduce((least, value, i) => (i % 4 === 0 ? Math.min(least, value) : least), 255)
            })()`)
        simulator.setDisplay(new Uint8Array(1024).fill(255))
        for (const viewport of SIZES) {
            await page.setViewportSize(viewport)
            // Letters on this ground are nearly black: red below 16.
            await until(async () => (await darkest()) > 150)
        }
    })
)

inBrowser("a verdict has the number of its run, and counts as read when it is opened", () =>
    onPage(async ({ page, simulator, asks }) => {
        const review = { run: 3, url: simulator.server.url, folder: "x", verdict: "Complete" }
        simulator.script.review = review
        await page.locator("#review", { hasText: "Run 3: Complete" }).waitFor()
        const opened = page.waitForEvent("popup")
        await page.locator("#review-link").click()
        await asks({ reviewed: 3 })
        await (await opened).close()
        Object.assign(simulator.script, { review: null, run: 4 })
        await page.locator("#review-link").waitFor({ state: "hidden" })
        simulator.script.makingRun = 4
        await page.locator("#review", { hasText: "results of run 4" }).waitFor()
        assert.is(await page.locator("#run").textContent(), "Practice run 4")
    })
)

inBrowser("a fault is caused, shown with what to do, and undone; a surprise is not told", () =>
    onPage(async ({ page, simulator, asks }) => {
        const caused = page.locator("#caused")
        await page.locator("[data-fault=stall] button", { hasText: "Cause" }).click()
        await asks({ cause: "stall" })
        simulator.script.caused = ["stall"]
        await caused.locator("li", { hasText: "Free the catheter" }).waitFor()
        await caused.locator("button", { hasText: "Undo" }).click()
        await asks({ undo: "stall" })
        simulator.script.caused = []
        // What is left to do stays until the operator is done with it.
        await caused.locator("li", { hasText: "Press HOME" }).waitFor()
        await caused.locator("button", { hasText: "Done" }).click()
        await caused.locator("[data-fault=stall]").waitFor({ state: "detached" })
        await page.locator("#surprise").click()
        await asks({ surprise: true })
        simulator.script.caused = ["encoder-dead"]
        await caused.locator("[data-fault=surprise]").waitFor()
        assert.not.match((await caused.textContent()) ?? "", /Encoder/)
        await caused.locator("button", { hasText: "Show it" }).click()
        await caused.locator("[data-fault=encoder-dead]").waitFor()
    })
)

inBrowser(
    "a lost connection is shown, nothing looks live, and the page comes back [IVUS-SIM-001]",
    () =>
        onPage(async ({ page, simulator, asks }) => {
            const { port } = new URL(simulator.server.url)
            simulator.picture = "live"
            simulator.setDisplay(new Uint8Array(1024).fill(255))
            await page.locator("live-picture[data-picture=live]").waitFor()
            await page.keyboard.down("ArrowLeft")
            await asks({ press: "jog-distal" })
            await simulator.server.close()
            await page.locator("#lost", { hasText: "does not answer" }).waitFor()
            await page.locator("live-picture[data-picture=lost]").waitFor()
            assert.is(simulator.left, 1)
            assert.is(await page.locator("[data-button=jog-distal].down").count(), 0)
            const again = await ScriptedSimulator.serve(Number(port))
            try {
                await page.locator("#lost").waitFor({ state: "hidden" })
                await page.keyboard.up("ArrowLeft")
                await page.keyboard.press("l")
                await until(() => again.requests.length >= 2)
                assert.equal(again.taken(), [{ press: "live" }, { release: "live" }])
            } finally {
                await again.server.close()
            }
        })
)

/** The states in which most is shown. */
async function layoutsOf({ page, simulator }: Opened, isTouch: boolean): Promise<string[]> {
    const problems: string[] = []
    const look = async (what: string): Promise<void> => {
        for (const problem of await layoutProblems(page, isTouch))
            problems.push(`${what}: ${problem}`)
    }
    await look("ready")
    const text = "the sled does not follow its motor: ".repeat(5)
    simulator.setCart({ state: "fault", lengthMm: 150, fault: { code: 108, text } })
    simulator.setUnit({ estopPressed: true, plugged: false, cartHeard: false })
    const url = simulator.server.url
    simulator.script.review = { run: 3, url, folder: "x", verdict: "CUT SHORT: 12.40 mm of 150 mm" }
    simulator.script.caused = ["stall"]
    simulator.picture = "stopped"
    await page.locator("#alarm[data-level=fault]").waitFor()
    await look("fault with review")
    simulator.script.realTime = { factor: 0.6, loadPercent: 100, behindMs: 99_900, isTooSlow: true }
    await page.locator("body[data-time=slow]").waitFor()
    await look("too slow")
    return problems
}

for (const viewport of SIZES)
    inBrowser(`nothing overlaps, is cut or scrolls at ${viewport.width} x ${viewport.height}`, () =>
        onPage(async opened => {
            await opened.page.setViewportSize(viewport)
            assert.equal(await layoutsOf(opened, false), [])
        })
    )

inBrowser("by touch: targets of 44 px, and a long touch holds a button", async () => {
    const touch = await openBrowser({ viewport: SIZES[0]!, hasTouch: true, isMobile: true })
    try {
        await onPage(async opened => {
            const { page, asks } = opened
            assert.equal(await layoutsOf(opened, true), [])
            const session = await touch!.newCDPSession(page)
            const at = async (button: string, dy = 0): Promise<{ x: number; y: number }> => {
                const box = (await page.locator(`[data-button=${button}]`).boundingBox())!
                return { x: box.x + 30, y: box.y + 30 + dy }
            }
            const fingers = (
                type: "touchStart" | "touchMove" | "touchEnd" | "touchCancel",
                ...touchPoints: { x: number; y: number }[]
            ): Promise<unknown> =>
                session.send("Input.dispatchTouchEvent", {
                    type,
                    touchPoints: touchPoints.map((point, id) => ({ ...point, id })),
                })
            await fingers("touchStart", await at("return"))
            await asks({ press: "return" })
            // A finger that slides away neither scrolls the page nor lets go.
            await fingers("touchMove", await at("return", 60))
            await fingers("touchMove", await at("return", -200))
            await fingers("touchStart", await at("return", -200), await at("jog-distal"))
            await asks({ press: "jog-distal" })
            await page.locator("[data-button=return].down").waitFor()
            await fingers("touchEnd")
            await asks({ release: "return" }, { release: "jog-distal" })
            // The system takes the finger away.
            await fingers("touchStart", await at("return"))
            await fingers("touchCancel")
            await asks({ press: "return" }, { release: "return" })
        }, touch!)
    } finally {
        await touch!.close()
    }
})

test.run()
