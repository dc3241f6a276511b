// Figures of the sled's acceleration, and of the jolt at breakaway from static friction.

import { type FigureList, LIMITS, NO_RULER } from "./timing-figures"
import { steps, worstAmong, worstOf } from "./timing-fit"
import type { Track } from "./timing-track"

const ACCELERATION = "acceleration, worst"
const JOLT = "jolt as the sled breaks away"
const RULER_STEP_US = 1000
/**
 * Limits of the time T, ms. Acceleration is the second difference of position over T on each side, that is a mean over 2 T
 * with a triangular weight. T is half a ramp, so that too steep a ramp is visible. Below 20 ms the 1 um motion at breakaway
 * would dominate; above 50 ms there is no benefit.
 */
const SMOOTH_MS = [20, 50] as const
/** Tolerance for speed trimming and the steps of the ramp. */
const ACCEL_SLACK = 0.05
/** Lead-screw error within spec: 10 um peak to peak in each revolution of 1 mm. */
const SCREW_AMPLITUDE_MM = 0.005
const SCREW_LEAD_MM = 1
/**
 * Motion at breakaway. Static friction of 2 N + 30 % falls to 70 % when the sled slides; this releases the nut, a spring of
 * at least 2 N/um, and the sled overshoots to twice the released deflection. Model: boards/virtual/sled.
 */
const BREAKAWAY_N = 2 * (1.3 - 0.7)
const NUT_N_PER_MM = 2000
const BREAKAWAY_MM = (2 * BREAKAWAY_N) / NUT_N_PER_MM
/** The jolt is the change between two means of the speed over this time. */
const JOLT_MS = 5
/** Below this speed over 5 ms the sled is at standstill. */
const STANDSTILL_MM_PER_S = 0.01
/** Time in which the sled reaches the motor's speed after breakaway; the smoothing of the acceleration would hide a jolt. */
const BREAKAWAY_US = 100_000

/** Time T of the second difference, us. */
export function smoothUs(speedMmPerS: number): number {
    const halfRampMs = (1000 * speedMmPerS) / LIMITS.accelMmPerS2 / 2
    const [least, most] = SMOOTH_MS
    return 1000 * Math.min(most, Math.max(least, halfRampMs))
}

/**
 * Limit of the acceleration, mm/s²: that of the ramp, plus the lead-screw error (a wave of f Hz, attenuated by
 * (sin(pi f T) / (pi f T))²) and the motion at breakaway (divided by T²).
 */
export function accelLimitOf(speedMmPerS: number): number {
    const smoothS = smoothUs(speedMmPerS) / 1e6
    const hz = speedMmPerS / SCREW_LEAD_MM
    const half = Math.PI * hz * smoothS
    const attenuation = (Math.sin(half) / half) ** 2
    const screw = SCREW_AMPLITUDE_MM * (2 * Math.PI * hz) ** 2
    return (
        LIMITS.accelMmPerS2 * (1 + ACCEL_SLACK) + screw * attenuation + BREAKAWAY_MM / smoothS ** 2
    )
}

/** Change of the ramp's speed between two means, plus the motion at breakaway within one mean. */
const JOLT_LIMIT_MM_PER_S = (LIMITS.accelMmPerS2 * JOLT_MS) / 1000 + BREAKAWAY_MM * (1000 / JOLT_MS)

const JOLT_TEXT = `≤ ${JOLT_LIMIT_MM_PER_S.toFixed(2)}`

const accelText = (speedMmPerS: number): string => `≤ ${accelLimitOf(speedMmPerS).toFixed(1)}`

/** Checks the acceleration from standstill to standstill, and the jolt at breakaway. */
export function checkAccelerationAndJolt(
    list: FigureList,
    track: Track,
    speedMmPerS: number
): void {
    if (!track.independent) {
        list.skip(ACCELERATION, "mm/s2", accelText(speedMmPerS), NO_RULER)
        list.skip(JOLT, "mm/s", JOLT_TEXT, NO_RULER)
        return
    }
    checkAcceleration(list, track, speedMmPerS)
    checkJolt(list, track)
}

/** First time at which the sled moves, us. */
function motionStartUs(track: Track): number {
    let t = track.fromUs
    while (t < track.toUs && track.speedMmPerS(t, 5) < STANDSTILL_MM_PER_S) t += RULER_STEP_US
    return t
}

/** Acceleration over the whole track, every `stepUs`: pairs of time in us and acceleration in mm/s². */
export function* accelerationOf(
    { fromUs, toUs, positionMm }: Track,
    speedMmPerS: number,
    stepUs = RULER_STEP_US
): Generator<[number, number]> {
    const smooth = smoothUs(speedMmPerS)
    for (const t of steps(fromUs + smooth, toUs - smooth, stepUs)) {
        const change = positionMm(t + smooth) - 2 * positionMm(t) + positionMm(t - smooth)
        yield [t, change / (smooth / 1e6) ** 2]
    }
}

function checkAcceleration(list: FigureList, track: Track, speedMmPerS: number): void {
    const worst = worstAmong(accelerationOf(track, speedMmPerS), ([, a]) => a)
    list.check(
        ACCELERATION,
        worst,
        "mm/s2",
        accelText(speedMmPerS),
        Math.abs(worst) <= accelLimitOf(speedMmPerS),
        `ruler, second difference over ${smoothUs(speedMmPerS) / 1000} ms; ${LIMITS.accelMmPerS2} of the ramp, ${100 * ACCEL_SLACK} %, lead-screw error and breakaway`
    )
}

function checkJolt(list: FigureList, track: Track): void {
    const startUs = motionStartUs(track)
    const speed = (t: number): number => track.speedMmPerS(t, JOLT_MS)
    const changes = [...steps(startUs, startUs + BREAKAWAY_US, RULER_STEP_US)].map(
        t => speed(t) - speed(t - 1000 * JOLT_MS)
    )
    const worst = Math.abs(worstOf(changes))
    list.check(
        JOLT,
        worst,
        "mm/s",
        JOLT_TEXT,
        worst <= JOLT_LIMIT_MM_PER_S,
        `ruler, change of speed from ${JOLT_MS} ms to the next in the first ${BREAKAWAY_US / 1000} ms of motion; limit: ramp, and breakaway from 2 N + 30 % of friction with a nut of 2 N/um`
    )
}
