// Two runs side by side in the console: they are aligned as by `ivus compare`, and where one moves, the other one follows.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { BrowserContext, Page } from "playwright-core"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import { compareRuns } from "../../src/host/compare/compare-runs"
import type { ComparedRun } from "../../src/host/compare/compared-run"
import { RunLibrary } from "../../src/host/console/run/run-library"
import { testResults } from "../../src/host/console/testing/test-results"
import { testSession } from "../../src/host/console/testing/test-session"
import type { RunResults } from "../../src/host/results/run-results"
import { aboutNothing } from "../../src/host/runs/run-about"
import { bareRecord, CAPTURE_NAME } from "../../src/host/runs/run-record"
import { browserTests, openBrowser } from "../support/browser/chromium"
import { openConsole, sees } from "../support/browser/console"

const test = suite("two runs side by side in the console")
const inBrowser = browserTests(test)
let browser: BrowserContext | undefined
const folders: string[] = []

test.before(async () => {
    browser = await openBrowser({ viewport: { width: 1280, height: 800 } })
})
test.after(async () => {
    await browser?.close()
    for (const folder of folders) rmSync(folder, { recursive: true })
})

/** As the comparison reads it from the folder of a run. */
function comparedRun(name: string, { frames, measures }: RunResults): ComparedRun {
    const parts = { about: aboutNothing(0, "virtual board"), hello: undefined, files: [] }
    const basics = { verdict: "complete" as const, verdictReason: null, catheter: "test" }
    return {
        ...{ name, record: bareRecord(basics, parts), catheter: undefined },
        frames: frames.marks.map(({ index, positionMm }, i) => ({
            ...{ frame: index, positionMm, areaMm2: measures[i]!.lumen!.areaMm2 },
            ...{ minDiameterMm: null, maxDiameterMm: null, vesselAreaMm2: null },
            ...{ plaqueBurdenPercent: null, stentAreaMm2: null, confidence: 1, flags: [] },
        })),
    }
}

/** Frames are 0.25 mm apart; the narrow place is at this frame, and a wide one 2 mm before it. */
function runAt(narrow: number): RunResults {
    const bump = (n: number, at: number, width: number): number =>
        Math.exp(-(((n - at) / width) ** 2))
    return testResults(n => 2 - 1.2 * bump(n, narrow, 3) + 0.6 * bump(n, narrow - 8, 2))
}

async function xOf(page: Page, selector: string): Promise<number> {
    const { x, width } = (await page.locator(selector).boundingBox())!
    return x + width / 2
}

inBrowser("the second run follows the first one to the same place, and the other way", async () => {
    // The narrow place of the first run is 1 mm further from the home switch than that of the second.
    const results = [runAt(20), runAt(16)] as const
    const runs = new RunLibrary({
        ...{ parent: undefined, choice: {}, report: () => undefined },
        compare: () => {
            const both = [comparedRun("a", results[0]), comparedRun("b", results[1])] as const
            return { runs: both, comparison: compareRuns(both), page: "<p>as a page</p>" }
        },
    })
    for (const [n, id] of ["first", "second"].entries()) {
        const folder = mkdtempSync(join(tmpdir(), "ivus-compare-"))
        folders.push(folder)
        writeFileSync(join(folder, CAPTURE_NAME), "")
        runs.add(testSession(folder, { id }, results[n]))
    }
    const start = "compare/first/second"
    const { page, problems, close } = await openConsole(browser!, { runs, live: undefined, start })
    const [one, two] = [page.locator(".stage").nth(0), page.locator(".stage").nth(1)]
    const at = async (first: string, second: string): Promise<void> => {
        await one.locator(".tl", { hasText: first }).waitFor()
        await two.locator(".tl", { hasText: second }).waitFor()
    }
    const row = (name: string) => page.locator("tr", { hasText: name })
    try {
        await sees(page, "header", /COMPARE.*first.*first/)
        await sees(page, "[data-panel='Comparison']", /run 2 \+ 1\.00 mm, found by lumen areas/)
        assert.match((await row("position of it").textContent())!, /5\.005\.000\.00/)
        // Both begin at the minimum lumen area of the first.
        await at("Frame 21", "Frame 17")
        assert.match((await one.locator(".tl").textContent())!, /5\.00 mm/)
        assert.match((await two.locator(".tl").textContent())!, /4\.00 mm/)
        await sees(page, "[data-panel='This place']", /2\.0\d mm²5\.00 mm.*2\.0\d mm²4\.00 mm/)
        await page.keyboard.press("ArrowRight")
        await at("Frame 22", "Frame 18")
        // One scale: the same place is the same pixel; rounding of two transforms.
        const places = [".along:first-child .now", ".along:last-child .now"]
        const [upper, lower] = [await xOf(page, places[0]!), await xOf(page, places[1]!)]
        assert.ok(Math.abs(upper - lower) <= 1, `${upper} and ${lower} px`)
        // In the second: its last frame, 9.75 mm, is 10.75 mm of the first, which ends at 9.75.
        await page.locator(".along:last-child .tracks").focus()
        const box = (await page.locator(".along:last-child .tracks").boundingBox())!
        await page.mouse.click(box.x + box.width - 1, box.y + box.height / 2)
        await at("Frame 40", "Frame 40")
        await sees(page, ".stage:first-child .notlive", /NOT IMAGED/)
        await page.keyboard.press("3")
        await at("Frame 21", "Frame 17")
        await page.locator(".stage:first-child .notlive").waitFor({ state: "hidden" })
        await page.keyboard.press("k")
        await page.keyboard.press("Home")
        await at("Frame 1", "Frame 17")
        await page.keyboard.press("k")
        // The second run begins 1 mm further on.
        await sees(page, ".stage:nth-child(2) .notlive", /NOT IMAGED/)
        await page.keyboard.press("]")
        await sees(page, "[data-panel='Picture']", /\+1 dB/)
        const report = await page.getByRole("link", { name: "Report" }).getAttribute("href")
        const text = await page.evaluate(path => fetch(path!).then(r => r.text()), report)
        assert.is(text, "<p>as a page</p>")
        assert.equal(problems, [])
    } finally {
        await close()
    }
})

test.run()
