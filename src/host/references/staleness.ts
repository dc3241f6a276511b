// Responsible for: whether a ring-down reference that fits still holds, and if not, why.
// Not for: finding it (reference-store.ts) or subtracting it (../picture).

/**
 * A catheter is used in one procedure, and its ring-down changes with temperature, kinks and bubbles. Assumption, since no
 * public source gives a figure: half a day covers any procedure.
 */
export const AGE_LIMIT_MS = 12 * 3600_000
/** A clock may be set a little; a reference from further ahead has no age that is known. */
const AHEAD_LIMIT_MS = 60_000

/**
 * Ring-down that is left, in dB below the ring-down. A reference that holds leaves -45 dB of noise and rounding
 * (hil-tests/imaging/ring-down.test.ts); a ring-down that has changed by a code (0.28 dB) leaves nothing, as that is taken for
 * rounding, by 0.5 dB some -27 dB.
 */
export const RESIDUAL_LIMIT_DB = -30

/**
 * Why a reference should be captured anew; a sentence each, empty while it holds.
 * @param residualDb what is left in the latest frames (ringDownResidualDb), or undefined where that is not known yet
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
            `The reference is ${Math.floor(ageMs / 3600_000)} h old, more than ${AGE_LIMIT_MS / 3600_000} h: capture anew.`
        )
    else if (ageMs < -AHEAD_LIMIT_MS)
        why.push("The reference was captured in the future: check the clock, and capture anew.")
    if (residualDb !== undefined && residualDb > RESIDUAL_LIMIT_DB)
        why.push(
            `The reference leaves ring-down of ${residualDb.toFixed(0)} dB, more than ${RESIDUAL_LIMIT_DB} dB: with the tip free in blood, capture anew.`
        )
    return why
}
