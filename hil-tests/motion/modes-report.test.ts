// The timing report of stepped and gated pullbacks and of speed changes.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import { runVirtualPullback } from "../../src/host/targets/virtual/virtual-pullback"
import { timingReport } from "../../src/host/results/timing/timing-report"
import type { PullbackRequest } from "../../src/host/sequence/pullback-request"
import { REQUEST, SILENCE } from "../support/carts/bench-cart"
import { keepCalibration } from "../support/cli/calibrated-board"
import { pageOf } from "../../src/host/results/timing/testing/page-of"

const test = suite("the timing report of an uneven pullback")
keepCalibration(test)

async function reportOf(request: PullbackRequest) {
    const run = await runVirtualPullback({ board: { seed: 1, echo: SILENCE } }, request, {
        progress: () => undefined,
    })
    const report = timingReport(run)
    const failed = report.figures.filter(f => f.verdict === "fail")
    assert.equal(failed, [])
    return { report, page: pageOf(run, report), run }
}

test("stepped: every stop is imaged at standstill in its place", async () => {
    const steps = { stepUm: 250, dwellMs: 70 }
    const { report, page } = await reportOf({ ...REQUEST, lengthMm: 2, steps })
    const value = (name: string) => report.figures.find(f => f.name === name)?.value
    assert.is(value("stops imaged"), 9)
    assert.ok(value("dwell, shortest")! >= 70)
    assert.match(page, "Position against time")
})

test("gated: one stop per beat", async () => {
    const gate = { heartRatePerMin: 80, refractoryMs: 600, timeoutMs: 3000 }
    const steps = { stepUm: 250, dwellMs: 70, gate }
    const { report } = await reportOf({ ...REQUEST, lengthMm: 2, steps })
    const stops = report.figures.find(f => f.name === "stops imaged")
    assert.is(stops?.value, 9)
})

test("at two speeds: each plateau is compared with its own set point", async () => {
    const { report, page } = await reportOf({
        ...REQUEST,
        speedMmPerS: 0.5,
        lengthMm: 13,
        speedChanges: [{ atMm: 6, speedMmPerS: 1 }],
    })
    const fits = report.figures
        .filter(f => f.name.startsWith("mean speed, line fit to ruler"))
        .map(f => [f.name.slice(-13), f.value!] as const)
    assert.equal(
        fits.map(([name]) => name),
        ["(at 0.5 mm/s)", "r (at 1 mm/s)"]
    )
    // 0.1 %: the limit of the mean speed.
    for (const [i, speed] of [0.5, 1].entries())
        assert.ok(Math.abs(fits[i]![1] / speed - 1) < 0.001)
    assert.match(page, "against 0.5 and 1 mm/s")
})

test.run()
