// Tests the un0rick's control word, pulse, gain steps, length and time of an A-line.
import * as assert from "uvu/assert"
import { suite } from "uvu"
import * as fc from "fast-check"
import { allCatheters } from "../acquisition/catheter-list"
import { SOUND_SPEED_MM_S } from "../acquisition/catheters"
import { TGC_POINTS, tgcOf, tgcStepNs, UN_TGC_TOP_CDB } from "../acquisition/tgc"
import * as un from "./un0rick"

const test = suite("un0rick registers")

test("control word: write, increment, words - 1, address", () => {
    // Gateware documentation: bit 23, bit 22, bits 21 to 8, bits 7 to 0.
    assert.is(un.un0rickControl(false, false, 1, 0xf1), 0x0000f1)
    assert.is(un.un0rickControl(true, false, 1, 0x50), 0x800050)
    assert.is(un.un0rickControl(true, true, 32, 0x20), 0xc01f20)
    assert.is(un.un0rickControl(false, false, 16384, 0xa0), 0x3fffa0)
})

test("pulse: the nearest whole number of periods, 0 outside the range of the board", () => {
    for (const [khz, periods] of [
        [20000, 3],
        [10000, 6],
        [5000, 13],
        [31875, 2],
        [249.1, 256],
        [31876, 0],
        [248, 0],
        [0, 0],
        [-5, 0],
        [NaN, 0],
        [Infinity, 0],
    ] as const)
        assert.is(un.un0rickHalfPeriod(khz), periods, `${khz} kHz`)
    fc.assert(
        fc.property(fc.double({ min: 250, max: 31875, noNaN: true }), khz => {
            const half = un.un0rickHalfPeriod(khz)
            // Rounded to half a period of 127.5 MHz.
            const exact = 127500 / (2 * khz)
            assert.ok(Math.abs(half - exact) <= 0.5 + 1e-9)
            const actual = un.un0rickActualKhz(half)
            assert.ok(Math.abs(127500 / (2 * actual) - half) < 1e-9)
        }),
        { seed: 1 }
    )
})

test("width registers hold the number minus one, limited to their range", () => {
    for (const [periods, value] of [
        [1, 0],
        [3, 2],
        [256, 255],
        [0, 0],
        [4000, 255],
    ] as const)
        assert.is(un.un0rickWidth(periods), value)
})

test("words: the round trip plus the lead, 0 if one read cannot hold them", () => {
    assert.is(un.un0rickWords(10000), 832)
    assert.is(un.un0rickWords(15000), 1246)
    fc.assert(
        fc.property(fc.double({ min: 1, max: 24600, noNaN: true }), um => {
            const words = un.un0rickWords(um)
            const samples = (2 * um * 63.75e6) / (1000 * SOUND_SPEED_MM_S)
            assert.ok(words - 4 >= samples && words - 5 < samples)
            assert.ok(words <= un.UN_READ_MAX)
        }),
        { seed: 1 }
    )
    for (const um of [0, -1, NaN, 24700, 1e9]) assert.is(un.un0rickWords(um), 0, `${um} um`)
    // The longest read fits into one SPI block of 4,096 bytes.
    assert.ok(3 + 2 * un.UN_READ_MAX <= 4096)
})

test("gain: 10 bits, monotonic for a rising curve, 20.48 codes per dB", () => {
    const even = (cdb: number): number[] => Array<number>(TGC_POINTS).fill(cdb)
    assert.is(un.un0rickGain(even(0), 500, 0, 0), 0)
    assert.is(un.un0rickGain(even(2500), 500, 1000, 31), 512)
    assert.is(un.un0rickGain(even(9999), 500, 0, 0), 1023)
    assert.is(un.un0rickGain(even(-100), 500, 0, 0), 0)
    // The highest allowed gain is the highest one that is not clipped.
    assert.is(un.un0rickGain(even(UN_TGC_TOP_CDB), 500, 0, 0), 1023)
    assert.is(Math.floor(un.un0rickGainCdb(1023)), UN_TGC_TOP_CDB)
    // Middle of step 1: sample 764 after the pulse, 11.984 us; at 1.309 dB/us 15.69 dB.
    const line = Array.from({ length: TGC_POINTS }, (_, i) => 130.9 * i)
    assert.is(un.un0rickGain(line, 1000, 0, 1), 321)
    // A step of the curve at point 12 is after that middle, and before it with a surface at 1 mm (1.299 us).
    const step = Array.from({ length: TGC_POINTS }, (_, i) => (i < 13 ? 0 : 2500))
    assert.is(un.un0rickGain(step, 1000, 0, 1), 0)
    assert.is(un.un0rickGain(step, 1000, 1000, 1), 512)
    // After the last point its gain is used.
    const risen = Array.from({ length: TGC_POINTS }, (_, i) => (i < 31 ? 0 : 2500))
    for (let i = 2; i < 32; i++) assert.is(un.un0rickGain(risen, 516, 1000, i), 512, `step ${i}`)
    for (const catheter of allCatheters()) {
        const curve = tgcOf(catheter)
        let last = -1
        for (let i = 0; i < un.UN_GAIN_STEPS; i++) {
            const code = un.un0rickGain(curve, tgcStepNs(catheter), catheter.catheter_radius_um, i)
            assert.ok(Number.isInteger(code) && code >= last && code <= 1023)
            last = code
        }
    }
})

test("the catheter's curve starts at its centre, the board's time at the surface", () => {
    const catheter = allCatheters().find(c => c.id === "single-un0rick")!
    // Middle of step 0: sample 252 after the pulse, 3.044 mm, plus 1 mm to the surface; at 0.43 dB/mm 1.739 dB.
    assert.is(un.un0rickGain(tgcOf(catheter), tgcStepNs(catheter), 1000, 0), 36)
    assert.ok(Math.abs(un.un0rickGainCdb(36) - 173.9) <= 50 / 20.48)
    const words = un.un0rickWords(un.un0rickDepthUm(catheter))
    assert.is(words - un.UN_LEAD_WORDS, catheter.samples_per_line)
    assert.is(un.un0rickElement(catheter, 24), 0)
})

test("switches: one bit each, 0 outside 0 to 15", () => {
    assert.is(un.un0rickSwitch(0), 1)
    assert.is(un.un0rickSwitch(15), 0x8000)
    assert.is(un.un0rickSwitch(16), 0)
    assert.is(un.un0rickSwitch(-1), 0)
})

test("time: each A-line and the empty one after it; a frame is the sum of its A-lines", () => {
    const us = un.un0rickAcquisitionUs(1)
    assert.ok(Math.abs(us - (512 + 2 * 16384 + 3) / 63.75) < 1e-9)
    const budget = un.budgetUn0rick(allCatheters()[0]!, 8e6, 1000, 5)
    // 49 bytes plus 808 words, from the surface at 0.3 mm to 10 mm, at one byte per us.
    assert.is(budget.bus_us, 49 + 2 * 808)
    assert.is(budget.line_us, 49 + 2 * 808 + 1000 + 30)
    assert.is(budget.frame_us, 256 * budget.line_us)
    assert.is(budget.frame_rate_mhz, Math.floor(1e9 / budget.frame_us))
})

test("gain: a board whose DAC gives other volts gets the same gain, to half a code, and never more than its top code", () => {
    for (const volts of [0.5, 1, 2.048, 4.096])
        for (let code = 0; code < 1024; code++) {
            const own = un.un0rickDacCode(code, volts)
            if (code / volts <= 1023)
                assert.ok(Math.abs(own * volts - code) <= volts / 2 + 1e-9, `${code}`)
            else assert.is(own, 1023)
        }
    assert.is(un.un0rickDacCode(700, un.UN_DAC_VOLTS_DEFAULT), 700)
})

test("pulse: its edge is at a whole sample, the one of depth 0", () => {
    assert.is((un.UN_INITDEL_USED + 2) / 2, un.UN_LEAD_WORDS)
})

test.run()
