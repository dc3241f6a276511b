// Tests the calibration record and the lead-screw error derived from it.

import fc from "fast-check"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import * as cal from "./calibration"

const test = suite("calibration")

const plausible = fc.record(
    {
        fclk_hz: fc.oneof(
            ...[8e6, 12e6, 16e6].map(hz => fc.integer({ min: 0.94 * hz, max: 1.06 * hz }))
        ),
        microsteps_per_m: fc.integer({ min: 50688000, max: 51712000 }),
        encoder_nm_per_count: fc.integer({ min: 50, max: 10000 }),
        backlash_nm: fc.integer({ min: 0, max: 100000 }),
        screw_nm: fc.oneof(
            fc.constant([] as number[]),
            // A table around a common value: neighbours are at most 2 · 1150 nm apart.
            fc
                .tuple(
                    fc.integer({ min: -48850, max: 48850 }),
                    fc.array(fc.integer({ min: -1150, max: 1150 }), {
                        minLength: cal.SCREW_POINTS,
                        maxLength: cal.SCREW_POINTS,
                    })
                )
                .map(([middle, points]) => points.map(point => middle + point))
        ),
    },
    { noNullPrototype: true }
)

function recordOf(c: cal.Calibration): Uint8Array {
    const bytes = new Uint8Array(cal.CALIBRATION_LENGTH)
    cal.writeCalibration(bytes, c)
    return bytes
}

test("a plausible record reads back as written and is valid", () => {
    fc.assert(
        fc.property(plausible, c => {
            const bytes = recordOf(c)
            assert.is(cal.checkCalibration(bytes), cal.CALIBRATION_GOOD)
            assert.equal(cal.readCalibration(bytes), {
                ...{ version: cal.CALIBRATION_VERSION, points: c.screw_nm.length },
                ...c,
            })
        })
    )
})

test("refuses a record with a flipped bit or a wrong length [IVUS-LEN-005]", () => {
    fc.assert(
        fc.property(
            plausible,
            fc.nat(8 * cal.CALIBRATION_LENGTH - 1),
            fc.nat(300),
            (c, bit, length) => {
                const bytes = recordOf(c)
                bytes[bit >> 3]! ^= 1 << (bit & 7)
                assert.is.not(cal.checkCalibration(bytes), cal.CALIBRATION_GOOD)
                const other = new Uint8Array(length)
                other.set(recordOf(c).subarray(0, length))
                if (length !== cal.CALIBRATION_LENGTH)
                    assert.is.not(cal.checkCalibration(other), cal.CALIBRATION_GOOD)
            }
        )
    )
})

test("refuses implausible values with a correct CRC [IVUS-LEN-005]", () => {
    const wrong: Partial<cal.Calibration>[] = [
        { fclk_hz: 4000000 },
        { fclk_hz: 10000000 },
        { fclk_hz: 14000000 },
        { fclk_hz: 18000000 },
        { microsteps_per_m: 25600000 },
        { encoder_nm_per_count: 0 },
        { backlash_nm: 200000 },
        { screw_nm: new Array<number>(cal.SCREW_POINTS).fill(60000) },
        // One step of 2.4 um in 31 um: 7.7 % of the speed.
        { screw_nm: Array.from({ length: cal.SCREW_POINTS }, (_, i) => (i < 16 ? 0 : 2400)) },
    ]
    for (const change of wrong)
        assert.is(
            cal.checkCalibration(recordOf({ ...cal.nominalCalibration(), ...change })),
            cal.CALIBRATION_OUT_OF_RANGE
        )
    assert.is(cal.checkCalibration(new Uint8Array(0)), cal.CALIBRATION_MISSING)
})

/** A sinusoidal lead-screw error, one period per revolution. @param nmPp amplitude in nm, peak to peak */
function sine(nmPp: number): cal.Calibration {
    const screw_nm = Array.from({ length: cal.SCREW_POINTS }, (_, i) =>
        Math.round((nmPp / 2) * Math.sin((2 * Math.PI * i) / cal.SCREW_POINTS))
    )
    return { ...cal.nominalCalibration(), screw_nm }
}

test("corrects the speed ripple of a 10 um lead-screw error to a tenth", () => {
    const c = sine(10000)
    for (let revolutions = -2; revolutions < 3; revolutions += 0.0137) {
        const microsteps = revolutions * cal.MICROSTEPS_PER_REVOLUTION
        const angle = 2 * Math.PI * revolutions
        // Linear between 32 points: chord against arc is 5 um·(1 − cos(π/32)) = 24 nm.
        const error = 5000 * Math.sin(angle)
        assert.ok(Math.abs(cal.screwErrorNm(c, microsteps) - error) < 30)
        // d/dx of 5 um·sin(2πx/1 mm) is π %·cos; differences over two points keep 98.7 % of it.
        const factor = 1 + 0.01 * Math.PI * Math.cos(angle)
        assert.ok(Math.abs(cal.screwSpeedFactor(c, microsteps) - factor) < 0.001, `${revolutions}`)
    }
    assert.is(cal.screwSpeedFactor(cal.nominalCalibration(), 1234), 1)
})

test.run()
