// The next parabola of a positioning ramp: faster, slower, even, braking. Pure functions of parameters, speed and
// distance to go; which of them applies is decided in ramp-generator.ts.
// Source: TMC5160 data sheet, 12.2.1 (A1 and D1 below V1, AMAX and DMAX above), 12.2.4 and 12.2.5.
import {
    meetingSpeed,
    meetingSpeedSlowing,
    stoppingDistance,
    type RampParameters,
} from "./ramp-profile"

/** A stretch of constant acceleration along the direction of motion. */
export interface Segment {
    /** usteps/s^2 */
    accel: number
    /** Duration in s, Infinity if only a change from outside ends it. */
    seconds: number
    /** Speed set exactly at the end; NaN leaves what the parabola gives. */
    endSpeed: number
    /** The end is the target position, with a stop. */
    atTarget: boolean
}

/** Even motion, or rest, for `seconds`. */
export const even = (seconds: number, atTarget = false): Segment => ({
    accel: 0,
    seconds,
    endSpeed: NaN,
    atTarget,
})

/** From `speed` to `goal` at `rate` (> 0), whatever the distance: velocity mode and braking. */
export const toSpeed = (speed: number, goal: number, rate: number, atTarget = false): Segment => ({
    accel: Math.sign(goal - speed) * rate,
    seconds: Math.abs(goal - speed) / rate,
    endSpeed: goal,
    atTarget,
})

/** Even speed until the stopping distance is left; at or below VSTOP until the target. */
export function cruise(p: RampParameters, speed: number, d: number): Segment {
    return speed <= p.vstop ? even(d / speed, true) : even((d - stoppingDistance(p, speed)) / speed)
}

/** Speeds up towards `goal`, to the next edge of the profile or to where braking must begin. */
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

/** Slows down towards a lower VMAX with the rates of acceleration (12.2.5: A1 and AMAX "for ramping up and down"). */
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

/** Brakes with DMAX above V1 and D1 below, down to VSTOP; with a rate of 0 the speed stays for ever. */
export function braking(p: RampParameters, speed: number): Segment {
    const above = speed > p.v1
    const rate = above ? p.dmax : p.d1
    const low = above ? Math.max(p.v1, p.vstop) : p.vstop
    return rate > 0 ? toSpeed(speed, low, rate) : even(Infinity)
}
