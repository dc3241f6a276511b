// Decides whether a matching ring-down reference is still valid, and if not, why.

/**
 * A catheter is used in one procedure, and its ring-down changes with temperature, kinks and bubbles. Assumption, since
 * no public source gives a figure: half a day covers any procedure.
 */
export const AGE_LIMIT_MS = 12 * 3600_000
/** Allowance for a clock that was adjusted; further ahead, the age is unknown. */
const AHEAD_LIMIT_MS = 60_000

/**
 * Limit of the residual ring-down, in dB relative to the ring-down. A valid reference leaves -45 dB of noise and
 * rounding (hil-tests/imaging/ring-down.test.ts). A change of one code (0.28 dB) leaves nothing, as it counts as
 * rounding; a change of 0.5 dB leaves about -27 dB.
 */
export const RESIDUAL_LIMIT_DB = -30

/**
 * Reasons to capture a new reference, one sentence each; empty while it is valid.
 * @param residualDb residual in the latest frames (ringDownResidualDb), or undefined if not known yet
 */
export function stalenessReasons(
    capturedMs: number,
    nowMs: number,
    residualDb: number | undefined
): string[] {
    const why: string[] = []
    const ageMs = nowMs - capturedMs
    if (ageMs > AGE_LIMIT_MS)
        why.push(
            `The reference is ${Math.floor(ageMs / 3600_000)} h old, the limit is ${AGE_LIMIT_MS / 3600_000} h: capture a new one.`
        )
    else if (ageMs < -AHEAD_LIMIT_MS)
        why.push("The reference is dated in the future: check the clock and capture a new one.")
    if (residualDb !== undefined && residualDb > RESIDUAL_LIMIT_DB)
        why.push(
            `The reference leaves ring-down of ${residualDb.toFixed(0)} dB, the limit is ${RESIDUAL_LIMIT_DB} dB: capture a new one with the tip free in blood.`
        )
    return why
}
