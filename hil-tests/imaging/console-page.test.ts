// The console's pages in a real browser: what a user does and sees, and no requests to other hosts.

import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { BrowserContext } from "playwright-core"
import { PNG } from "pngjs"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import { dateMs } from "../../src/host/clock"
import { LiveQuestions } from "../../src/host/console/live-questions"
import { placeOf } from "../../src/host/console/place"
import { ownIdentity } from "../../src/host/console/server/own-certificate"
import type { Station } from "../../src/host/console/station"
import { testSession, testStation } from "../../src/host/console/testing/test-session"
import { frameOf, LINES, testView } from "../../src/host/console/testing/test-view"
import { acknowledging } from "../../src/host/run/motions"
import { statusOf } from "../../src/host/run/testing/scripted-operator"
import * as machine from "../../src/shared/cart-machine"
import { FAULT_LOOP_LATE } from "../../src/shared/codes"
import { browserTests, openBrowser, until } from "../support/browser/chromium"
import { openConsole, sees } from "../support/browser/console"

const test = suite("the console page")
const inBrowser = browserTests(test)
let browser: BrowserContext | undefined
const folder = mkdtempSync(join(tmpdir(), "ivus-page-"))

test.before(async () => {
    browser = await openBrowser({
        viewport: { width: 1280, height: 800 },
        // One test serves the page with a certificate of its own.
        ignoreHTTPSErrors: true,
    })
})
test.after(async () => {
    await browser?.close()
    rmSync(folder, { recursive: true })
})

const opened = (station: Station) => openConsole(browser!, station)

inBrowser("live: picture, gaps, freeze by key, refusals, no live look without frames", async () => {
    const { view, describe, addFrame } = testView()
    describe()
    const { page, problems, refresh, close } = await opened(testStation(testSession(), view))
    // Frames arrive continuously, as from a cart.
    let n = 0
    const frameTimer = setInterval(() => {
        addFrame(frameOf(n++, 100))
        refresh()
    }, 40)
    try {
        await sees(page, "header", /not for clinical use/)
        await sees(page, "header", /test-catheter, no. 7/)
        await sees(page, ".stage", /Live 2\.50 mm/)
        await sees(page, ".motion", /remaining.*no pullback/)
        view.listener.onStatus!(statusOf(machine.STATE_PULLING))
        // At 2.50 mm of 2 to 12 mm, at 1 mm/s.
        await sees(page, ".motion", /remaining9\.5mm10 s.*set 1\.00.*place2\.5mmof 12\.0/)
        await page.keyboard.press(" ")
        await sees(page, ".notlive", /FROZEN: this picture is not live/)
        await page.locator(".notlive").waitFor()
        const frozen = await page.locator(".stage .tl").textContent()
        await sees(page, ".kept", /[1-9] frames back/)
        assert.is(await page.locator(".stage .tl").textContent(), frozen)
        await page.keyboard.press(" ")
        await page.locator(".notlive").waitFor({ state: "hidden" })
        clearInterval(frameTimer)
        const present = new Uint8Array(LINES).fill(1).fill(0, 0, 4)
        addFrame(frameOf(n++, 100, { present, linesPresent: LINES - 4 }))
        refresh()
        await sees(page, ".stage", /4 lines missing/)
        await page.locator("button", { hasText: "Capture" }).click()
        assert.equal(problems, [])
    } finally {
        clearInterval(frameTimer)
        await close()
    }
})

inBrowser("live: missing frames and a lost link are shown [IVUS-DSP-001]", async () => {
    const { view, now, describe, addFrame } = testView()
    describe()
    addFrame(frameOf(0, 100))
    view.receiver = { insecure: true, assembler: undefined } as never
    const { page, close } = await opened(testStation(testSession(), view))
    try {
        await sees(page, "header", /INSECURE/)
        now.ms += 1000
        await sees(page, ".notlive", /STOPPED: this picture is not live/)
        view.linkLost("The cart closed the link.")
        await sees(page, ".alarm", /The cart closed the link\./)
    } finally {
        await close()
    }
})

inBrowser(
    "live: a fault with its question, answered by a click and not by a key, and a stop of the sled [IVUS-DSP-004, IVUS-ALM-007]",
    async () => {
        const questions = new LiveQuestions(() => false)
        const { view, stops, asked, describe } = testView({}, undefined, questions)
        describe()
        const { page, problems, close } = await opened(testStation(testSession(), view))
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
            await sees(page, ".alarm", /The cart stopped while live: .* \(fault 161\)\./)
            await sees(page, ".alarm", /code 161 at 33\.210 s .*; .* 31 ms/)
            await sees(page, ".question", /When the fault is acknowledged, nothing moves/)
            for (const key of ["Enter", "y", "h", "r", "k"]) await page.keyboard.press(key)
            await page.locator(".answer").focus()
            for (const key of ["Enter", " "]) await page.keyboard.press(key)
            // The key of warnings has been handled.
            await until(async () => asked.includes("acknowledge"))
            assert.is(answers, 0)
            await page.locator(".answer", { hasText: "Acknowledge the fault" }).click()
            await page.locator(".question").waitFor({ state: "hidden" })
            assert.is(answers, 1)
            view.listener.onStatus!(statusOf(machine.STATE_HOMING))
            await page.locator("button.stop").click()
            await until(() => stops.length === 1)
            await page.keyboard.press("Escape")
            await until(() => stops.length === 2)
            assert.equal(problems, [])
        } finally {
            await close()
        }
    }
)

inBrowser(
    "review: frames by key and in the longitudinal view, figures, bookmark, own state of each viewer",
    async () => {
        const session = testSession(folder)
        const { page, url, problems, close } = await opened(testStation(session))
        const other = await browser!.newPage()
        try {
            await sees(page, "header", /REVIEW/)
            await page.keyboard.press("Home")
            await page.keyboard.press("ArrowRight")
            await page.keyboard.press("Shift+ArrowRight")
            await sees(page, ".read", /frame 12 \/ 40\s+2\.75 mm/)
            await sees(page, ".stage", /Frame 12/)
            // A circle of 2.06 mm.
            await sees(page, "[data-panel='This frame']", /13\.3\d mm²/)
            const along = (await page.locator(".track-long").boundingBox())!
            await page.mouse.click(along.x + along.width / 2, along.y + 20)
            // 5 mm of 10; a pixel of the page is some 0.01 mm, frames are 0.25 mm apart.
            await sees(page, ".read", /frame 21 \/ 40/)
            await page.keyboard.press("b")
            await until(() => session.content().marks.bookmarks.length === 1)
            assert.is(session.content().marks.bookmarks[0]!.position_mm, 5)
            await sees(page, ".places", /Mark 1/)
            await page.keyboard.press("z")
            await until(() => session.content().marks.bookmarks.length === 0)
            await page.keyboard.press("b")
            await other.goto(url)
            await sees(other, ".places", /Mark 1/)
            await other.keyboard.press("End")
            await sees(other, ".read", /frame 40 \/ 40/)
            await sees(page, ".read", /frame 21 \/ 40/)
            await page.keyboard.press("]")
            await sees(page, "[data-panel='Picture']", /\+1 dB/)
            const [saved] = await Promise.all([
                page.waitForEvent("download"),
                page.keyboard.press("p"),
            ])
            assert.match(saved.suggestedFilename(), /-frame-0021\.png$/)
            const stage = (await page.locator(".stage canvas").boundingBox())!
            const { width, height } = PNG.sync.read(readFileSync(await saved.path()))
            assert.equal([width, height], [stage.width, stage.height].map(Math.round))
            await page.keyboard.press(" ")
            await sees(page, "footer", /Pause/)
            await sees(page, ".read", /frame 3\d/)
            assert.equal(problems, [])
        } finally {
            await other.close()
            await close()
        }
    }
)

inBrowser(
    "beyond this machine: over TLS, with the token that is printed and no other",
    async () => {
        const identity = await ownIdentity(folder, ["127.0.0.1"], dateMs())
        const place = placeOf("127.0.0.1", "127.0.0.1", identity)
        const { view, describe, addFrame } = testView()
        describe()
        addFrame(frameOf(0, 100))
        const station = testStation(testSession(), view)
        const { page, url, problems, close } = await openConsole(browser!, station, place)
        try {
            await sees(page, ".stage", /Last frame|Live/)
            assert.match(page.url(), /^https:.*\/live$/)
            await browser!.clearCookies()
            await page.goto(new URL("/", url).href)
            await sees(page, "body", /open the address that its host has printed/)
            await page.goto(url)
            await sees(page, ".stage", /Last frame|Live/)
            assert.equal(
                problems.filter(line => !line.includes("401")),
                []
            )
        } finally {
            await close()
        }
    }
)

inBrowser("runs: the start page lists a run, and opens it", async () => {
    const { page, url, problems, close } = await opened(testStation(testSession()))
    try {
        await page.goto(new URL("/", url).href)
        await page.keyboard.press("/")
        await page.keyboard.type("nothing like it")
        await sees(page, "main", /0 of 1 run/)
        await page.locator("input[type=search]").fill("first")
        const compare = page.locator("a.compare")
        assert.is(await compare.getAttribute("aria-disabled"), "true")
        await page.locator("input[type=checkbox]").check()
        await sees(page, "a.compare", /Tick two runs/)
        await page.locator("a.run", { hasText: "first" }).click()
        await sees(page, "header", /REVIEW/)
        assert.equal(problems, [])
    } finally {
        await close()
    }
})

test.run()
