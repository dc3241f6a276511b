// The encoder against the ruler; the chip's counter against the encoder; fixed-point factors, deviation, index, faults.
import * as assert from "uvu/assert"
import { suite } from "uvu"
import * as fc from "fast-check"
import { BusMaster } from "./testing/bus-master"
import { EncoderInput } from "./encoder-input"
import { ENCMODE } from "./registers"

const test = suite("encoder")

const moving = (): BusMaster =>
    new BusMaster({ seed: 9, sled: { startPositionMm: 5 } })
        .begin()
        .ramp({ speed: 3, accel: 30 })
        .target(20)

test("counts follow the true position to one count, also for times in the past", () => {
    const m = moving()
    const zero = Math.floor(m.rig.ruler.positionMm(0) * 1000)
    m.finish()
    for (let t = 0; t < m.timeUs; t += 77_777) {
        const truth = m.rig.ruler.positionMm(t) * 1000 - zero
        // 1 count from rounding down, and the ruler's samples are up to 1 ms apart: below 1 um of curvature at 30 mm/s^2
        assert.ok(Math.abs(m.rig.encoder.countsAt(t) - truth) < 1.6, `${t}`)
    }
})

test("X_ENC is the count times 51.2, and an attached counter gets the same count", () => {
    const m = moving()
    let own = 0
    m.rig.encoder.attach({ onCounts: delta => (own += delta) })
    m.finish()
    assert.is(own, m.rig.encoder.countsAt(m.timeUs))
    assert.is(m.readSigned("X_ENC"), Math.floor(own * 51.2))
    assert.ok(own > 19_950 && own < 20_050)
})

test("ENC_CONST: binary, decimal and negative factors (chapter 20, examples of the data sheet)", () => {
    const run = (mode: number, raw: number, counts: number): number => {
        const e = new EncoderInput()
        e.setMode(mode)
        e.setConst(raw)
        e.count(counts)
        return e.xEnc
    }
    assert.is(run(0, 0x00010000, 7), 7)
    assert.is(run(0, 0xffff0000, 7), -7)
    assert.is(run(ENCMODE.encSelDecimal, 0x00191770, 10), 256, "25.6")
    assert.is(run(ENCMODE.encSelDecimal, 0xffe60fa0, 10), -256, "-25.6")
    fc.assert(
        fc.property(
            fc.integer({ min: -0x80000000, max: 0x7fffffff }),
            fc.array(fc.integer({ min: -50, max: 50 }), { maxLength: 40 }),
            (raw, deltas) => {
                const e = new EncoderInput()
                e.setConst(raw)
                let sum = 0n
                for (const d of deltas) {
                    e.count(d)
                    sum += BigInt(d)
                }
                // the exact product in 16.16, rounded down and wrapped to 32 bits
                assert.is(e.xEnc, Number(BigInt.asIntN(32, (sum * BigInt(raw)) >> 16n)))
            }
        ),
        { seed: 2 }
    )
})

test("ENC_DEVIATION warns of lost steps, holds the warning while it applies, and raises the interrupt", () => {
    const m = moving()
    m.write("RAMP_STAT", 0x1fff)
    m.write("ENC_DEVIATION", 5120)
    m.advanceMs(2000)
    assert.is(m.read("ENC_STATUS"), 0)
    assert.is(m.rig.chip.interrupt, false)
    m.rig.faults.inject("stall", m.timeUs)
    m.advanceMs(100)
    assert.is(m.read("ENC_STATUS"), 2)
    assert.is(m.rig.chip.interrupt, true)
    assert.ok(m.rig.chip.core.ramp.moving, "only a warning: the motor keeps running")
    m.write("ENC_STATUS", 2)
    assert.is(m.read("ENC_STATUS"), 2)
    m.write("ENC_DEVIATION", 0)
    m.write("ENC_STATUS", 2)
    assert.is(m.read("ENC_STATUS"), 0)
})

test("the index mark latches and clears once (clr_once, clr_enc_x, latch_x_act)", () => {
    const m = moving()
    m.write(
        "ENCMODE",
        ENCMODE.encSelDecimal |
            ENCMODE.ignoreAb |
            ENCMODE.polN |
            ENCMODE.clrOnce |
            ENCMODE.posEdge |
            ENCMODE.clrEncX |
            ENCMODE.latchXAct
    )
    m.finish()
    assert.is(m.read("ENC_STATUS"), 1)
    assert.is(m.read("ENCMODE") & ENCMODE.clrOnce, 0)
    // the mark is 5 mm after the start
    assert.ok(Math.abs(m.readSigned("ENC_LATCH") / 51200 - 5) < 0.002)
    assert.ok(Math.abs(m.readSigned("XLATCH") / 51200 - 5) < 0.03)
    assert.ok(Math.abs(m.readSigned("X_ENC") / 51200 - 15) < 0.03)
})

test("faults: dead, reversed, lost edges", () => {
    const m = moving()
    m.advanceMs(1000)
    const at = (): number => m.rig.encoder.countsAt(m.timeUs)
    const run = (fault: string, value?: number): number => {
        m.rig.faults.inject(fault, m.timeUs, value)
        const before = at()
        m.advanceMs(500)
        const ran = at() - before
        m.rig.faults.clear(fault, m.timeUs)
        return ran
    }
    assert.is(run("encoder-dead"), 0)
    // 1500 um at 3 mm/s; screw error and count +-11
    assert.ok(Math.abs(run("encoder-reversed") + 1500) < 12)
    assert.ok(Math.abs(run("encoder-slip", 0.2) - 1200) < 12)
    assert.is(m.rig.faults.active.length, 0)
})

test("checks its options and refuses times before the log", () => {
    assert.throws(() => new BusMaster({ seed: 1, encoder: { resolutionUm: 0 } }), /0.05..100/)
    assert.throws(() => moving().rig.encoder.countsAt(-1), /not in the log/)
})

test.run()
