// A custom TGC curve from the setup through firmware and front end to the samples.
//
// The test signal is a known echo, equal at all depths, so any difference in the samples is gain. A
// code is 0.28 dB and the engine's model has steps of 0.004 dB: a code may differ by one from the
// computed one.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import { RfFrames } from "../../src/host/frames/rf-frames"
import type { PullbackRequest } from "../../src/host/sequence/pullback-request"
import { tgcCurve, type TgcPoint } from "../../src/host/sequence/tgc"
import * as machine from "../../src/shared/cart-machine"
import { catheterOf } from "../../src/shared/acquisition/catheters"
import { amplitudeToCode } from "../../src/shared/acquisition/sample-codes"
import type { Description } from "../../src/shared/protocol/messages"
import { FAULT_ENGINE_TGC, isFault } from "../../src/shared/codes"
import { BenchCart, EVEN_SLED, REQUEST } from "../support/carts/bench-cart"

const test = suite("a custom TGC curve in the received lines")

/** Flat, then a step of 20 dB, then falling: a start value and a slope cannot describe it. */
const STEP: TgcPoint[] = [
    [0, 3],
    [4, 3],
    [4.1, 23],
    [6, 23],
    [10, 8],
]
/** -50 dB of full scale. */
const ECHO = 10 ** (-50 / 20)

const array = catheterOf("array-20mhz")!
const ARRAY_REQUEST: PullbackRequest = { ...REQUEST, lengthMm: 1 }

/** Gain of sample `k` as in the link specification: 32 points, linear between them. */
function gainDb(curve: readonly number[], stepNs: number, timeNs: number): number {
    const at = Math.min(timeNs / stepNs, 31)
    const i = Math.min(Math.floor(at), 30)
    return (curve[i]! * (i + 1 - at) + curve[i + 1]! * (at - i)) / 100
}

async function pulled(bench: BenchCart, request: PullbackRequest): Promise<Description> {
    await bench.pull(request)
    await bench.cart.until(() => bench.ended, bench.nowUs + 30e6)
    return bench.cart.receiver.description!
}

/** Returns the sled, so that the cart accepts the next setup. */
async function returnSled(bench: BenchCart): Promise<void> {
    await bench.command(machine.COMMAND_RETURN)
    await bench.reach(machine.STATE_READY)
}

test("a line engine: the step is in every sample of every line; without a curve the catheter's own TGC applies again", async () => {
    const bench = await BenchCart.boot(ARRAY_REQUEST, {
        ...EVEN_SLED,
        echo: { line: (_z, _line, out) => void out.fill(ECHO) },
    })
    await bench.home()
    const tgcCdb = tgcCurve(STEP, array)
    const described = await pulled(bench, { ...ARRAY_REQUEST, tgcCdb })
    assert.equal(described.tgc_cdb, tgcCdb)
    assert.is(described.tgc_step_ns, 419)
    const frames = bench.cart.receiver.assembler!.frames
    assert.is(frames.length, 30)
    // 10 mm in 256 samples, 50.731 ns each.
    const expected = Array.from({ length: 256 }, (_, k) =>
        amplitudeToCode(ECHO * 10 ** (gainDb(tgcCdb, 419, k * 50.731) / 20))
    )
    for (const frame of frames)
        for (let at = 0; at < frame.codes.length; at++)
            assert.ok(Math.abs(frame.codes[at]! - expected[at % 256]!) <= 1, `sample ${at % 256}`)
    // The step is present: 20 dB, or 70.8 codes, from sample 98, before point 12, to 112, after
    // point 13.
    const [before, after] = [expected[98]!, expected[112]!]
    assert.ok(after - before >= 70 && after - before <= 72)
    assert.ok(expected[255]! < expected[150]!)

    await returnSled(bench)
    const own = await pulled(bench, ARRAY_REQUEST)
    assert.not.equal(own.tgc_cdb, tgcCdb)
    assert.is.not(own.sequence_crc, described.sequence_crc)
    const [first] = bench.cart.receiver.assembler!.frames
    for (let k = 0; k < 256; k++) {
        // 1.7 dB/mm from the centre on.
        const exact = amplitudeToCode(ECHO * 10 ** ((1.7 * k * (10 / 256)) / 20))
        assert.ok(Math.abs(first!.codes[k]! - exact) <= 1, `own, sample ${k}`)
    }
})

test("detects a gain disturbed between loading and arming, in any of the 17 registers [IVUS-TX-005]", async () => {
    const bench = await BenchCart.boot(ARRAY_REQUEST, EVEN_SLED)
    await bench.home()
    const { settings } = bench.cart.board.engine.firing
    const disturbed: (() => unknown)[] = [
        () => (settings.tgcStepNs += 1),
        // Two gains per register, disturbed alternately.
        ...Array.from(
            { length: 16 },
            (_, i) => () => (settings.tgcCdb[2 * i + (i % 2)]! ^= i < 8 ? 1 : 0x1000)
        ),
    ]
    for (const [i, disturb] of disturbed.entries()) {
        await bench.pullTo(machine.STATE_LIVE)
        const eventsBefore = bench.events.length
        disturb()
        await bench.command(machine.COMMAND_ARM)
        await bench.reach(machine.STATE_FAULT)
        const reported = bench.events.slice(eventsBefore).find(e => isFault(e.code))
        assert.is(reported?.code, FAULT_ENGINE_TGC, `register ${i}`)
        await bench.command(machine.COMMAND_ACKNOWLEDGE)
        await bench.home()
    }
    bench.cart.board.stopVm()
})

const single = catheterOf("single-un0rick")!
const SINGLE_REQUEST: PullbackRequest = { ...ARRAY_REQUEST, catheterId: single.id, frameRateHz: 1 }
/**
 * The two gain steps end at 7.2 and 13.3 mm: the host must correct the difference between them and
 * this curve.
 */
const JUMP: TgcPoint[] = [
    [0, 4],
    [6, 4],
    [6.5, 10],
    [12.32, 21.64],
]

test("an un0rick: its steps have the curve's gain, its words show it, and its picture follows the curve", async () => {
    // Low enough that 21.6 dB do not saturate: -24 dB of full scale.
    const level = 10 ** (-24 / 20)
    const bench = await BenchCart.boot(SINGLE_REQUEST, {
        ...EVEN_SLED,
        echo: { line: (_z, _line, out) => void out.fill(level) },
    })
    await bench.home()
    const tgcCdb = tgcCurve(JUMP, single)
    const described = await pulled(bench, { ...SINGLE_REQUEST, tgcCdb })
    assert.equal(described.tgc_cdb, tgcCdb)
    const { frames } = bench.cart.receiver.assembler!
    assert.ok(frames.length >= 1)
    const peakOf = (from: number, to: number): number => {
        let peak = 0
        for (let n = from; n < to; n++) {
            const word = (frames[0]!.codes[2 * n]! << 8) | frames[0]!.codes[2 * n + 1]!
            peak = Math.max(peak, Math.abs((word & 0x3ff) - 512))
        }
        return peak
    }
    // Words 4 to 511 of the board are samples 0 to 507. The middles of the steps are at 4.04 and
    // 10.2 mm, where the curve has 4.0 and 17.5 dB.
    for (const [from, to, db] of [
        [100, 500, 4.004],
        [520, 930, 17.46],
    ] as const) {
        const exact = 512 * level * 10 ** (db / 20)
        // Sampling a carrier of 13 samples misses its peak by at most 3 %; rounding half a step.
        assert.ok(
            Math.abs(peakOf(from, to) - exact) <= 0.03 * exact + 0.5,
            `${peakOf(from, to)} instead of ${exact}`
        )
    }
    const picture = frames[0] && new RfFrames(described).detect(frames[0])
    const spacingMm = 12.32 / 256
    for (let k = 40; k < 240; k++) {
        const mm = k * spacingMm
        // At a gain step the detector's window contains both gains.
        if (Math.abs(mm - 7.17) < 0.4) continue
        const db = gainDb(tgcCdb, described.tgc_step_ns, (mm * 2e6) / 1540)
        const exact = amplitudeToCode(level * 10 ** (db / 20))
        // 10 bits at -24 dB are 0.4 dB.
        assert.ok(
            Math.abs(picture!.codes[k]! - exact) <= 2,
            `${mm.toFixed(2)} mm: ${picture!.codes[k]} instead of ${exact}`
        )
    }
})

test("channel data: the gain of a sample is that of its time after the pulse", async () => {
    const request: PullbackRequest = {
        ...ARRAY_REQUEST,
        frameRateHz: 1,
        channelDataPairs: { list: 1 },
        tgcCdb: tgcCurve(STEP, array),
    }
    const bench = await BenchCart.boot(request, {
        ...EVEN_SLED,
        channelData: { line: (_z, _shot, out) => void out.fill(ECHO) },
    })
    await bench.home()
    const d = await pulled(bench, request)
    assert.is(d.first_sample_ns, 324)
    const [frame] = bench.cart.receiver.assembler!.frames
    const rf = new DataView(frame!.codes.buffer, frame!.codes.byteOffset)
    for (let at = 0; at < frame!.codes.length / 2; at++) {
        const k = at % d.samples_per_line
        const db = gainDb(request.tgcCdb!, 419, 324 + 12.5 * k)
        const exact = 32768 * ECHO * 10 ** (db / 20)
        assert.ok(Math.abs(rf.getInt16(2 * at, true) - exact) <= 0.51, `sample ${k}`)
    }
})

test.run()
