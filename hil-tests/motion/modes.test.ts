// Jog, stepped, gated and manual moves of the real firmware, measured by the ruler.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import * as machine from "../../src/shared/cart-machine"
import { LINE_AT_SPEED } from "../../src/shared/acquisition/line-record"
import * as codes from "../../src/shared/codes"
import type { Steps } from "../../src/host/sequence/pullback-request"
import type { PullbackRequest } from "../../src/host/sequence/pullback-request"
import type { VirtualCartOptions } from "../../src/host/targets/virtual/virtual-cart"
import { BenchCart, EVEN_SLED, REQUEST } from "../support/carts/bench-cart"

const MM_S = 1_000_000

async function ready(
    request: PullbackRequest = REQUEST,
    options: Partial<VirtualCartOptions> = EVEN_SLED
): Promise<BenchCart> {
    const bench = await BenchCart.boot(request, options)
    await bench.home()
    return bench
}

const jog = suite("jog while held")

/** Holds a button for this time, repeating as a panel does. */
async function holdFor(bench: BenchCart, ms: number): Promise<void> {
    for (let t = 0; t < ms; t += 50) {
        bench.cart.session.command(machine.COMMAND_HOLD)
        await bench.wait(50)
    }
}

jog("moves while the button is held and brakes when it is released", async () => {
    const bench = await ready()
    const { sled, ruler } = bench.cart.board.rig
    const from = sled.positionMm
    assert.is(await bench.ask(machine.COMMAND_JOG, 5 * MM_S), undefined)
    assert.is(bench.stateNow, machine.STATE_JOGGING)
    await holdFor(bench, 1000)
    // 1.05 s at 5 mm/s, less half of the 250 ms of acceleration.
    assert.ok(Math.abs(sled.positionMm - from - 4.6) < 0.15)
    const releasedUs = bench.nowUs
    bench.cart.session.command(machine.COMMAND_STOP)
    await bench.wait(300)
    assert.is(bench.stateNow, machine.STATE_READY)
    // A loop, and braking from 5 mm/s at 80 mm/s² (limit of AMAX) takes 63 ms; the ruler's window
    // 10 ms.
    const stands = ruler.speedMmPerS(releasedUs + 90_000, 10)
    assert.ok(Math.abs(stands) < 0.02, `${stands} mm/s`)
})

jog("brakes by itself when the button's repeats stop", async () => {
    const bench = await ready()
    await bench.ask(machine.COMMAND_JOG, 5 * MM_S)
    await holdFor(bench, 500)
    const silentUs = bench.nowUs
    await bench.wait(500)
    assert.is(bench.stateNow, machine.STATE_READY)
    assert.ok(bench.events.some(e => e.code === codes.EVENT_JOG_RELEASED))
    // The last repeat was 50 ms old; 150 ms hold limit, a loop, 63 ms of braking.
    const { ruler } = bench.cart.board.rig
    assert.ok(Math.abs(ruler.speedMmPerS(silentUs + 190_000, 10)) < 0.02)
    // Late repeats start no motion.
    const at = bench.cart.board.rig.sled.positionMm
    const late = await bench.ask(machine.COMMAND_HOLD)
    assert.is(late?.reason, codes.REFUSED_STATE)
    await bench.wait(300)
    assert.ok(Math.abs(bench.cart.board.rig.sled.positionMm - at) < 1e-4)
})

jog("stops at the ends of travel, before the switches", async () => {
    const bench = await ready()
    const { sled } = bench.cart.board.rig
    await bench.ask(machine.COMMAND_JOG, -1 * MM_S)
    await holdFor(bench, 1000)
    assert.is(bench.stateNow, machine.STATE_READY)
    // TRAVEL_START_NM, plus backlash and rounding.
    assert.ok(Math.abs(sled.positionMm - 0.5) < 0.02, `${sled.positionMm}`)
    const beyond = await bench.ask(machine.COMMAND_JOG, -1 * MM_S)
    assert.is(beyond?.reason, codes.REFUSED_DIRECTION)
    assert.is(beyond?.value, 1)
})

jog("a reversal during motion is refused and brakes", async () => {
    const bench = await ready()
    await bench.ask(machine.COMMAND_JOG, 5 * MM_S)
    await holdFor(bench, 300)
    const other = await bench.ask(machine.COMMAND_JOG, -5 * MM_S)
    assert.is(other?.reason, codes.REFUSED_DIRECTION)
    await bench.wait(300)
    assert.is(bench.stateNow, machine.STATE_READY)
    // Pressed again, it moves.
    assert.is(await bench.ask(machine.COMMAND_JOG, -5 * MM_S), undefined)
    await holdFor(bench, 200)
    assert.ok(bench.cart.board.rig.ruler.speedMmPerS(bench.nowUs, 10) < -1)
})

jog("changes speed in the same direction without stopping", async () => {
    const bench = await ready()
    await bench.ask(machine.COMMAND_JOG, 2 * MM_S)
    await holdFor(bench, 500)
    assert.is(await bench.ask(machine.COMMAND_JOG, 4 * MM_S), undefined)
    await holdFor(bench, 300)
    const speed = bench.cart.board.rig.ruler.speedMmPerS(bench.nowUs - 5000, 10)
    // 1 %: the lead screw is perfect, and 1 um of 40 in the ruler's window does not matter.
    assert.ok(Math.abs(speed - 4) < 0.04, `${speed} mm/s`)
})

jog("a pullback starts where the sled was jogged to, not where it was set up", async () => {
    const bench = await ready()
    assert.is(await bench.setUp(), codes.GOOD)
    await bench.ask(machine.COMMAND_JOG, 10 * MM_S)
    await holdFor(bench, 1500)
    bench.cart.session.command(machine.COMMAND_STOP)
    await bench.wait(300)
    const stale = await bench.ask(machine.COMMAND_LIVE)
    assert.is(stale?.reason, codes.REFUSED_START)
    const from = bench.cart.board.rig.sled.positionMm
    await bench.pull()
    await bench.cart.until(() => bench.ended, bench.nowUs + 20e6)
    const { description, assembler } = bench.cart.receiver
    const startMm = description!.window_start_nm / 1e6
    // Run-up and settling at 1 mm/s: 25 um and 400 um.
    assert.ok(Math.abs(startMm - from - 0.425) < 0.02, `${startMm} ${from}`)
    assert.is(assembler!.frames.length, 150)
})

jog.run()

const stepped = suite("stepped and gated pullbacks")

const STEPS: Steps = { stepUm: 500, dwellMs: 100 }

/** Runs a whole stepped pullback; ruler results for the times with flagged lines. */
async function stepThrough(bench: BenchCart, limitS: number) {
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
        const wanted = startMm + (i * steps.stepUm) / 1000
        // 10 um: the requirement's position tolerance; backlash and lead-screw error are
        // calibrated.
        const deviationUm = 1000 * (mm(fromUs) - wanted)
        assert.ok(Math.abs(deviationUm) < 10, `stop ${i}: ${deviationUm} um off`)
        // At standstill: below an encoder count.
        const moved = 1000 * Math.abs(mm(toUs) - mm(fromUs))
        assert.ok(moved < 0.5, `stop ${i} moved ${moved} um`)
    })
}

stepped("images every stop, at standstill, at its position", async () => {
    const bench = await ready({ ...REQUEST, lengthMm: 3, steps: STEPS })
    const { frames, stops, mm } = await stepThrough(bench, 60)
    assert.is(stops.length, 7)
    assert.is(bench.cart.receiver.description!.stops, 7)
    checkStops(bench, stops, mm, STEPS)
    // 100 ms at 30 frames/s: three whole frames, each stop starting with the first line of one.
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
    const { stops, mm } = await stepThrough(bench, 60)
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
    const { stops, mm } = await stepThrough(bench, 60)
    assert.is(stops.length, 7)
    checkStops(bench, stops, mm, GATED)
    const beats = bench.cart.board.ecg!.beatsUs
    for (const { fromUs } of stops) {
        const beat = beats.filter(b => b < fromUs).at(-1)!
        // A loop until the beat is detected, the gate write, and half a frame to its middle line.
        const afterMs = (fromUs - beat) / 1000
        assert.ok(afterMs < 12 + 2 + 33.4 / 2, `${afterMs} ms after the beat`)
    }
    // Beats come at 75 per minute ± 8 %, and none was skipped: each stop has its own.
    const used = stops.map(s => beats.filter(b => b < s.fromUs).length)
    assert.ok(used.every((n, i) => i === 0 || n === used[i - 1]! + 1))
})

stepped("gated: beats within the refractory period are ignored", async () => {
    const bench = await ready(
        { ...REQUEST, lengthMm: 3, steps: GATED },
        { ...EVEN_SLED, heartRatePerMin: 240 }
    )
    const { stops } = await stepThrough(bench, 60)
    assert.is(stops.length, 7)
    // At 250 ms ± 8 % per beat the first one after the refractory period comes within 270 ms of it.
    for (let i = 1; i < stops.length; i++) {
        const intervalMs = (stops[i]!.fromUs - stops[i - 1]!.fromUs) / 1000
        assert.ok(intervalMs > 720 - 12 && intervalMs < 720 + 270 + 12, `${intervalMs}`)
    }
})

stepped("gated: without triggers it ends after the timeout with a code", async () => {
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
    // Both clocks start at power-up within the VM's boot; a loop of 10 ms and its read.
    assert.ok(Math.abs(reportedMs - lastUs / 1000 - 3000) < 25, `${reportedMs} ${lastUs}`)
})

stepped("flags no line fired during motion", async () => {
    const bench = await ready({ ...REQUEST, lengthMm: 2, steps: STEPS })
    const { mm } = await stepThrough(bench, 60)
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

const manual = suite("manual: the sled is released")

manual("is pushed by hand with its position measured, and must be homed afterwards", async () => {
    const bench = await ready()
    assert.is(await bench.ask(machine.COMMAND_RELEASE), undefined)
    assert.is(bench.stateNow, machine.STATE_MANUAL)
    const { rig } = bench.cart.board
    const from = rig.sled.positionMm
    // The motor is off; the hand pushes with 10 N for 100 ms.
    rig.faults.inject("load", bench.nowUs, 10)
    await bench.wait(100)
    rig.faults.clear("load", bench.nowUs)
    await bench.wait(500)
    const movedMm = rig.sled.positionMm - from
    assert.ok(movedMm > 0.5, `${movedMm} mm`)
    // Two encoder counts.
    const reportedMm = bench.status!.position_nm / 1e6
    assert.ok(Math.abs(reportedMm - rig.sled.positionMm) < 0.002 + 0.02)
    for (const command of [
        machine.COMMAND_LIVE,
        machine.COMMAND_JOG,
        machine.COMMAND_RETURN,
        machine.COMMAND_HOME,
    ])
        assert.is((await bench.ask(command))?.reason, codes.REFUSED_STATE)
    assert.is(await bench.ask(machine.COMMAND_ENGAGE), undefined)
    assert.is(bench.stateNow, machine.STATE_UNHOMED)
    assert.is((await bench.ask(machine.COMMAND_LIVE))?.reason, codes.REFUSED_STATE)
    await bench.home()
    await bench.pull()
})

manual("a moving sled cannot be released", async () => {
    const bench = await ready()
    await bench.pull()
    await bench.wait(300)
    const refusal = await bench.ask(machine.COMMAND_RELEASE)
    assert.is(refusal?.reason, codes.REFUSED_STATE)
    assert.is(refusal?.value, machine.STATE_PULLING)
    assert.is(bench.stateNow, machine.STATE_PULLING)
})

manual.run()
