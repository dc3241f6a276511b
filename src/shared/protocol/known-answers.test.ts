// Tests src/shared against standards, data sheets, other implementations and hand calculations.

import { crc32c as libraryCrc32c } from "@node-rs/crc32"
import * as fc from "fast-check"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import { catheterOf } from "../acquisition/catheters"
import { crc32c, crc32cOfText, crc8 } from "./crc32c"
import { amplitudeToCode, codeToAmplitude } from "../acquisition/sample-codes"
import * as ramp from "../motion/ramp"
import { GOOD, REFUSED_PRF, REFUSED_SPI_RATE } from "../codes"
import { budgetSequence } from "../acquisition/sequence-budget"
import { samplePeriodPs, writeTableEntry } from "../acquisition/firing-table"

const test = suite("known answers")
const bytesOf = (text: string): Uint8Array =>
    Uint8Array.from(Buffer.from(text.replaceAll(" ", ""), "hex"))

// RFC 3720, B.4; the RFC prints the CRC in wire order, low byte first.
const RFC_3720: readonly [string, Uint8Array, string][] = [
    ["32 zeros", new Uint8Array(32), "aa 36 91 8a"],
    ["32 ones", new Uint8Array(32).fill(0xff), "43 ab a8 62"],
    ["32 counting up", Uint8Array.from({ length: 32 }, (_, i) => i), "4e 79 dd 46"],
    ["32 counting down", Uint8Array.from({ length: 32 }, (_, i) => 31 - i), "5c db 3f 11"],
    [
        "an iSCSI read command",
        bytesOf(
            "01 c0 00 00 00 00 00 00 00 00 00 00 00 00 00 00 14 00 00 00 00 00 04 00 00 00 00 14 00 00 00 18 28 00 00 00 00 00 00 00 02 00 00 00 00 00 00 00"
        ),
        "56 3a 96 d9",
    ],
]

for (const [name, bytes, wire] of RFC_3720)
    test(`CRC-32C of RFC 3720: ${name}`, () => {
        const crc = crc32c(bytes, 0, bytes.length, 0)
        const expected = Buffer.from(bytesOf(wire)).readUInt32LE()
        assert.is(crc, expected)
    })

test("check values of the CRC catalogue: CRC-32C and CRC-8 of 123456789", () => {
    const digits = bytesOf("313233343536373839")
    assert.is(crc32c(digits, 0, 9, 0), 0xe3069283)
    assert.is(crc32cOfText("123456789", 0), 0xe3069283)
    assert.is(crc8(digits, 0, 9), 0xfb)
})

test("CRC-32C equals the library's for any bytes and seed, in one or two parts", () => {
    const bytes = fc.uint8Array({ maxLength: 200 })
    fc.assert(
        fc.property(bytes, fc.nat(200), fc.nat(0xffffffff), (b, cut, seed) => {
            const expected = libraryCrc32c(b, seed)
            assert.is(crc32c(b, 0, b.length, seed), expected)
            const middle = Math.min(cut, b.length)
            const first = crc32c(b, 0, middle, seed)
            assert.is(crc32c(b, middle, b.length, first), expected)
        }),
        { numRuns: 2000, seed: 1 }
    )
})

// TMC5160 data sheet: VMAX = v·2^24/fCLK, AMAX = a·2^41/fCLK², in microsteps; by hand:
// 1 mm/s · 51,200 /mm · 16,777,216 / 12,000,000 = 71,582.788
// 20 mm/s² · 51,200 /mm · 2,199,023,255,552 / 144·10^12 = 15,637.499
const VMAX: readonly [number, number, number, number][] = [
    [1000000, 51200, 12000000, 71583],
    [250000, 51200, 12000000, 17896], // 17,895.70
    [10000000, 51200, 12000000, 715828], // 715,827.88
    [1000000, 51200, 12500000, 68719], // 68,719.48
    [500000, 25600, 16000000, 13422], // 13,421.77
]
test("VMAX equals hand calculations with the data sheet's formula", () => {
    for (const [speed, steps, fclk, vmax] of VMAX) assert.is(ramp.vmaxOf(speed, steps, fclk), vmax)
    // 71,583 · 12,000,000 / 2^24 / 51,200 = 1.000,002,96 mm/s
    const made = ramp.speedOfVmax(71583, 51200, 12000000)
    assert.ok(Math.abs(made - 1000002.96) < 0.01)
})

test("AMAX equals hand calculations with the data sheet's formula", () => {
    assert.is(ramp.amaxOf(20000000, 51200, 12000000), 15637)
    assert.is(ramp.amaxOf(20000000, 25600, 16000000), 4398) // 4,398.05
})

test("rounding of VMAX changes an allowed speed by less than 0.003 %", () => {
    // Half a unit of VMAX relative to 17,896, the smallest value used.
    const speeds = fc.integer({ min: ramp.SPEED_MIN_NM_S, max: ramp.SPEED_MAX_NM_S })
    fc.assert(
        fc.property(speeds, speed => {
            const vmax = ramp.vmaxOf(speed, 51200, 12000000)
            const made = ramp.speedOfVmax(vmax, 51200, 12000000)
            assert.ok(Math.abs(made / speed - 1) < 3e-5)
        }),
        { numRuns: 1000, seed: 1 }
    )
})

test("a pullback of 20 mm at 1 mm/s equals the hand calculation", () => {
    // Ramp: v²/2a = 1/40 mm = 25 um in 50 ms. Before the window 400 ms at speed, after it 200 ms.
    assert.is(ramp.rampLengthNm(1000000), 25000)
    assert.equal(ramp.planPullback(1000000, 1000000, 20000000), {
        start_nm: 1000000,
        window_start_nm: 1425000,
        window_end_nm: 21425000,
        target_nm: 21650000,
        duration_ms: 20700,
    })
})

test("any pullback: the window has the requested length, in whole micrometres, without the ramps", () => {
    const speeds = fc.integer({ min: ramp.SPEED_MIN_NM_S, max: ramp.SPEED_MAX_NM_S })
    const lengths = fc.integer({ min: ramp.LENGTH_MIN_NM, max: ramp.LENGTH_MAX_NM })
    fc.assert(
        fc.property(speeds, lengths, (speed, length) => {
            const plan = ramp.planPullback(ramp.PARK_NM, speed, length)
            assert.is(plan.window_end_nm - plan.window_start_nm, length)
            assert.is(plan.window_start_nm % 1000, 0)
            const ramp_nm = (speed * speed) / (2 * ramp.ACCEL_NM_S2)
            const before = plan.window_start_nm - plan.start_nm - ramp_nm
            const after = plan.target_nm - plan.window_end_nm - ramp_nm
            assert.ok(before >= 0.4 * speed && before < 0.4 * speed + 1001)
            assert.ok(after >= 0.2 * speed && after < 0.2 * speed + 1001)
            const path = plan.target_nm - plan.start_nm
            const ideal_ms = 1000 * (path / speed + speed / ramp.ACCEL_NM_S2)
            assert.ok(Math.abs(plan.duration_ms - ideal_ms) < 1.01)
        }),
        { numRuns: 1000, seed: 2 }
    )
})

test("companding: full scale, zero, 72 dB over 255 steps, half is -6.02 dB", () => {
    assert.is(codeToAmplitude(255), 1)
    assert.is(codeToAmplitude(0), 0)
    const step = Math.pow(10, 72 / 255 / 20)
    for (let code = 1; code < 255; code++) {
        const ratio = codeToAmplitude(code + 1) / codeToAmplitude(code)
        // Rounding of doubles only.
        assert.ok(Math.abs(ratio / step - 1) < 1e-12)
    }
    // 255 - 6.0206·255/72 = 233.68
    assert.is(amplitudeToCode(0.5), 234)
    for (const silence of [0, -1, NaN, 1e-30]) assert.is(amplitudeToCode(silence) + 0, 0)
    for (const loud of [1, 1.5, 1e30, Infinity]) assert.is(amplitudeToCode(loud), 255)
    for (let code = 0; code < 256; code++) assert.is(amplitudeToCode(codeToAmplitude(code)), code)
})

test("sequence budgets equal hand calculations", () => {
    const [c20, c10] = [catheterOf("array-20mhz")!, catheterOf("array-10mhz")!]
    // 2 · 10 mm / 1540 m/s = 12,987.01 ns; 256 lines · 30/s = 7680/s, 130,208.3 ns apart
    assert.equal(budgetSequence(c20, 30000), {
        reason: GOOD,
        nearest: 30000,
        line_period_ns: 130208,
        round_trip_ns: 12988,
        lines_per_s: 7680,
    })
    // Bus: 0.85 · 40 MHz / (8 · 280 bits) / 256 lines = 59.291 frames/s
    assert.is(budgetSequence(c20, 59291).reason, GOOD)
    assert.is(budgetSequence(c20, 59292).reason, REFUSED_SPI_RATE)
    assert.is(budgetSequence(c20, 60000).nearest, 59291)
    // Firings: 896 · (19,481 + 4000) ns = 21.038976 ms, 47.530 frames/s
    assert.is(budgetSequence(c10, 47530).reason, GOOD)
    assert.is(budgetSequence(c10, 47531).reason, REFUSED_PRF)
    assert.is(budgetSequence(c10, 90000).nearest, 47530)
})

test("a table entry equals the hand calculation", () => {
    // 2 · 39.0625 um / 1540 m/s = 50,730.5 ps = 0xc62b; half of 50 ns = 25 ns; line 128 of 256 is element 32 of 64.
    assert.is(samplePeriodPs(catheterOf("array-20mhz")!), 0xc62b)
    const bytes = new Uint8Array(16)
    writeTableEntry(bytes, 0, catheterOf("array-20mhz")!, 128)
    const expected = "80 00  20 20  19 00  02 00  00 01  00 00  2b c6 00 00"
    assert.equal([...bytes], [...bytesOf(expected)])
})

test.run()
