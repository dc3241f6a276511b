// What a comparison takes of a run.

import type { Catheter } from "../../shared/acquisition/catheters"
import type { FrameFlag } from "../measure/frame-measures"
import type { RunRecord } from "../runs/run-record"

/** A row of measurements.csv; null where there is no value. */
export interface ComparedFrame {
    readonly frame: number
    readonly positionMm: number
    /** With the flag "partly-seen" it is only a part of the lumen. */
    readonly areaMm2: number | null
    readonly minDiameterMm: number | null
    readonly maxDiameterMm: number | null
    readonly vesselAreaMm2: number | null
    readonly plaqueBurdenPercent: number | null
    readonly stentAreaMm2: number | null
    readonly confidence: number | null
    readonly flags: readonly FrameFlag[]
}

export interface ComparedRun {
    /** The name of its folder. */
    readonly name: string
    readonly record: RunRecord
    /** Undefined for a catheter that this program does not know. */
    readonly catheter: Catheter | undefined
    /** Equal where two runs were made from the same capture; undefined where it is not in the folder. */
    readonly capture?: string | undefined
    /** In order of position. */
    readonly frames: readonly ComparedFrame[]
}

/** The runs of a comparison: before and after. */
export type Pair<T> = readonly [T, T]

/** The lumen area of a frame that sees all of it; null otherwise. Only such a lumen is compared. */
export function wholeArea({ areaMm2, flags }: ComparedFrame): number | null {
    return flags.includes("partly-seen") || flags.includes("out-of-depth") ? null : areaMm2
}
