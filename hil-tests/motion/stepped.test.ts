// Stepped and ECG-gated pullbacks, measured by the ruler.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import * as machine from "../../src/shared/cart-machine"
import { LINE_AT_SPEED } from "../../src/shared/acquisition/line-record"
import * as codes from "../../src/shared/codes"
import type { Steps } from "../../src/host/sequence/pullback-request"
import type { PullbackRequest } from "../../src/host/sequence/pullback-request"
import type { VirtualCartOptions } from "../../src/host/targets/virtual/virtual-cart"
import { BenchCart, EVEN_SLED, REQUEST } from "../support/carts/bench-cart"

async function ready(
    request: PullbackRequest = REQUEST,
    options: Partial<VirtualCartOptions> = EVEN_SLED
): Promise<BenchCart> {
    const bench = await BenchCart.boot(request, options)
    await bench.home()
    return bench
}

const stepped = suite("stepped and gated pullbacks")

const STEPS: Steps = { stepUm: 500, dwellMs: 100 }

/** Runs a stepped pullback. @returns its frames, the intervals with flagged lines, and the ruler */
async function runSteps(bench: BenchCart, limitS: number) {
    const stops: { fromUs: number; toUs: number }[] = []
    await bench.pull()
    await bench.cart.until(() => bench.ended, bench.nowUs + 1e6 * limitS)
    assert.ok(bench.ended, "the pullback ended")
    const frames = bench.cart.receiver.assembler!.frames
    for (const frame of frames) {
        const last = stops.at(-1)
        if (last && frame.tickUs - last.toUs < 50_000) last.toUs = frame.tickUs
        else stops.push({ fromUs: frame.tickUs, toUs: frame.tickUs })
    }
    const { ruler } = bench.cart.board.rig
    return { frames, stops, mm: (us: number) => ruler.positionMm(us) }
}

function checkStops(
    bench: BenchCart,
    stops: readonly { fromUs: number; toUs: number }[],
    mm: (us: number) => number,
    steps: Steps
): void {
    const startMm = bench.cart.receiver.description!.window_start_nm / 1e6
    stops.forEach(({ fromUs, toUs }, i) => {
        const expectedMm = startMm + (i * steps.stepUm) / 1000
        // 10 um: the requirement's position tolerance; backlash and lead-screw error are
        // calibrated.
        const deviationUm = 1000 * (mm(fromUs) - expectedMm)
        assert.ok(Math.abs(deviationUm) < 10, `stop ${i}: ${deviationUm} um off`)
        // At standstill: below an encoder count.
        const moved = 1000 * Math.abs(mm(toUs) - mm(fromUs))
        assert.ok(moved < 0.5, `stop ${i} moved ${moved} um`)
    })
}

stepped("images every stop, at standstill, at its position", async () => {
    const bench = await ready({ ...REQUEST, lengthMm: 3, steps: STEPS })
    const { frames, stops, mm } = await runSteps(bench, 60)
    assert.is(stops.length, 7)
    assert.is(bench.cart.receiver.description!.stops, 7)
    checkStops(bench, stops, mm, STEPS)
    // 100 ms at 30 frames/s: three complete frames; each stop starts with the first line of a
    // frame.
    assert.is(frames.length, 21)
    assert.ok(frames.every(f => f.linesPresent === 256))
})

stepped("holds its positions on a lead screw with 10 um error, by its calibration", async () => {
    const bench = await BenchCart.boot({
        ...REQUEST,
        lengthMm: 2,
        steps: { stepUm: 100, dwellMs: 50 },
    })
    await bench.home()
    await bench.calibrate()
    const { stops, mm } = await runSteps(bench, 60)
    assert.is(stops.length, 21)
    checkStops(bench, stops, mm, { stepUm: 100, dwellMs: 50 })
})

const GATED: Steps = {
    stepUm: 500,
    dwellMs: 100,
    gate: { heartRatePerMin: 75, refractoryMs: 720, timeoutMs: 3000 },
}

stepped("gated: one step for each beat, imaged from the beat on", async () => {
    const bench = await ready(
        { ...REQUEST, lengthMm: 3, steps: GATED },
        { ...EVEN_SLED, heartRatePerMin: 75 }
    )
    const { stops, mm } = await runSteps(bench, 60)
    assert.is(stops.length, 7)
    checkStops(bench, stops, mm, GATED)
    const beats = bench.cart.board.ecg!.beatsUs
    for (const { fromUs } of stops) {
        const beat = beats.filter(b => b < fromUs).at(-1)!
        // A loop until the beat is detected, the gate write, and half a frame to its middle line.
        const afterMs = (fromUs - beat) / 1000
        assert.ok(afterMs < 12 + 2 + 33.4 / 2, `${afterMs} ms after the beat`)
    }
    // At 75 beats per minute ± 8 % no beat was skipped: each stop has its own beat.
    const used = stops.map(s => beats.filter(b => b < s.fromUs).length)
    assert.ok(used.every((n, i) => i === 0 || n === used[i - 1]! + 1))
})

stepped("gated: beats within the refractory period are ignored", async () => {
    const bench = await ready(
        { ...REQUEST, lengthMm: 3, steps: GATED },
        { ...EVEN_SLED, heartRatePerMin: 240 }
    )
    const { stops } = await runSteps(bench, 60)
    assert.is(stops.length, 7)
    // At 250 ms ± 8 % per beat the first beat after the refractory period is within 270 ms of its
    // end.
    for (let i = 1; i < stops.length; i++) {
        const intervalMs = (stops[i]!.fromUs - stops[i - 1]!.fromUs) / 1000
        assert.ok(intervalMs > 720 - 12 && intervalMs < 720 + 270 + 12, `${intervalMs}`)
    }
})

stepped("gated: without triggers the pullback ends after the timeout with a code", async () => {
    const bench = await ready(
        { ...REQUEST, lengthMm: 3, steps: GATED },
        { ...EVEN_SLED, heartRatePerMin: 75 }
    )
    await bench.pull()
    await bench.wait(2500)
    bench.cart.board.ecg!.connected = false
    await bench.wait(3000 + 1000)
    assert.is(bench.stateNow, machine.STATE_COMPLETED)
    assert.is(bench.cart.receiver.end!.outcome, codes.EVENT_TRIGGERS_LOST)
    const lastUs = bench.cart.board.ecg!.beatsUs.at(-1)!
    const reportedMs = bench.events.find(e => e.code === codes.EVENT_TRIGGERS_LOST)!.time_ms
    // Both clocks start at power-up, apart by the VM's boot; and a loop of 10 ms with its read.
    assert.ok(Math.abs(reportedMs - lastUs / 1000 - 3000) < 25, `${reportedMs} ${lastUs}`)
})

stepped("flags no line fired during motion [IVUS-LEN-003]", async () => {
    const bench = await ready({ ...REQUEST, lengthMm: 2, steps: STEPS })
    const { mm } = await runSteps(bench, 60)
    const flagged = bench
        .lines()
        .filter(line => line.flags & LINE_AT_SPEED)
        .map(line => line.tick_us)
    // 5 stops of 100 ms at 7,680 lines/s, and one loop more each.
    assert.ok(flagged.length >= 5 * 760 && flagged.length < 5 * 860, `${flagged.length}`)
    for (const t of flagged) {
        // 1 um over 20 ms around the line: the encoder's count.
        const moved = 1000 * Math.abs(mm(t + 1000) - mm(t - 1000))
        assert.ok(moved < 0.2, `${moved} um in 2 ms at ${t}`)
    }
})

stepped.run()
