// Summary and table report an area only for a lumen that is completely within the picture.

import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import { generatedVein, phantom } from "../../boards/virtual/vessel/vessel"
import { phantomOptions } from "../../src/host/targets/virtual/echo-source"
import { runVirtualPullback } from "../../src/host/targets/virtual/virtual-pullback"
import type { RunSummary } from "../../src/host/results/summary"
import type { SnakeCase } from "../../src/host/runs/snake-case"
import { summaryText } from "../../src/host/results/summary-text"
import { writeKeptRun } from "../../src/host/results/pipeline/kept-run"
import { catheterOf } from "../../src/shared/acquisition/catheters"
import { ivus } from "../support/cli/ivus"
import { keepCalibration } from "../support/cli/calibrated-board"
import { ResultsFolder } from "../support/results-folder"

const folder = mkdtempSync(join(tmpdir(), "ivus-view-"))
process.on("exit", () => rmSync(folder, { recursive: true, force: true }))

const LENGTH_MM = 5
const SPEED_MM_S = 2
const SEED = 1

/** Columns of a table: position, area and both diameters of each frame, as text. */
const rowsOf = (out: string): string[][] =>
    readFileSync(join(out, "measurements.csv"), "utf8")
        .trim()
        .split("\n")
        .slice(1)
        .map(row => row.split(",").slice(2, 6))

/** A pullback of rotational-40mhz, with 5 mm depth, through a vein of this size. */
async function pulled(
    scale: number
): Promise<{ summary: RunSummary; text: string; rows: string[][] }> {
    const catheter = catheterOf("rotational-40mhz")!
    const vein = generatedVein(SEED, LENGTH_MM, { scale, catheterRadiusMm: 0.45 })
    const run = await runVirtualPullback(
        { board: { seed: SEED, echo: phantom(vein, phantomOptions(catheter, SEED)) } },
        { catheterId: catheter.id, speedMmPerS: SPEED_MM_S, lengthMm: LENGTH_MM, frameRateHz: 30 },
        { progress: () => undefined }
    )
    const out = new ResultsFolder(join(folder, `vein-${scale}`))
    const summary = await writeKeptRun(run, out)
    return { summary, text: summaryText(summary), rows: rowsOf(out.path) }
}

const test = suite("a lumen inside or outside the picture")
keepCalibration(test)

for (const [id, scale] of [
    ["rotational-40mhz", 0.5],
    ["rotational-60mhz", 0.4],
] as const)
    test(`the default vessel of ${id} is within its picture and its areas are correct`, async () => {
        const out = join(folder, id)
        const { status, out: reported } = await ivus(
            ...["pullback", "--once", "--json", "--catheter", id],
            ...["--length", String(LENGTH_MM), "--speed", String(SPEED_MM_S), "--out", out]
        )
        assert.is(status, 0)
        const { lumen } = JSON.parse(reported) as SnakeCase<RunSummary>
        assert.is(lumen!.frames_open, 0)
        const vein = generatedVein(SEED, LENGTH_MM, { scale, catheterRadiusMm: 0.45 })
        const errors = rowsOf(out).map(
            ([mm, area]) => Math.abs(Number(area) / vein.lumenAreaMm2(Number(mm)) - 1) * 100
        )
        const mean = errors.reduce((sum, e) => sum + e, 0) / errors.length
        // The limits for a real vessel (picture.test.ts).
        assert.ok(mean < 6, `${mean} % mean`)
        assert.ok(Math.max(...errors) < 15, `${Math.max(...errors)} % worst`)
    })

test("a vein that exceeds the picture everywhere has no area: empty cells, no stenosis, and a sentence [IVUS-IMG-002]", async () => {
    const { summary, text, rows } = await pulled(1)
    const { frames } = summary
    assert.equal(summary.lumen, {
        ...{ framesOpen: frames, framesPartlySeen: 0, minAreaMm2: null, minAreaPositionMm: null },
        maxAreaMm2: null,
    })
    assert.match(text, /lumen: no area, as it extends beyond the picture in every/)
    assert.is(rows.length, frames)
    for (const row of rows) assert.equal(row.slice(1), ["", "", ""])
})

test("if some frames contain the whole lumen, minimum and maximum are taken from these [IVUS-IMG-002]", async () => {
    const { summary, text, rows } = await pulled(0.7)
    const { framesOpen, minAreaMm2, maxAreaMm2 } = summary.lumen!
    assert.ok(framesOpen > 0 && framesOpen < summary.frames, `${framesOpen}`)
    const reported = rows.map(row => row[1]!).filter(area => area !== "")
    assert.is(reported.length, summary.frames - framesOpen)
    assert.is(minAreaMm2, Math.min(...reported.map(Number)))
    assert.is(maxAreaMm2, Math.max(...reported.map(Number)))
    assert.match(
        text,
        `in ${framesOpen} of ${summary.frames} frames the lumen extends beyond the picture`
    )
})

test.run()
