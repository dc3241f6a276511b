// The console's pages at each size: layout and accessibility.

import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import type { BrowserContext, Page } from "playwright-core"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import { LiveQuestions } from "../../src/host/console/live-questions"
import { reviewedRun } from "../../src/host/console/review-headline"
import { testSession, testStation } from "../../src/host/console/testing/test-session"
import { frameOf, testView } from "../../src/host/console/testing/test-view"
import { acknowledging } from "../../src/host/run/motions"
import { statusOf } from "../../src/host/run/testing/scripted-operator"
import { NO_SITE } from "../../src/host/runs/run-about"
import * as machine from "../../src/shared/cart-machine"
import { FAULT_LOOP_LATE } from "../../src/shared/codes"
import { browserTests, openBrowser } from "../support/browser/chromium"
import { openConsole, sees } from "../support/browser/console"
import { layoutProblems } from "../support/browser/console-layout-problems"

interface Size {
    readonly width: number
    readonly height: number
}

const SCREENS: readonly Size[] = [
    ...[
        { width: 1280, height: 800 },
        { width: 1024, height: 768 },
    ],
    ...[
        { width: 1920, height: 1080 },
        { width: 2560, height: 1440 },
    ],
]
const TABLET: Size = { width: 820, height: 1180 }
/** A telephone, 1280 x 800 at 200 % zoom, and two low windows: the lowest that does not scroll, and one that does. */
const SMALL: readonly Size[] = [
    ...[
        { width: 320, height: 640 },
        { width: 640, height: 400 },
        { width: 1000, height: 640 },
        { width: 1000, height: 580 },
    ],
]
const isSmall = ({ width, height }: Size): boolean => width < 600 || height < 640
/** Right-to-left with left-to-right words, without a place to break. */
const LONG_LABEL =
    "محمد بن عبد الرحمن بن عبد الله الهاشمي – المريض رقم ٤٧ – Wolfeschlegelsteinhausenbergerdorff-Montgomery-Featherstonehaugh"
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8")
const FIXED = { timezoneId: "UTC", locale: "en-GB", reducedMotion: "reduce" } as const

const test = suite("the layout of the console")
const inBrowser = browserTests(test)

/** Goes to each page of a console, the live one after a fault. @param look is called on each */
async function onPages(
    browser: BrowserContext,
    look: (page: Page, name: string) => Promise<void>
): Promise<void> {
    const site = {
        ...NO_SITE,
        label: LONG_LABEL,
        vessel: "left anterior descending",
        segment: "proximal",
    }
    const session = testSession(undefined, {
        run: reviewedRun({ dateMs: Date.UTC(2026, 10, 30, 9, 30), site }, "test board"),
    })
    const questions = new LiveQuestions(() => false)
    const { view, now, describe, addFrame } = testView({}, undefined, questions)
    describe()
    const { page, url, problems, refresh, close } = await openConsole(
        browser,
        testStation(session, view)
    )
    try {
        await page.goto(new URL("/", url).href)
        await sees(page, "a.run", /MLA/)
        await look(page, "runs")
        await page.goto(new URL("/run/first", url).href)
        await sees(page, ".read", /40 \/ 40|frame/)
        await page.keyboard.press("Home")
        await sees(page, ".stage", /Frame 1/)
        await look(page, "review")
        await page.goto(url)
        addFrame(frameOf(1, 100, { positionMm: 2.5 }))
        refresh()
        await sees(page, ".stage", /frame 1/)
        view.listener.onStatus!(statusOf(machine.STATE_PULLING))
        view.listener.onEvent!({ code: FAULT_LOOP_LATE, value: 31, time_ms: 33_210 })
        view.listener.onStatus!(statusOf(machine.STATE_FAULT, 1, FAULT_LOOP_LATE))
        now.ms += 10_000
        questions.ask(acknowledging(FAULT_LOOP_LATE), assert.unreachable, assert.unreachable, false)
        refresh()
        await sees(page, ".alarm", /fault 161/)
        await sees(page, ".notlive", /STOPPED/)
        await page.locator(".question").waitFor()
        await look(page, "live")
        assert.equal(problems, [])
    } finally {
        await close()
    }
}

/** Waits until fonts and pictures have come to rest. */
async function atRest(page: Page): Promise<void> {
    await page.evaluate(`document.fonts.ready.then(() =>
        new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done()))))`)
}

async function problemsAt(
    page: Page,
    name: string,
    size: Size,
    isTouch: boolean
): Promise<string[]> {
    await page.setViewportSize(size)
    await atRest(page)
    const options = { isTouch, scrollsDown: isSmall(size) || name === "runs" }
    const problems = new Set(await layoutProblems(page, options))
    return [...problems].map(problem => `${name} ${size.width} x ${size.height}: ${problem}`)
}

async function seriousFindings(page: Page): Promise<string[]> {
    // As the page's policy forbids scripts of others, it comes by the debugger.
    await page.evaluate(AXE)
    const { violations } = (await page.evaluate(
        "axe.run(document, { resultTypes: ['violations'] })"
    )) as { violations: { id: string; impact: string; nodes: { target: string[] }[] }[] }
    return violations
        .filter(({ impact }) => impact === "serious" || impact === "critical")
        .map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(" ")).join(", ")}`)
}

inBrowser("with a mouse: layout and accessibility at each size", async () => {
    const browser = (await openBrowser({ ...FIXED, viewport: SCREENS[0]! }))!
    const wrong: string[] = []
    try {
        await onPages(browser, async (page, name) => {
            for (const size of [...SCREENS, TABLET, ...SMALL])
                wrong.push(...(await problemsAt(page, name, size, false)))
            for (const contrast of ["no-preference", "more"] as const) {
                await page.emulateMedia({ contrast })
                for (const finding of await seriousFindings(page))
                    wrong.push(`${name}, contrast ${contrast}: ${finding}`)
            }
        })
    } finally {
        await browser.close()
    }
    assert.equal(wrong, [])
})

inBrowser("by touch: layout, and targets of 44 px", async () => {
    const viewport = SCREENS[0]!
    const browser = (await openBrowser({ ...FIXED, viewport, hasTouch: true, isMobile: true }))!
    const wrong: string[] = []
    try {
        await onPages(browser, async (page, name) => {
            for (const size of [SCREENS[1]!, TABLET, SMALL[0]!])
                wrong.push(...(await problemsAt(page, name, size, true)))
        })
    } finally {
        await browser.close()
    }
    assert.equal(wrong, [])
})

test.run()
