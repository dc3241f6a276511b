// Every report of a run contains the CRC of the sequence that the front end fired, compared with
// the planned one.

import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import { runVirtualPullback } from "../../src/host/targets/virtual/virtual-pullback"
import type { RunSummary } from "../../src/host/results/summary"
import { type SnakeCase, snakeCase } from "../../src/host/runs/snake-case"
import { summaryText } from "../../src/host/results/summary-text"
import { writeKeptRun } from "../../src/host/results/pipeline/kept-run"
import type { FiredSequence } from "../../src/host/sequence/firing-check"
import { ivus } from "../support/cli/ivus"
import { keepCalibration } from "../support/cli/calibrated-board"
import { ResultsFolder } from "../support/results-folder"

const folder = mkdtempSync(join(tmpdir(), "ivus-fired-"))
process.on("exit", () => rmSync(folder, { recursive: true, force: true }))

const test = suite("the fired sequence")
keepCalibration(test)

/** Each run loads a different table, or none. */
const RUNS = [
    ["--catheter", "array-20mhz"],
    ["--catheter", "array-10mhz"],
    ["--catheter", "rotational-60mhz", "--lines", "128", "--samples", "100"],
    ["--catheter", "single-un0rick"],
    ["--data", "elements", "--pairs", "both-27", "--frame-rate", "1"],
]

for (const args of RUNS)
    test(`${args.join(" ")}: summary, timing.json and replay report the planned sequence [IVUS-CAT-004]`, async () => {
        const out = join(folder, args.join("-"))
        const result = await ivus(
            "pullback",
            "--once",
            "--json",
            "--length",
            "1",
            "--out",
            out,
            ...args
        )
        assert.is(result.status, 0, result.err)
        const { sequence } = JSON.parse(result.out) as SnakeCase<RunSummary>
        assert.ok(sequence.crc32c !== 0)
        assert.is(sequence.crc32c, sequence.planned_crc32c)
        const report = JSON.parse(readFileSync(join(out, "timing.json"), "utf8")) as {
            sequence: FiredSequence
        }
        assert.equal(snakeCase(report.sequence), sequence)
        const replayed = await ivus("replay", join(out, "capture.ivl"), "--out", `${out}-again`)
        assert.match(replayed.out, /fired: .*, CRC-32C 0x[0-9a-f]{8}, as planned/)
    })

test("reports a sequence other than the planned one, and the run is not clean [IVUS-CAT-004]", async () => {
    const run = await runVirtualPullback(
        { board: { seed: 1, echo: { line: (_z, _line, out) => void out.fill(0.1) } } },
        { catheterId: "array-20mhz", speedMmPerS: 1, lengthMm: 1, frameRateHz: 30 },
        { progress: () => undefined }
    )
    const summaryWith = async (change: object): Promise<RunSummary> => {
        Object.assign(run.receiver.description!, change)
        return writeKeptRun(run, new ResultsFolder(join(folder, "changed")))
    }
    const crc = run.receiver.description!.sequence_crc
    assert.ok((await summaryWith({})).clean)
    const other = await summaryWith({ sequence_crc: crc ^ 1 })
    assert.not(other.clean)
    assert.match(summaryText(other), /fired: .*, NOT AS PLANNED: this program plans 0x/)
    // The same table fired with another catheter does not match the plan.
    const renamed = await summaryWith({ sequence_crc: crc, catheter: "array-10mhz" })
    assert.not(renamed.clean)
    const unknown = await summaryWith({ catheter: "unknown-catheter" })
    assert.not(unknown.clean)
    assert.match(summaryText(unknown), /fired: .*, NOT COMPARED/)
    const gaps = summaryText({ ...unknown, framesWithGaps: 1, framesMissing: 2 })
    assert.match(gaps, /1 frame with gaps, 2 frames missing completely/)
})

test("sequence show prints the CRC of the settings that an un0rick loads instead of a table", async () => {
    const { out } = await ivus("sequence", "show", "--catheter", "single-un0rick")
    assert.match(out, /no table: [^]* CRC-32C 0xf39bd12b, read back and compar/)
    assert.not.match(out, /entries/)
    const { out: json } = await ivus("sequence", "show", "--catheter", "single-un0rick", "--json")
    const result = JSON.parse(json) as { table: null; settings: object }
    assert.is(result.table, null)
    assert.equal(result.settings, { crc32c: 0xf39bd12b })
})

test.run()
