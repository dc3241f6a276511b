// A report with a failed timing figure keeps and lists its raw series; a report without one keeps
// none.

import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import { timingReport } from "../../src/host/results/timing/timing-report"
import { writeKeptRun } from "../../src/host/results/pipeline/kept-run"
import { RunReceiver } from "../../src/host/run/run-receiver"
import { REQUEST } from "../support/carts/bench-cart"
import { saveReactions, saveReport } from "../support/rig/report"
import { type RigRun, rigTarget } from "../support/rig/target"
import { folder } from "../support/cli/scratch"
import { ResultsFolder } from "../support/results-folder"

const test = suite<{ good: RigRun; bad: RigRun }>("raw series of a report")

/**
 * One percent more travel by the ruler than by the encoder: ten times the tolerance of the mean
 * speed.
 */
const STRETCH = 1.01

test.before(async context => {
    const rig = await rigTarget("virtual")
    const good = await rig.pullback({ ...REQUEST, speedMmPerS: 5 }, 3)
    const instruments = {
        ...good.instruments!,
        positionMm: (us: number) => STRETCH * good.instruments!.positionMm(us),
        speedMmPerS: (us: number, ms: number) => STRETCH * good.instruments!.speedMmPerS(us, ms),
    }
    Object.assign(context, { good, bad: { ...good, instruments } })
})

/** Rows of a file with two numbers each. */
function rowsOf(file: string, head: string): [number, number][] {
    const [first, ...rows] = readFileSync(file, "utf8").trim().split("\n")
    assert.is(first, head)
    return rows.map(row => row.split(",").map(Number) as [number, number])
}

/** Compares both series with their sources. */
function checkSeries(name: string, { receiver, instruments }: RigRun): void {
    const series = rowsOf(`${name}-series.csv`, "time_us,position_mm")
    // 5 mm at 5 mm/s and both ramps, one row per ms.
    assert.ok(series.length > 1000, `${series.length} rows`)
    for (const [i, [us, mm]] of series.entries()) {
        if (i > 0) assert.is(us - series[i - 1]![0], 1000)
        assert.is(mm.toFixed(6), instruments!.positionMm(us).toFixed(6))
    }
    const bursts = rowsOf(`${name}-bursts.csv`, "tick_us,position_nm")
    assert.equal(
        bursts,
        receiver.lineBursts.map(h => [h.tick_us, h.position_nm])
    )
}

const readReport = (file: string): { series: string[]; figures: { verdict: string }[] } =>
    JSON.parse(readFileSync(file, "utf8"))

test("the rig keeps ruler series, burst series and capture of a failed run and lists them in its report", ({
    good,
    bad,
}) => {
    const reports = join(folder, "rig")
    mkdirSync(reports)
    saveReport("good", good, timingReport(good), reports)
    assert.equal(readdirSync(reports).sort(), ["good.html", "good.json"])
    assert.equal(readReport(join(reports, "good.json")).series, [])
    saveReport("bad", bad, timingReport(bad), reports)
    const report = readReport(join(reports, "bad.json"))
    assert.ok(report.figures.some(f => f.verdict === "fail"))
    assert.equal(report.series, ["bad-series.csv", "bad-bursts.csv", "bad-capture.ivl"])
    for (const file of report.series) assert.ok(existsSync(join(reports, file)))
    checkSeries(join(reports, "bad"), bad)
    // The capture is that run: its bursts are those of the report.
    const replayed = new RunReceiver()
    replayed.push(readFileSync(join(reports, "bad-capture.ivl")))
    replayed.finish()
    assert.equal(
        replayed.lineBursts.map(h => h.tick_us),
        bad.receiver.lineBursts.map(h => h.tick_us)
    )
})

test("the folder of a run contains the series, unless it has passed", async ({ good, bad }) => {
    const path = join(folder, "out")
    const passed = join(folder, "passed")
    const write = async (run: RigRun, to: string): Promise<string[]> => {
        await writeKeptRun(run, new ResultsFolder(to))
        return readdirSync(to).filter(name => name.startsWith("timing"))
    }
    assert.equal((await write(bad, path)).sort(), [
        "timing-bursts.csv",
        "timing-series.csv",
        "timing.html",
        "timing.json",
    ])
    assert.equal(readReport(join(path, "timing.json")).series, [
        "timing-series.csv",
        "timing-bursts.csv",
    ])
    checkSeries(join(path, "timing"), bad)
    assert.equal((await write(good, passed)).sort(), ["timing.html", "timing.json"])
    assert.equal(readReport(join(passed, "timing.json")).series, [])
})

test("keeps the ruler series of each repetition of a reaction that is too slow", () => {
    const reports = join(folder, "reactions")
    mkdirSync(reports)
    const times = [0, 1].map(i => ({
        ...{ code: 1, stopCommandedMs: 99, standstillMs: 99, firingStoppedMs: 99 },
        series: [
            [-1, 10],
            [0, 10 + i / 3],
        ] as [number, number][],
    }))
    saveReactions("a stall at 1 mm/s", times, reports)
    assert.equal(
        readdirSync(reports).sort(),
        [1, 2].map(i => `reaction-a-stall-at-1-mm-s-${i}-series.csv`)
    )
    assert.equal(
        rowsOf(join(reports, "reaction-a-stall-at-1-mm-s-2-series.csv"), "time_ms,position_mm"),
        [
            [-1, 10],
            [0, 10.333333],
        ]
    )
})

test.run()
