// Tests speed changes over the whole range against an independent kinematic model.

import * as fc from "fast-check"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import { PARK_NM, planPullback } from "./ramp"
import { GOOD, REFUSED_SPEED, REFUSED_SPEED_CHANGE } from "../codes"
import {
    CHANGE_LATENCY_MS,
    planSpeedChange,
    type Remaining,
    type SpeedChange,
} from "./speed-change"

const test = suite("speed change")
const MM = 1000000
const TRAVEL_END = 164 * MM

/** The rest of a pullback from the park position. */
function leftOf(now_nm_s: number, length_nm: number, epoch = 7): Remaining {
    const p = planPullback(PARK_NM, now_nm_s, length_nm)
    const { window_start_nm, window_end_nm, target_nm } = p
    return { window_start_nm, window_end_nm, target_nm, travel_end_nm: TRAVEL_END, epoch }
}

const speed = fc.integer({ min: 25, max: 1000 }).map(n => n * 10000)
const anyCase = fc
    .record({
        now: speed,
        requested: fc.oneof(
            { weight: 8, arbitrary: speed },
            { weight: 1, arbitrary: fc.double() },
            { weight: 1, arbitrary: fc.constantFrom(0, -MM, NaN, 255000, 11 * MM) }
        ),
        length: fc.oneof(
            fc.integer({ min: 1000, max: 20000 }),
            fc.integer({ min: 1000, max: 150000 })
        ),
        share: fc.double({ min: 0, max: 0.999, noNaN: true }),
        epoch: fc.constantFrom(0, 7, 65535),
    })
    .map(({ now, requested, length, share, epoch }) => {
        const left = leftOf(now, length * 1000, epoch)
        const at = left.window_start_nm + Math.floor(share * length * 1000)
        return { now, requested, at, left }
    })
const RUNS = { seed: 20240607, numRuns: 3000 }

/** Textbook kinematics in mm and s. @param late_s delay of the ramp after the command */
function simulate(at: number, now: number, to: number, late_s: number) {
    const [v0, v1] = [now / MM, to / MM]
    const ramp_s = Math.abs(v1 - v0) / 20
    const ramp_end = at / MM + v0 * late_s + ((v0 + v1) / 2) * ramp_s
    return {
        ramp_end,
        when: (place: number): number => 1000 * (late_s + ramp_s + (place / MM - ramp_end) / v1),
    }
}

function checkChange(c: SpeedChange, at: number, now: number, left: Remaining): void {
    for (const [name, value] of Object.entries(c))
        if (typeof value === "number") assert.ok(Number.isInteger(value), `${name} is ${value}`)
    assert.is(c.window_end_nm, left.window_end_nm)
    assert.is(c.begin_nm, at)
    assert.ok(c.target_nm <= left.travel_end_nm)
    if (c.speed_nm_s === now) {
        assert.equal(
            [c.epoch, c.resume_nm, c.target_nm, c.resume_ms],
            [left.epoch, at, left.target_nm, 0]
        )
        return
    }
    assert.is(c.epoch, (left.epoch + 1) % 65536)
    assert.is(c.target_first, c.speed_nm_s > now)
    const late = simulate(at, now, c.speed_nm_s, CHANGE_LATENCY_MS / 1000)
    const soon = simulate(at, now, c.speed_nm_s, 0)
    // Distances are rounded up twice, to nm.
    assert.ok(
        c.ramp_end_nm / MM - late.ramp_end >= -1e-9 && c.ramp_end_nm / MM - late.ramp_end < 2.1e-6
    )
    assert.ok(soon.ramp_end <= late.ramp_end)
    // For any delay of the ramp: 400 ms at the new speed before the next section, which is at least 1 mm long.
    const settled_nm = c.resume_nm - c.ramp_end_nm - 0.4 * c.speed_nm_s
    assert.ok(settled_nm >= -1e-3 && settled_nm < 1000)
    assert.ok(c.window_end_nm - c.resume_nm >= MM)
    for (const [actual, place] of [
        [c.resume_ms, c.resume_nm],
        [c.window_end_ms, c.window_end_nm],
    ] as const) {
        const latest = Math.max(late.when(place), soon.when(place))
        // Rounded up to a ms, minus the time for 2 nm.
        assert.ok(
            actual >= latest - 0.01 && actual < latest + 1.01,
            `${actual} instead of ${latest}`
        )
    }
    // The deceleration equals that of a pullback planned at the new speed.
    const fresh = planPullback(PARK_NM, c.speed_nm_s, MM)
    assert.is(c.target_nm - c.window_end_nm, fresh.target_nm - fresh.window_end_nm)
    const v = c.speed_nm_s / MM
    const down_ms = 1000 * ((c.target_nm - c.window_end_nm) / MM / v + v / 40)
    assert.ok(Math.abs(c.remaining_ms - c.window_end_ms - down_ms) <= 1.01)
}

test("every change is valid, and the nearest value of every refusal is allowed", () => {
    const seen = { fits: 0, speed: 0, late: 0, kept: 0 }
    fc.assert(
        fc.property(anyCase, ({ now, requested, at, left }) => {
            let result = planSpeedChange(at, now, requested, left)
            if (result.reason === REFUSED_SPEED) {
                seen.speed++
                result = planSpeedChange(at, now, result.value, left)
            }
            if (result.reason === REFUSED_SPEED_CHANGE) {
                seen.late++
                if (result.value === now) seen.kept++
                result = planSpeedChange(at, now, result.value, left)
            } else seen.fits++
            assert.is(result.reason, GOOD)
            checkChange(result.change!, at, now, left)
        }),
        RUNS
    )
    for (const [name, count] of Object.entries(seen)) assert.ok(count > 20, `${name} ${count}`)
})

test("the nearest speed of a refusal is the nearest allowed one", () => {
    let refused = 0
    let other = 0
    fc.assert(
        fc.property(anyCase, ({ now, requested, at, left }) => {
            const { reason, value } = planSpeedChange(at, now, requested, left)
            if (reason !== REFUSED_SPEED_CHANGE) return
            refused++
            if (value !== now) other++
            for (let d = 10000; d < Math.abs(value - requested); d += 10000)
                for (const v of [requested - d, requested + d])
                    assert.not(
                        planSpeedChange(at, now, v, left).change,
                        `${v} is nearer to ${requested} than ${value}`
                    )
        }),
        { ...RUNS, numRuns: 500 }
    )
    assert.ok(refused > 50 && other > 10, `${refused} ${other}`)
})

test("0.5 to 1 mm/s by hand calculation", () => {
    const left = leftOf(MM / 2, 20 * MM, 65535)
    const { change } = planSpeedChange(10 * MM, MM / 2, MM, left)
    // 20 ms at 0.5 mm/s are 10 um; (1 - 0.25)/40 mm of ramp; 400 ms at 1 mm/s.
    assert.is(change!.ramp_end_nm, 10 * MM + 10000 + 18750)
    assert.is(change!.resume_nm, 10 * MM + 10000 + 19000 + 400000)
    assert.is(change!.epoch, 0)
    assert.is(change!.target_nm, left.window_end_nm + 225000)
    assert.ok(change!.target_first)
})

test("outside the window, or from an invalid speed, there is no nearest speed", () => {
    const left = leftOf(MM, 20 * MM)
    for (const at of [left.window_start_nm - 1, left.window_end_nm, NaN])
        assert.equal(planSpeedChange(at, MM, 2 * MM, left), {
            reason: REFUSED_SPEED_CHANGE,
            value: 0,
            change: undefined,
        })
    assert.is(planSpeedChange(5 * MM, 0, MM, left).value, 0)
})

test("refuses a speed whose deceleration would exceed the travel", () => {
    const left = { ...leftOf(MM, 20 * MM), travel_end_nm: 24 * MM }
    const { reason, value } = planSpeedChange(3 * MM, MM, 10 * MM, left)
    assert.is(reason, REFUSED_SPEED_CHANGE)
    const at = (v: number): boolean => !!planSpeedChange(3 * MM, MM, v, left).change
    assert.ok(value > MM && at(value) && !at(value + 10000))
})

test.run()
