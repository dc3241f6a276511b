// The TGC of a catheter as a curve of 32 gains over time.

import { type Bytes, putNumber, putNumbers } from "../protocol/bytes"
import { type Catheter, FRONT_END_UN0RICK, SOUND_SPEED_MM_S } from "./catheters"

/** Gains per curve, equal to the gain steps of an un0rick; after the last point the gain is constant. */
export const TGC_POINTS = 32

// Values of `tgc` in a setup: the catheter's own curve, or the one in the setup.
export const TGC_OWN = 0
export const TGC_GIVEN = 1

/** Maximum gain of a line engine, in 0.01 dB: twice the 50 dB range of a TGC amplifier (AD8331 data sheet). */
export const TGC_TOP_CDB = 10000
/** Maximum gain of an un0rick: code 1023, with 1024 codes for 50 dB. */
export const UN_TGC_TOP_CDB = 4995

/** Number of bytes written by {@link writeTgc}. */
export const TGC_LENGTH = 4 + 2 * TGC_POINTS

/** Maximum gain of this catheter's front end, in 0.01 dB. */
export function tgcTopCdb(catheter: Catheter): number {
    return catheter.front_end === FRONT_END_UN0RICK ? UN_TGC_TOP_CDB : TGC_TOP_CDB
}

/** Time between points, in whole ns: 31 steps are the round trip to the imaged depth. */
export function tgcStepNs(catheter: Catheter): number {
    return Math.round((catheter.depth_um * 2000000) / (TGC_POINTS - 1) / SOUND_SPEED_MM_S)
}

/**
 * Returns the curve of a catheter in 0.01 dB: its given curve, or a line from start and slope, limited to the front end's
 * maximum. Point i is at {@link tgcStepNs} · i after the start of the pulse.
 */
export function tgcOf(catheter: Catheter): number[] {
    if (catheter.tgc_cdb) return catheter.tgc_cdb
    const curve: number[] = []
    const step_mm = (tgcStepNs(catheter) * SOUND_SPEED_MM_S) / 2000000000
    const top = tgcTopCdb(catheter)
    for (let i = 0; i < TGC_POINTS; ++i) {
        const growth_cdb = catheter.tgc_slope_cdb_per_mm * step_mm * i
        curve.push(Math.min(top, Math.round(catheter.tgc_start_cdb + growth_cdb)))
    }
    return curve
}

/** Gain of a curve at a time after the start of the pulse, in 0.01 dB (not rounded): linear between points. */
export function tgcGainCdb(curve: readonly number[], step_ns: number, time_ns: number): number {
    const at = Math.min(Math.max(time_ns / step_ns, 0), TGC_POINTS - 1)
    const before = Math.min(Math.floor(at), TGC_POINTS - 2)
    const here = curve[before]
    return here + (curve[before + 1] - here) * (at - before)
}

/** Writes step and curve as bytes: the content of the line engine's registers from TGC_STEP_NS on, which the sequence CRC covers. */
export function writeTgc(to: Bytes, catheter: Catheter): void {
    putNumber(to, 0, "u32", tgcStepNs(catheter))
    putNumbers(to, 4, "u16", tgcOf(catheter))
}
