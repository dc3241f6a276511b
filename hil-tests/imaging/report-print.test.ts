// The report of a run in a browser: it fits a window, and prints on sheets of A4 with its summary on the first one.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import { reportTestRun } from "../../src/host/results/report/testing/report-test-run"
import { makeReport } from "../../src/host/results/report/write-report"
import { browserTests, openBrowser } from "../support/browser/chromium"

const test = suite("report in a browser")
const inBrowser = browserTests(test)

/** CSS pixels of A4 less the page's margins: 186 mm × 269 mm. */
const [SHEET_PX, SHEET_HEIGHT_PX] = [703, 1016]

inBrowser("fits the window, and prints on A4, its summary on the first sheet", async () => {
    const folder = mkdtempSync(join(tmpdir(), "ivus-report-"))
    const context = (await openBrowser({ viewport: { width: 1280, height: 900 } }))!
    try {
        const { run, artist } = await reportTestRun()
        const path = join(folder, "report.html")
        writeFileSync(path, await makeReport(run, artist))
        const page = context.pages()[0] ?? (await context.newPage())
        const problems: string[] = []
        page.on("console", message => void problems.push(message.text()))
        page.on("pageerror", error => void problems.push(error.message))
        await page.goto(pathToFileURL(path).href)
        const root = "document.documentElement"
        const isWider = `${root}.scrollWidth > ${root}.clientWidth`
        assert.is(await page.evaluate(isWider), false, "something is wider than the window")
        const widths = await page.evaluate<number[]>(
            '[...document.querySelectorAll("image")].map(image => image.getBoundingClientRect().width)'
        )
        assert.is(widths.length, 4)
        assert.ok(
            widths.every(width => width > 100),
            widths.join()
        )
        const pdf = (await page.pdf({ preferCSSPageSize: true })).toString("latin1")
        const boxes = [...pdf.matchAll(/\/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]/g)]
        // 210 mm × 297 mm in points.
        for (const [, width, height] of boxes)
            assert.equal([Math.round(+width!), Math.round(+height!)], [595, 842])
        assert.ok(boxes.length >= 4, `${boxes.length} sheets`)
        await page.emulateMedia({ media: "print" })
        await page.setViewportSize({ width: SHEET_PX, height: SHEET_HEIGHT_PX })
        const summaryPx = await page.evaluate<number>(
            'document.querySelector("section").getBoundingClientRect().height'
        )
        assert.ok(summaryPx < SHEET_HEIGHT_PX, `the summary is ${summaryPx} px high`)
        assert.equal(problems, [], "the page's security policy refuses nothing of it")
    } finally {
        await context.close()
        rmSync(folder, { recursive: true, force: true })
    }
})

test.run()
