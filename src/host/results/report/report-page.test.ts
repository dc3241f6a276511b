// The report of a run: self-contained, complete, with its doubts and verdict. In a browser: hil-tests/imaging/report-print.test.ts.

import * as prettier from "prettier"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import { withFlags } from "../../measure/frame-measures"
import type { MeasuredRun } from "../measured-run"
import { reportCharts } from "./report-charts"
import { reportTestRun } from "./testing/report-test-run"
import { makeReport } from "./write-report"

const { run, artist } = await reportTestRun()
const page = (changed: Partial<MeasuredRun> = {}): Promise<string> =>
    makeReport({ ...run, ...changed }, artist)
const usual = await page()

const test = suite("report page")

test("is well-formed, and loads nothing from elsewhere", async () => {
    // Throws on unbalanced elements.
    await prettier.format(usual, { parser: "html" })
    assert.not.match(usual, /NaN|undefined|Infinity/)
    assert.not.match(usual, /<(script|link|iframe|object|embed)\b|@import|\bsrc=/)
    for (const [, address] of usual.matchAll(/\bhref="([^"]{0,40})/g))
        assert.ok(address!.startsWith("data:image/png;base64,"), address)
    assert.match(usual, "default-src 'none'; style-src 'unsafe-inline'; img-src data:")
})

test("is the same for the same run", async () => {
    const isSame = (await page()) === usual
    assert.ok(isSame)
})

test("shows figures with units and places, and says why one is missing", () => {
    assert.match(usual, /minimum lumen area<b>4\.32 <span class="unit">mm²<\/span><\/b>/)
    assert.match(usual, /area stenosis<b>55 <span/)
    assert.match(usual, "0.10 – 0.20 mm")
    assert.match(usual, /lesion length<b>–<\/b><span class="note">the sled moved at two speeds/)
    assert.match(usual, "<li>lengths: not measured, because the sled moved at two speeds</li>")
    assert.match(usual, "<li>2 frames are left out.</li>")
    assert.match(usual, "Distal reference</b>, 0.")
    assert.is(usual.match(/<figure>/g)!.length, 3)
    assert.match(usual, "Investigational equipment, not for clinical use.")
    assert.match(usual, `SHA-256 ${run.provenance.dataHash}`)
})

test("says first how a run ended that is not complete", async () => {
    const summary = {
        ...{ ...run.summary, complete: false, verdict: "stopped" as const },
        verdictReason: "the operator stopped the pullback",
    }
    const html = await page({ summary })
    const at = html.indexOf("the operator stopped the pullback")
    assert.ok(at > 0 && at < html.indexOf("<dl"), "before everything else")
    assert.match(html, "Pictures and measurements show only what was imaged.")
})

test("keeps the lumen of a frame that is only partly seen beside its flag, and out of the curve", async () => {
    const measures = run.measures.map((m, i) => (i === 25 ? withFlags(m, ["partly-seen"]) : m))
    const [areas] = reportCharts({ ...run, measures })
    const [lumen, partly] = areas!.curves
    assert.is(lumen!.points[25]![1], null)
    assert.is(partly!.name, "lumen, only partly seen")
    assert.is(partly!.points.filter(([, area]) => area !== null).length, 1)
    const html = await page({ measures })
    assert.match(html, "confidence 0.20: only a part of the lumen is seen")
    assert.match(html, "<li>in 1 of 50 frames only a part of the lumen is seen</li>")
    assert.match(html, '<td class="number wrap unsure">0.20</td>')
})

test("says whether a person has accepted the measurements", async () => {
    assert.match(await page({ segment: { ...run.segment, framesAccepted: 0 } }), "Unreviewed: ")
    const some = { ...run.segment, framesAccepted: 7 }
    assert.match(await page({ segment: some }), "measurements of 7 of 50 frames are accepted")
    const edits: MeasuredRun["edits"] = {
        ...run.edits,
        accepted: [{ frames: "all", by: "A. Smith", date: "2026-11-30T10:00:00+00:00" }],
    }
    const html = await page({ edits, segment: { ...run.segment, framesAccepted: 50 } })
    assert.match(html, "Reviewed: a person accepted the measurements of all 50 frames.")
    assert.match(html, "measurements of all frames accepted by A. Smith")
})

test("escapes what a person typed", async () => {
    const about = { ...run.about, study: "<script>&", patient: { id: null, name: '"<b>' } }
    const html = await page({ about })
    assert.match(html, "&lt;script&gt;&amp;")
    assert.match(html, "&quot;&lt;b&gt;")
    assert.not.match(html, "<script")
})

test("of a catheter that looks one way shows its picture, and says that nothing is measured", async () => {
    const results = { ...run.results, fixedDirection: true, borders: [], measures: [] }
    const segment = {
        ...{ ...run.segment, mla: null, lesion: null },
        ...{ referenceDistal: null, referenceProximal: null },
    }
    const html = await page({ results, segment, measures: [] })
    assert.match(html, "nothing is measured")
    assert.match(html, "Middle of the pullback")
    assert.not.match(html, /<h2>Curves|Unreviewed|NaN|undefined/)
})

test.run()
