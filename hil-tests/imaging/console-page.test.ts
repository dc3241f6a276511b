// The console page in a real browser: display, keys and buttons, and no requests to other hosts.

import type { BrowserContext, Page } from "playwright-core"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import { serveConsole } from "../../src/host/console/console-server"
import type { ConsoleView } from "../../src/host/console/console-view"
import * as machine from "../../src/shared/cart-machine"
import { FAULT_LOOP_LATE } from "../../src/shared/codes"
import { acknowledging } from "../../src/host/run/motions"
import { statusOf } from "../../src/host/run/testing/scripted-operator"
import { LiveQuestions } from "../../src/host/console/live-questions"
import { Display } from "../../src/host/console/display"
import { reviewedRun } from "../../src/host/console/review-headline"
import { ReviewView } from "../../src/host/console/review-view"
import { NO_SITE } from "../../src/host/runs/run-about"
import { testResults } from "../../src/host/console/testing/test-results"
import { browserTests, openBrowser, until } from "../support/browser/chromium"
import { frameOf, LINES, testView } from "../../src/host/console/testing/test-view"

const test = suite("the console page")
const inBrowser = browserTests(test)
let browser: BrowserContext | undefined

test.before(async () => {
    browser = await openBrowser({ viewport: { width: 1400, height: 900 } })
})
test.after(() => browser?.close())

/** Opens the page of a view; log output and requests to other hosts are errors. */
async function opened(view: ConsoleView): Promise<{
    page: Page
    refresh: () => void
    problems: string[]
    close: () => Promise<void>
}> {
    const serving = await serveConsole(view, 0, () => performance.now())
    const page = await browser!.newPage()
    const problems: string[] = []
    page.on("console", line => {
        if (line.type() === "error") problems.push(line.text())
    })
    page.on("pageerror", error => void problems.push(error.message))
    page.on("request", requested => {
        const own = requested.url().startsWith(serving.url)
        if (!own && !requested.url().startsWith("data:")) problems.push(requested.url())
    })
    await page.goto(serving.url)
    return {
        ...{ page, problems, refresh: serving.refresh },
        close: async () => {
            await page.close()
            await serving.close()
        },
    }
}

/** Waits until an element has this text. */
async function hasText(page: Page, id: string, text: RegExp): Promise<void> {
    await page.locator(`#${id}`, { hasText: text }).waitFor()
}

/** Grey value of a pixel of the cross-section. */
function greyAt(page: Page, x: number, y: number): Promise<number> {
    // This text runs in the browser.
    return page.evaluate(
        `document.getElementById("greys").getContext("2d").getImageData(${x}, ${y}, 1, 1).data[0]`
    )
}

inBrowser(
    "live: picture, time, R wave, gaps, freeze by key, gain by slider, refusals",
    async () => {
        const { view, describe, addFrame } = testView()
        describe()
        addFrame(frameOf(0, 100))
        const { page, problems, refresh, close } = await opened(view)
        const next = (n: number, code: number, changes = {}): void => {
            addFrame(frameOf(n, code, changes))
            refresh()
        }
        // Frames arrive continuously, as from a cart.
        let n = 0
        const frameTimer = setInterval(() => next(++n, 100), 40)
        try {
            await hasText(page, "badge", /^LIVE$/)
            await hasText(page, "notice", /not for clinical use/)
            await hasText(page, "source", /test-catheter no. 7 on test board/)
            await hasText(page, "position", /2\.500 mm/)
            // Code 100: 44 dB below full scale, of 60 dB shown.
            await until(async () => (await greyAt(page, 400, 256)) > 0)
            const before = await greyAt(page, 400, 256)
            assert.ok(Math.abs(before - 69) <= 1, `${before}`)

            await page.keyboard.press(" ")
            await hasText(page, "standing", /^FROZEN at \d+\.\d{3} s, frame \d+$/)
            const standing = await page.locator("#standing").textContent()
            const frozen = /frame (\d+)$/.exec(standing ?? "")![1]!
            await hasText(page, "frame", new RegExp(`^${frozen}$`))
            const counted = Number(await page.locator("#frames").textContent())
            await until(
                async () => Number(await page.locator("#frames").textContent()) > counted + 3
            )
            assert.is(await page.locator("#frame").textContent(), frozen)

            await page.locator("#gain").focus()
            await page.keyboard.press("End")
            await hasText(page, "gain-value", /^\+60 dB$/)
            await until(async () => (await greyAt(page, 400, 256)) === 255)
            await page.locator("#freeze").click()
            await hasText(page, "badge", /^LIVE$/)

            clearInterval(frameTimer)
            const present = new Uint8Array(LINES).fill(1).fill(0, 0, 4)
            next(++n, 100, {
                ...{ present, linesPresent: LINES - 4 },
                triggers: [{ line: 5, tickUs: n * 33_333 }],
            })
            await page.locator("#trigger").waitFor()
            await hasText(page, "gaps", /^4 lines missing$/)
            // No more frames: the page must not look live.
            assert.is(await page.locator("#insecure").isVisible(), false)
            assert.equal(problems, [])
        } finally {
            clearInterval(frameTimer)
            await close()
        }
    }
)

inBrowser("live: missing frames and a lost link are shown [IVUS-DSP-001]", async () => {
    const { view, now, describe, addFrame } = testView()
    describe()
    addFrame(frameOf(0, 100))
    view.receiver = { insecure: true, assembler: undefined } as never
    const { page, close } = await opened(view)
    await page.locator("#insecure").waitFor()
    now.ms += 1000
    await hasText(page, "standing", /STOPPED: this picture is not live/)
    await page.keyboard.press("c")
    await hasText(page, "message", /no frames are received; go live first/)
    view.linkLost("The cart closed the link.")
    await hasText(page, "fault-text", /^The cart closed the link\.$/)
    await close()
})

inBrowser(
    "live: a fault with its question, answered by a click and not by a key, and a stop of the sled [IVUS-DSP-004, IVUS-ALM-007]",
    async () => {
        const questions = new LiveQuestions(() => false)
        const { view, stops, asked, describe } = testView({}, undefined, questions)
        describe()
        const { page, problems, close } = await opened(view)
        try {
            view.listener.onStatus!(statusOf(machine.STATE_LIVE))
            view.listener.onEvent!({ code: FAULT_LOOP_LATE, value: 31, time_ms: 33_210 })
            view.listener.onStatus!(statusOf(machine.STATE_FAULT, 1, FAULT_LOOP_LATE))
            let answers = 0
            questions.ask(
                acknowledging(FAULT_LOOP_LATE),
                () => void answers++,
                assert.unreachable,
                false
            )
            await hasText(page, "fault-text", /^The cart stopped while live: .* \(fault 161\)\.$/)
            await hasText(page, "fault-detail", /^code 161 at 33\.210 s .*; .* 31 ms$/)
            await hasText(page, "question-text", /^When the fault is acknowledged, nothing moves/)
            assert.is(await page.locator("#motion").isVisible(), false)
            for (const key of ["a", "Enter", "y", "h", "r"]) await page.keyboard.press(key)
            // The keys of warnings, freeze and so on have been handled.
            await until(async () => asked.includes("acknowledge"))
            assert.is(answers, 0)
            await page.locator("#answer", { hasText: "Acknowledge the fault" }).click()
            await page.locator("#question").waitFor({ state: "hidden" })
            assert.is(answers, 1)
            view.listener.onStatus!(statusOf(machine.STATE_HOMING))
            await page.locator("#stop").click()
            await until(async () => stops.length === 1)
            assert.is(await page.locator("#fault").isVisible(), false)
            assert.equal(problems, [])
        } finally {
            await close()
        }
    }
)

inBrowser(
    "review: frames by key and in the longitudinal view, figures, chart, border",
    async () => {
        const view = new ReviewView({
            run: reviewedRun({ dateMs: 0, site: { ...NO_SITE, label: "first" } }, "test board"),
            ...{ verdict: "complete", results: testResults() },
            ...{ insecure: false, clean: true, summary: ["all well"] },
            ...{ display: new Display(), nowMs: () => performance.now() },
        })
        const { page, problems, close } = await opened(view)
        try {
            await hasText(page, "badge", /^REVIEW$/)
            await hasText(page, "summary", /all well/)
            await hasText(page, "verdict", /^COMPLETE$/)
            await hasText(page, "source", /^first · .* · test board$/)
            assert.is(await page.title(), "first – IVUS review")
            await page.keyboard.press("ArrowRight")
            await page.keyboard.press("PageDown")
            await hasText(page, "frame", /^11$/)
            await hasText(page, "position", /^2\.750 mm$/)
            // A circle of 2.06 mm.
            await hasText(page, "area", /^13\.3\d mm²$/)
            await page.keyboard.press("End")
            await hasText(page, "frame", /^39$/)
            const long = (await page.locator("#long").boundingBox())!
            await page.mouse.click(long.x + long.width / 2, long.y + 20)
            // 5 mm of 10; a pixel of the page is some 0.01 mm, frames are 0.25 mm apart.
            await hasText(page, "frame", /^20$/)
            await page.locator("#chart canvas").first().waitFor()
            await page.keyboard.press("]")
            await hasText(page, "gain-value", /^\+1 dB$/)
            assert.is(await page.locator("#freeze").isVisible(), false)
            assert.equal(problems, [])
        } finally {
            await close()
        }
    }
)

test.run()
