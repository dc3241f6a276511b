// The measurements of one frame: lumen, vessel, plaque, calcium and stent, with what is unsure about them.

import type { ImagingGeometry } from "../picture/geometry"
import type { LumenBorder } from "./lumen-along"
import { type LumenMeasures, measureLumen } from "./lumen-measures"
import { extendsBeyondView } from "./lumen-view"

/** What makes a frame unsure, or has been done to it; see README.md for the limits. */
export type FrameFlag =
    | "partly-seen"
    | "out-of-depth"
    | "saturated"
    | "uneven-rotation"
    | "catheter-at-wall"
    | "shadow"
    | "a-lines-missing"
    | "border-unsure"
    | "branch"
    | "edited"
    | "unreviewed"

export interface FrameMeasures {
    /** Null where the lumen extends beyond the view. With the flag "partly-seen" it is only a part of the lumen. */
    readonly lumen: LumenMeasures | null
    /** Inside the outer border of the media (EEM); null where too little of it is visible. */
    readonly vessel: { readonly areaMm2: number; readonly arcSeenDeg: number } | null
    /** Plaque + media: vessel less lumen. */
    readonly plaqueAreaMm2: number | null
    /** Plaque + media as a share of the vessel. */
    readonly plaqueBurdenPercent: number | null
    /** About the lumen's centroid; null where there is no lumen. */
    readonly calciumArcDeg: number | null
    /** A-lines with nothing heard behind calcium or metal, about the catheter. */
    readonly shadowArcDeg: number
    /** Null where no stent is seen. Its expansion is against the reference segments, in segment-measures.ts. */
    readonly stent: StentMeasures | null
    /** Share of the circle on which the lumen's border was heard, 0..1; the rest is bridged. */
    readonly heardFraction: number
    /** 0..1: {@link heardFraction}, less for each flag (README.md, "Confidence"). */
    readonly confidence: number
    readonly flags: readonly FrameFlag[]
}

export interface StentMeasures {
    /** Inside the struts' leading edges. */
    readonly areaMm2: number
    readonly struts: number
    /** Struts with blood between them and the wall. */
    readonly malapposedStruts: number
}

/** What the confidence is multiplied with for each flag. **Convention** of this program, not measured. */
const FACTOR: Readonly<Record<FrameFlag, number>> = {
    "partly-seen": 0.2,
    "out-of-depth": 0,
    saturated: 0.7,
    "uneven-rotation": 0.7,
    "catheter-at-wall": 0.9,
    shadow: 0.9,
    "a-lines-missing": 0.8,
    "border-unsure": 0.5,
    branch: 0.7,
    edited: 1,
    unreviewed: 1,
}

/** Measures a frame by its lumen border. */
export function measureFrame(border: LumenBorder, geometry: ImagingGeometry): FrameMeasures {
    const isOpen = extendsBeyondView(border.radiusMm, geometry)
    const measures: FrameMeasures = {
        lumen: isOpen ? null : measureLumen(border.radiusMm),
        ...{ vessel: null, plaqueAreaMm2: null, plaqueBurdenPercent: null },
        ...{ calciumArcDeg: null, shadowArcDeg: 0, stent: null },
        ...{ heardFraction: border.edgeFraction, confidence: border.edgeFraction, flags: [] },
    }
    return withFlags(measures, isOpen ? ["out-of-depth"] : [])
}

/** The same measures with more flags and the confidence that they leave. */
export function withFlags(measures: FrameMeasures, flags: readonly FrameFlag[]): FrameMeasures {
    const added = [...new Set(flags)].filter(flag => !measures.flags.includes(flag))
    if (added.length === 0) return measures
    return {
        ...measures,
        confidence: added.reduce((left, flag) => left * FACTOR[flag], measures.confidence),
        flags: [...measures.flags, ...added],
    }
}

/** The lumen of a frame that sees all of it; null otherwise. Only such a lumen may be compared with others. */
export function wholeLumen(measures: FrameMeasures | null | undefined): LumenMeasures | null {
    if (!measures || measures.flags.includes("partly-seen")) return null
    return measures.lumen
}
