// Tests the measurement of a sled and the rounds of a calibration on invented samples.

import fc from "fast-check"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import { nominalCalibration, screwErrorNm } from "../../shared/motion/calibration"
import { expectedMeanError, worstExpectedError } from "./expected-speed"
import { CalibrationProcedure, type Round } from "./procedure"
import { InventedSled, type InventedSledOptions } from "./testing/invented-sled"

const test = suite("calibration")

const PERFECT: InventedSledOptions = { clockHz: 12e6, lead: 1, backlashUm: 0, screw: [] }

interface Calibrated {
    readonly rounds: readonly Round[]
    readonly procedure: CalibrationProcedure
    readonly sled: InventedSled
}

/** @throws RunError as the procedure */
function calibrate(sled: InventedSled): Calibrated {
    const procedure = new CalibrationProcedure(sled, nominalCalibration())
    procedure.begin()
    while (!procedure.done) {
        const next = sled.queue.shift()
        assert.ok(next, "the procedure waits for ever")
        procedure.onState(next.state)
        for (const sample of next.survey ?? []) procedure.onSurvey(sample)
    }
    return { rounds: procedure.rounds, procedure, sled }
}

const calibrated = (options: Partial<InventedSledOptions>): Calibrated =>
    calibrate(new InventedSled({ ...PERFECT, ...options }, nominalCalibration()))

/** Amplitudes and phases of a lead-screw error whose sum of amplitudes is at most 10 um: 20 um peak to peak. */
const screw = fc
    .array(
        fc.tuple(
            fc.double({ min: 0, max: 1, noNaN: true }),
            fc.double({ min: 0, max: 1, noNaN: true })
        ),
        {
            minLength: 1,
            maxLength: 3,
        }
    )
    .chain(parts =>
        fc.double({ min: 0, max: 10, noNaN: true }).map(um => {
            // Slopes rise with the harmonic; a screw within 7 % of slope can be corrected.
            const all = parts.reduce((sum, [a], i) => sum + a * (i + 1), 0) || 1
            return parts.map(([a, phase]) => [(um * a) / all, phase] as const)
        })
    )

test("one calibration finds clock, lead, backlash and screw of any sled within its limits", () => {
    fc.assert(
        fc.property(
            fc.double({ min: 0.95, max: 1.05, noNaN: true }),
            fc.double({ min: -0.005, max: 0.005, noNaN: true }),
            fc.double({ min: 0, max: 99, noNaN: true }),
            screw,
            (clock, lead, backlashUm, harmonics) => {
                const { rounds, sled } = calibrated({
                    ...{ clockHz: 12e6 * clock, lead: 1 + lead, backlashUm, screw: harmonics },
                })
                assert.ok(rounds.length <= 3, `${rounds.length} rounds`)
                const record = sled.record
                // A record is kept if it is right to 0.01 %, a tenth of the tolerance of the mean speed, by a
                // measurement good to 0.002 %; two counts of the encoder.
                assert.ok(Math.abs(record.fclk_hz / (12e6 * clock) - 1) < 1.2e-4)
                assert.ok(Math.abs((record.microsteps_per_m / 51.2e6) * (1 + lead) - 1) < 1.2e-4)
                assert.ok(Math.abs(record.backlash_nm / 1000 - backlashUm) < 2)
                for (let i = 0; i < 100; i++) {
                    const true_um = harmonics.reduce(
                        (sum, [um, phase], k) =>
                            sum + um * Math.sin(2 * Math.PI * (((k + 1) * i) / 100 + phase)),
                        0
                    )
                    // The encoder's rounding leaves 0.05 um; the chord between two points 0.4 % per harmonic squared.
                    const apart = screwErrorNm(record, 512 * i) / 1000 - true_um
                    assert.ok(Math.abs(apart) < 0.5, `${apart} um`)
                }
                const { measured } = rounds.at(-1)!
                assert.ok(Math.abs(expectedMeanError(measured, record)) < 2e-4)
                assert.ok(worstExpectedError(measured, record) <= 0.005)
            }
        ),
        { numRuns: 40 }
    )
})

test("a calibrated sled needs one round", () => {
    const first = calibrated({ clockHz: 12.4e6, lead: 1.002, screw: [[5, 0.3]], backlashUm: 40 })
    const again = new CalibrationProcedure(first.sled, first.sled.record)
    again.begin()
    while (!again.done) {
        const next = first.sled.queue.shift()!
        again.onState(next.state)
        for (const sample of next.survey ?? []) again.onSurvey(sample)
    }
    assert.is(again.rounds.length, 1)
})

test("stores the maximum for a backlash of 100 um that is measured slightly above it", () => {
    // Below 2 um above the maximum: the encoder's rounding must not reach the limit of 3 um.
    for (const backlashUm of [100, 100.7, 102]) {
        const { rounds, sled } = calibrated({ backlashUm, lead: 1.002 })
        assert.ok(rounds.at(-1)!.measured.backlashNm > 99_000)
        assert.ok(sled.record.backlash_nm <= 100_000)
        assert.ok(sled.record.backlash_nm > 99_000)
    }
})

const refusals: [string, Partial<InventedSledOptions>, RegExp][] = [
    ["a backlash above 100 um", { backlashUm: 130 }, /backlash is 130\.\d um, at most 100\.0 um/],
    ["a backlash of 105 um", { backlashUm: 105 }, /backlash is 10[45]\.\d um, at most 100\.0 um/],
    ["a clock between the known ones", { clockHz: 13e6 }, /13\.000 MHz.*oscillator/],
    ["a lead that is 1.5 % off", { lead: 1.015 }, /1\.0150 mm/],
    [
        "a screw that changes the speed by 12 %",
        { screw: [[19, 0]] },
        /changes the speed by up to 1[12]\.\d+ %/,
    ],
    [
        "a lead that changes along the travel",
        { extraUm: revolutions => (revolutions > 12 ? 10 * (revolutions - 12) : 0) },
        /uneven|evenly/,
    ],
    [
        "a sled that sticks and slips",
        { extraUm: revolutions => 4 * ((revolutions * 37.3) % 1) },
        /does not move evenly: it deviates by 1\.\d um/,
    ],
]
for (const [what, options, sentence] of refusals)
    test(`refuses ${what} and says why`, () => {
        assert.throws(() => calibrated(options), sentence)
    })

test("refuses a clock that changes while it is measured", () => {
    const sled = new InventedSled(PERFECT, nominalCalibration())
    const calibration = sled.calibration.bind(sled)
    sled.clockHz = 12.1e6
    sled.calibration = record => {
        sled.clockHz *= 1.001
        calibration(record)
    }
    assert.throws(() => calibrate(sled), /after 4 rounds.*clock of the motor driver by 0\.100 %/)
})

test("leaves out a garbled sample", () => {
    const sled = new InventedSled({ ...PERFECT, screw: [[5, 0]] }, nominalCalibration())
    const procedure = new CalibrationProcedure(sled, nominalCalibration())
    procedure.begin()
    while (!procedure.done) {
        const next = sled.queue.shift()!
        procedure.onState(next.state)
        for (const [i, sample] of (next.survey ?? []).entries())
            procedure.onSurvey(
                i === 500
                    ? { ...sample, encoder_usteps: sample.encoder_usteps ^ (1 << 20) }
                    : i === 700
                      ? { ...sample, motor_usteps: sample.motor_usteps ^ (1 << 14) }
                      : sample
            )
    }
    assert.ok(Math.abs(procedure.inForce.microsteps_per_m / 51.2e6 - 1) < 1e-5)
})

test.run()
