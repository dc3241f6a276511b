// Responsible for: the time gain (TGC) of a catheter as a curve of 32 gains over time: its points, its steps, the gain between.
// Not for: putting it into a front end (the firmware's drivers, un0rick.ts) or curves as a person gives them (src/host/sequence/tgc.ts).

import { type Bytes, putNumber, putNumbers } from "../protocol/bytes"
import { type Catheter, FRONT_END_UN0RICK, SOUND_SPEED_MM_S } from "./catheters"

/** Gains of a curve: as many as an un0rick has steps. The last one holds from its time on. */
export const TGC_POINTS = 32

// What a setup asks for: the catheter's own curve, or the one that comes with it.
export const TGC_OWN = 0
export const TGC_GIVEN = 1

/** Highest gain of a line engine, in 0.01 dB: twice the 50 dB that a time-gain amplifier spans (AD8331's data sheet). */
export const TGC_TOP_CDB = 10000
/** That of an un0rick: its code 1023, of 1024 for 50 dB. */
export const UN_TGC_TOP_CDB = 4995

/** Bytes of {@link writeTgc}. */
export const TGC_LENGTH = 4 + 2 * TGC_POINTS

/** Highest gain that the front end of this catheter has. */
export function tgcTopCdb(catheter: Catheter): number {
    return catheter.front_end === FRONT_END_UN0RICK ? UN_TGC_TOP_CDB : TGC_TOP_CDB
}

/** From point to point, in whole ns: 31 of them are the round trip of the depth. */
export function tgcStepNs(catheter: Catheter): number {
    return Math.round((catheter.depth_um * 2000000) / (TGC_POINTS - 1) / SOUND_SPEED_MM_S)
}

/**
 * The curve of a catheter in 0.01 dB: the one that it was given or, made anew, the straight line of its start and slope, as
 * far up as its front end goes. Point i holds {@link tgcStepNs} · i after the pulse began.
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

/** Gain of a curve at a time after the pulse began, in 0.01 dB and not whole: straight between two points. */
export function tgcGainCdb(curve: readonly number[], step_ns: number, time_ns: number): number {
    const at = Math.min(Math.max(time_ns / step_ns, 0), TGC_POINTS - 1)
    const before = Math.min(Math.floor(at), TGC_POINTS - 2)
    const here = curve[before]
    return here + (curve[before + 1] - here) * (at - before)
}

/** Steps and curve as bytes: what a line engine's registers from TGC_STEP_NS on hold, and what its part of a sequence's CRC is over. */
export function writeTgc(to: Bytes, catheter: Catheter): void {
    putNumber(to, 0, "u32", tgcStepNs(catheter))
    putNumbers(to, 4, tgcOf(catheter))
}
