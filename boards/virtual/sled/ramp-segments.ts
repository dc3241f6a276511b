// The next parabola of a positioning ramp: accelerating, decelerating, constant speed, braking. Stateless;
// ramp-generator.ts decides which one applies.
// Source: TMC5160 data sheet, 12.2.1 (A1 and D1 below V1, AMAX and DMAX above), 12.2.4 and 12.2.5.
import {
    meetingSpeed,
    meetingSpeedSlowing,
    stoppingDistance,
    type RampParameters,
} from "./ramp-profile"

/** A segment of constant acceleration in the direction of motion. */
export interface Segment {
    /** usteps/s^2 */
    accel: number
    /** Duration in s; Infinity if only an external change ends it. */
    seconds: number
    /** Speed set exactly at the end; NaN keeps the computed one. */
    endSpeed: number
    /** The segment ends at the target position, with a stop. */
    atTarget: boolean
}

/** Constant speed, or rest, for `seconds`. */
export const even = (seconds: number, atTarget = false): Segment => ({
    accel: 0,
    seconds,
    endSpeed: NaN,
    atTarget,
})

/** From `speed` to `goal` at `rate` (> 0), regardless of distance: velocity mode and braking. */
export const toSpeed = (speed: number, goal: number, rate: number, atTarget = false): Segment => ({
    accel: Math.sign(goal - speed) * rate,
    seconds: Math.abs(goal - speed) / rate,
    endSpeed: goal,
    atTarget,
})

/** Constant speed until the stopping distance is left; at or below VSTOP until the target. */
export function cruise(p: RampParameters, speed: number, d: number): Segment {
    return speed <= p.vstop ? even(d / speed, true) : even((d - stoppingDistance(p, speed)) / speed)
}

/** Accelerates towards `goal`, up to the next edge of the profile or the start of braking. */
export function faster(
    p: RampParameters,
    speed: number,
    d: number,
    goal: number,
    rate: number
): Segment {
    let high = goal
    for (const edge of [p.v1, p.vstop]) if (speed < edge && edge < high) high = edge
    const meet = meetingSpeed(p, speed, d, rate)
    return meet <= high ? toSpeed(speed, meet, rate, speed < p.vstop) : toSpeed(speed, high, rate)
}

/** Decelerates to a lower VMAX with the acceleration rates (12.2.5: A1 and AMAX "for ramping up and down"). */
export function slower(
    p: RampParameters,
    speed: number,
    d: number,
    goal: number,
    rate: number
): Segment {
    let low = goal
    for (const edge of [p.v1, p.vstop]) if (speed > edge && edge > low) low = edge
    const meet = meetingSpeedSlowing(p, speed, d, rate)
    return meet >= low ? toSpeed(speed, meet, rate, speed <= p.vstop) : toSpeed(speed, low, rate)
}

/** Brakes with DMAX above V1 and D1 below, down to VSTOP; at rate 0 the speed stays constant. */
export function braking(p: RampParameters, speed: number): Segment {
    const above = speed > p.v1
    const rate = above ? p.dmax : p.d1
    const low = above ? Math.max(p.v1, p.vstop) : p.vstop
    return rate > 0 ? toSpeed(speed, low, rate) : even(Infinity)
}
