// Responsible for: the figures of the sled's acceleration, and of the jolt with which it breaks away.
// Not for: speed (timing-motion.ts).

import { type FigureList, LIMITS, NO_RULER } from "./timing-figures"
import { steps, worstOf } from "./timing-fit"
import type { Track } from "./timing-track"

const ACCELERATION = "acceleration, worst"
const JOLT = "jolt as the sled breaks away"
const RULER_STEP_US = 1000
/**
 * Acceleration is the second difference of position over twice a time T, a mean over 2 T with most weight on its middle.
 * T is half a ramp, so that a ramp that is too steep shows; shorter than 20 ms the micrometre by which a sled breaks
 * away would be all that shows, longer than 50 ms nothing is gained.
 */
const SMOOTH_MS = [20, 50] as const
/** Share for speed trimming and the ramp's own steps. */
const ACCEL_SLACK = 0.05
/** The screw of a sled that is in order: 10 um peak to peak in each turn of 1 mm. */
const SCREW_AMPLITUDE_MM = 0.005
const SCREW_LEAD_MM = 1
/**
 * A sled that breaks away: friction of 2 N and 30 %, less what is left of it when it slides (seven tenths),
 * lets the nut's spring of 2 N/um or more go, and the sled swings twice that far. What it means: boards/virtual/sled.
 */
const BREAK_AWAY_N = 2 * (1.3 - 0.7)
const NUT_N_PER_MM = 2000
const BREAK_AWAY_MM = (2 * BREAK_AWAY_N) / NUT_N_PER_MM
/** Speeds that the jolt is taken from are means over so long. */
const JOLT_MS = 5
/** Slower than that over 5 ms the sled stands. */
const STANDS_MM_PER_S = 0.01
/** In which a sled that broke away comes to the motor's speed, and the smoothing would hide a jolt. */
const CATCH_US = 100_000

/** T of the second difference in us. */
export function smoothUs(speedMmPerS: number): number {
    const halfRampMs = (1000 * speedMmPerS) / LIMITS.accelMmPerS2 / 2
    const [least, most] = SMOOTH_MS
    return 1000 * Math.min(most, Math.max(least, halfRampMs))
}

/**
 * The ramp's acceleration, and what is added by a sled that is in order, as far as the smoothing lets it through:
 * its screw, a wave of f Hz, by (sin(pi f T) / (pi f T))²; its way as it breaks away by 1 / T². mm/s².
 */
export function accelLimitOf(speedMmPerS: number): number {
    const smoothS = smoothUs(speedMmPerS) / 1e6
    const hz = speedMmPerS / SCREW_LEAD_MM
    const half = Math.PI * hz * smoothS
    const through = (Math.sin(half) / half) ** 2
    const screw = SCREW_AMPLITUDE_MM * (2 * Math.PI * hz) ** 2
    return LIMITS.accelMmPerS2 * (1 + ACCEL_SLACK) + screw * through + BREAK_AWAY_MM / smoothS ** 2
}

/** The ramp's change of speed from one mean to the next, and the way of a sled that breaks away in such a time. */
const JOLT_LIMIT_MM_PER_S =
    (LIMITS.accelMmPerS2 * JOLT_MS) / 1000 + BREAK_AWAY_MM * (1000 / JOLT_MS)

const JOLT_TEXT = `≤ ${JOLT_LIMIT_MM_PER_S.toFixed(2)}`

const accelText = (speedMmPerS: number): string => `≤ ${accelLimitOf(speedMmPerS).toFixed(1)}`

/** From standstill to standstill: acceleration, and closer the jolt with which the sled breaks away. */
export function checkJolts(list: FigureList, track: Track, speedMmPerS: number): void {
    if (!track.independent) {
        list.skip(ACCELERATION, "mm/s2", accelText(speedMmPerS), NO_RULER)
        list.skip(JOLT, "mm/s", JOLT_TEXT, NO_RULER)
        return
    }
    checkAcceleration(list, track, speedMmPerS)
    checkJolt(list, track)
}

function movesFrom(track: Track): number {
    let t = track.fromUs
    while (t < track.toUs && track.speedMmPerS(t, 5) < STANDS_MM_PER_S) t += RULER_STEP_US
    return t
}

/** Over the whole track, `stepUs` apart: time in us and acceleration in mm/s². */
export function accelerationOf(
    { fromUs, toUs, positionMm }: Track,
    speedMmPerS: number,
    stepUs = RULER_STEP_US
): [number, number][] {
    const smooth = smoothUs(speedMmPerS)
    const accel = (t: number): number =>
        (positionMm(t + smooth) - 2 * positionMm(t) + positionMm(t - smooth)) / (smooth / 1e6) ** 2
    const times = steps(fromUs + smooth, toUs - smooth, stepUs)
    return [...times].map(t => [t, accel(t)])
}

function checkAcceleration(list: FigureList, track: Track, speedMmPerS: number): void {
    const worst = worstOf(accelerationOf(track, speedMmPerS).map(([, a]) => a))
    list.check(
        ACCELERATION,
        worst,
        "mm/s2",
        accelText(speedMmPerS),
        Math.abs(worst) <= accelLimitOf(speedMmPerS),
        `ruler, second difference over ${smoothUs(speedMmPerS) / 1000} ms; ${LIMITS.accelMmPerS2} of the ramp, ${100 * ACCEL_SLACK} %, and what the screw and breaking away add`
    )
}

function checkJolt(list: FigureList, track: Track): void {
    const movesUs = movesFrom(track)
    const speed = (t: number): number => track.speedMmPerS(t, JOLT_MS)
    const changes = [...steps(movesUs, movesUs + CATCH_US, RULER_STEP_US)].map(
        t => speed(t) - speed(t - 1000 * JOLT_MS)
    )
    const worst = Math.abs(worstOf(changes))
    list.check(
        JOLT,
        worst,
        "mm/s",
        JOLT_TEXT,
        worst <= JOLT_LIMIT_MM_PER_S,
        `ruler, change of speed from ${JOLT_MS} ms to the next in the first ${CATCH_US / 1000} ms of motion; the ramp's own, and friction of 2 N + 30 % that lets go of a nut of 2 N/um`
    )
}
