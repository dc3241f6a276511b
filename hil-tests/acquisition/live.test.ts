// The live picture without a pullback: start, rates, counts, end, and safe stops, with the real
// firmware.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import type { AssembledFrame } from "../../src/host/frames/assembled-frame"
import * as machine from "../../src/shared/cart-machine"
import { lineEngineCatheters } from "../../src/shared/acquisition/catheter-list"
import * as codes from "../../src/shared/codes"
import { BenchCart, EVEN_SLED, REQUEST } from "../support/carts/bench-cart"
import { checkCounts } from "../support/carts/check-counts"

interface LiveRun {
    readonly bench: BenchCart
    readonly frames: AssembledFrame[]
}

async function homed(request = REQUEST, heartRatePerMin?: number): Promise<LiveRun> {
    const frames: AssembledFrame[] = []
    const bench = await BenchCart.boot(request, {
        ...EVEN_SLED,
        ...(heartRatePerMin !== undefined && { heartRatePerMin }),
        alsoListen: { onFrame: frame => void frames.push(frame) },
    })
    await bench.home()
    return { bench, frames }
}

async function live(): Promise<LiveRun> {
    const liveRun = await homed()
    await liveRun.bench.pullTo(machine.STATE_LIVE)
    await liveRun.bench.wait(500)
    return liveRun
}

/** All counts agree, no line is missing, and none counts as part of a pullback. */
function checkAllReceived({ bench }: LiveRun, outcome: number, before = 0): void {
    const end = checkCounts(bench, outcome, before)
    assert.is(end.lines_sent, end.lines_fired)
    assert.is(bench.cart.receiver.assembler!.counts.atSpeed, 0)
}

const pictures = suite("the live picture")

for (const { id } of lineEngineCatheters())
    pictures(
        `${id}: delivers complete frames at the requested rate while the sled is at rest; the end summary counts every line`,
        async () => {
            const liveRun = await homed({ ...REQUEST, catheterId: id })
            const { bench, frames } = liveRun
            const { transmit, rig } = bench.cart.board
            assert.is(transmit.count, 0)
            await bench.pullTo(machine.STATE_LIVE)
            const [fromMm, first] = [rig.sled.positionMm, frames.length]
            await bench.wait(1000)
            // 30 a second; one frame at either end may be incomplete.
            assert.ok(Math.abs(frames.length - first - 30) <= 1)
            for (const frame of frames) assert.is(frame.linesAtSpeed, 0)
            for (const frame of frames.slice(1)) assert.ok(frame.present.every(flag => flag === 1))
            assert.is(rig.sled.positionMm, fromMm)
            assert.is(await bench.command(machine.COMMAND_STANDBY), undefined)
            const pulses = transmit.count
            await bench.wait(300)
            assert.is(bench.stateNow, machine.STATE_READY)
            assert.is(transmit.count, pulses)
            checkAllReceived(liveRun, codes.GOOD)
            bench.cart.board.stopVm()
        }
    )

pictures("starts and ends repeatedly, and each run has its own counts", async () => {
    const liveRun = await homed()
    const { bench } = liveRun
    for (let run = 0; run < 3; run++) {
        const before = bench.cart.board.transmit.count
        await bench.pullTo(machine.STATE_LIVE)
        await bench.wait(100)
        await bench.command(machine.COMMAND_STANDBY)
        await bench.cart.until(() => bench.ended, bench.nowUs + 1e6)
        checkAllReceived(liveRun, codes.GOOD, before)
    }
})

pictures("needs a setup first [IVUS-TX-001]", async () => {
    const { bench } = await homed()
    const refusal = await bench.command(machine.COMMAND_LIVE)
    assert.is(refusal?.reason, codes.REFUSED_NO_SETUP)
    assert.is(bench.cart.board.transmit.count, 0)
})

pictures("continues through armed into the pullback as one run", async () => {
    const { bench, frames } = await live()
    const { session } = bench.cart
    for (const [command, next] of [
        [machine.COMMAND_ARM, machine.STATE_ARMED],
        [machine.COMMAND_START, machine.STATE_PULLING],
    ] as const) {
        session.command(command)
        await bench.reach(next)
    }
    await bench.cart.until(() => bench.ended, bench.nowUs + 20e6)
    const { end, assembler } = bench.cart.receiver
    assert.is(end!.lines_fired, bench.cart.board.transmit.count)
    assert.is(assembler!.counts.received, end!.lines_fired)
    assert.is(assembler!.frames.length, 150)
    assert.ok(frames.length >= 150 + 15, "the live frames before it were received")
    const imaged = frames.filter(f => f.linesAtSpeed > 128)
    assert.equal(imaged, [...assembler!.frames])
    assert.equal(bench.states.slice(-4), [
        machine.STATE_LIVE,
        machine.STATE_ARMED,
        machine.STATE_PULLING,
        machine.STATE_COMPLETED,
    ])
})

pictures("standby while armed returns to ready and ends firing [IVUS-TX-001]", async () => {
    const liveRun = await live()
    const { bench } = liveRun
    assert.is(await bench.command(machine.COMMAND_ARM), undefined)
    assert.is(await bench.command(machine.COMMAND_STANDBY), undefined)
    const pulses = bench.cart.board.transmit.count
    await bench.wait(200)
    assert.is(bench.stateNow, machine.STATE_READY)
    assert.is(bench.cart.board.transmit.count, pulses)
    checkAllReceived(liveRun, codes.GOOD)
})

pictures.run()

const ecg = suite("ECG triggers in live frames")

ecg("each beat appears in one frame at its true time", async () => {
    const { bench, frames } = await homed(REQUEST, 120)
    await bench.pullTo(machine.STATE_LIVE)
    const fromUs = bench.nowUs
    await bench.wait(3000)
    await bench.command(machine.COMMAND_STANDBY)
    await bench.wait(200)
    const period_us = bench.cart.receiver.description!.line_period_ns / 1000
    const reported = frames.flatMap(f => f.triggers)
    const last = frames.at(-1)!.tickUs
    const beats = bench.cart.board.ecg!.beatsUs.filter(t => t > fromUs && t < last)
    assert.ok(beats.length >= 4, `${beats.length} beats`)
    for (const beat of beats) {
        // The first line after the beat, so within one line period; the line clock has 1 us.
        const near = reported.filter(t => t.tickUs >= beat - 1 && t.tickUs <= beat + period_us + 1)
        assert.is(near.length, 1, `beat at ${beat} us`)
    }
    for (const frame of frames)
        for (const { line, tickUs } of frame.triggers) {
            assert.is(frame.present[line], 1)
            assert.ok(Math.abs(tickUs - frame.tickUs) <= 33_334)
        }
})

ecg("reports no triggers without an ECG", async () => {
    const { frames } = await live()
    assert.ok(frames.length > 10)
    assert.ok(frames.every(f => f.triggers.length === 0))
})

ecg.run()

const safety = suite("safe stops of the live picture")

/** Time from `fromUs` to the last pulse, ms. */
const pulsesMs = ({ bench }: LiveRun, fromUs: number): number =>
    (bench.cart.board.transmit.lastUs! - fromUs) / 1000

safety(
    "firing ends within 100 ms after the link is cut and does not restart [IVUS-LNK-001]",
    async () => {
        const liveRun = await live()
        const { bench } = liveRun
        const fromUs = bench.nowUs
        bench.cart.cutLink()
        await bench.wait(3000)
        // 100 ms: the design's limit for a lost link.
        assert.ok(pulsesMs(liveRun, fromUs) <= 100, `${pulsesMs(liveRun, fromUs)} ms`)
        assert.ok(bench.cart.session.isOpen, "the cart connected again")
        assert.is(bench.stateNow, machine.STATE_FAULT)
        assert.is(bench.status!.fault, codes.FAULT_LINK_LOST)
    }
)

safety("firing ends when the host falls silent [IVUS-LNK-001]", async () => {
    const liveRun = await live()
    const { bench } = liveRun
    const fromUs = bench.nowUs
    bench.cart.stopPinging()
    await bench.wait(500)
    // 85 ms of silence, a loop of 10 ms, and the delay of the last ping.
    assert.ok(pulsesMs(liveRun, fromUs) <= 110, `${pulsesMs(liveRun, fromUs)} ms`)
    assert.is(bench.stateNow, machine.STATE_FAULT)
})

for (const [name, cause, code] of [
    [
        "an unplugged catheter",
        (b: BenchCart) => void b.cart.board.engine.plug({ id: "", serial: 0 }),
        codes.FAULT_CATHETER_UNPLUGGED,
    ],
    [
        "a reset of the motor driver",
        (b: BenchCart) => b.cart.board.rig.faults.inject("driver-reset", b.nowUs),
        codes.FAULT_MOTOR_DRIVER_RESET,
    ],
    [
        "a short of the motor driver",
        (b: BenchCart) => b.cart.board.rig.faults.inject("short", b.nowUs),
        codes.FAULT_DRIVER_SHORT,
    ],
    [
        "a dead bus of the motor driver",
        (b: BenchCart) => b.cart.board.rig.faults.inject("bus-all-ones", b.nowUs),
        codes.FAULT_MOTOR_DRIVER_MISSING,
    ],
] as const)
    safety(
        `${name} ends firing, is reported, and the end summary counts every line [IVUS-TX-001]`,
        async () => {
            const liveRun = await live()
            const { bench } = liveRun
            const fromUs = bench.nowUs
            cause(bench)
            await bench.wait(500)
            assert.is(bench.stateNow, machine.STATE_FAULT)
            const reported = bench.events.find(e => codes.isFault(e.code))
            assert.is(reported?.code, code, codes.sentenceOf(reported?.code ?? 0))
            // Two loops of 10 ms and the transfers between them, as while pulling (faults.test.ts).
            assert.ok(pulsesMs(liveRun, fromUs) <= 35, `${pulsesMs(liveRun, fromUs)} ms`)
            checkAllReceived(liveRun, code)
        }
    )

safety("the watchdog ends transmit when the program stops [IVUS-SAF-003]", async () => {
    const liveRun = await live()
    const fromUs = liveRun.bench.nowUs
    liveRun.bench.cart.board.stopVm()
    await liveRun.bench.wait(300)
    assert.ok(pulsesMs(liveRun, fromUs) <= 100, `${pulsesMs(liveRun, fromUs)} ms`)
})

safety.run()
