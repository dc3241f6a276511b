// The measurements of one frame: lumen, vessel, plaque, calcium and stent, with what is unsure about them.

import { atOnce, type Steps } from "../in-steps"
import type { ImagingGeometry } from "../picture/geometry"
import type { LumenBorder } from "./lumen-along"
import { type LumenMeasures, measureLumen } from "./lumen-measures"
import { extendsBeyondView } from "./lumen-view"
import type { FrameWall } from "./walls-along"

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

/** A frame tells missing A-lines below this share of them: one or two are bridged without a loss. */
const PRESENT_LEAST = 0.98

/** Greatest displacement of any angle that is not told: it moves a border of 3 mm by 0.4 mm along itself. */
const UNEVEN_DEG = 8

/** The lumen is only partly seen if more than this share of it is hidden behind folds, or more than this angle not heard. */
const HIDDEN_SHARE = 0.03
const UNHEARD_DEG = 60

/** A shadow wider than this is told: narrower ones are bridged without a loss. */
const SHADOW_DEG = 12

/** The lumen goes on into a branch if there is no wall behind its border over this angle. */
const OPEN_DEG = 12

const TOUCH_DEG = 10
const SATURATED_SHARE = 0.03

/** Frames of one step of the work: some milliseconds. */
const FRAMES_A_STEP = 1024

/** A lumen flatter than this is unsure: at 8 : 1 its area reads 5 % small, while 5 : 1 is within its limits. */
const FLAT_MOST = 6.5

/** A border is unsure if less than this was heard, or if it differs by this share from those before and behind it. */
const HEARD_LEAST = 0.7
const UNEVENNESS_MOST = 0.06

/**
 * Measures a frame by its borders.
 * @param wall what else was found; null where nothing but the lumen border is known
 */
export function measureFrame(
    border: LumenBorder,
    wall: FrameWall | null,
    geometry: ImagingGeometry
): FrameMeasures {
    const isOpen = extendsBeyondView(border.radiusMm, geometry)
    const lumen = isOpen ? null : measureLumen(border.radiusMm)
    const isPart = isOpen || (wall !== null && isPartlySeen(wall))
    // What is compared with the lumen needs all of it.
    const vessel = (!isPart && wall?.vessel) || null
    const plaqueAreaMm2 = lumen && vessel ? vessel.areaMm2 - lumen.areaMm2 : null
    const measures: FrameMeasures = {
        lumen,
        vessel: vessel && { areaMm2: vessel.areaMm2, arcSeenDeg: vessel.arcSeenDeg },
        plaqueAreaMm2,
        plaqueBurdenPercent:
            plaqueAreaMm2 === null ? null : (100 * plaqueAreaMm2) / vessel!.areaMm2,
        calciumArcDeg: lumen && wall ? wall.calciumArcDeg : null,
        shadowArcDeg: wall?.shadowArcDeg ?? 0,
        stent: wall?.stent
            ? {
                  areaMm2: wall.stent.areaMm2,
                  struts: wall.stent.struts,
                  malapposedStruts: wall.stent.malapposed,
              }
            : null,
        ...{ heardFraction: border.edgeFraction, confidence: border.edgeFraction, flags: [] },
    }
    return withFlags(measures, flagsOf(border, wall, lumen))
}

function isPartlySeen({ hiddenShare, unheardDeg }: FrameWall): boolean {
    return hiddenShare > HIDDEN_SHARE || unheardDeg > UNHEARD_DEG
}

function flagsOf(
    border: LumenBorder,
    wall: FrameWall | null,
    lumen: LumenMeasures | null
): FrameFlag[] {
    const isOpen = lumen === null
    const isUnheard = border.edgeFraction < HEARD_LEAST
    const isFlat = !isOpen && lumen.maxDiameterMm > FLAT_MOST * lumen.minDiameterMm
    if (!wall) return [...(isOpen ? (["out-of-depth"] as const) : [])]
    const found: Readonly<Partial<Record<FrameFlag, boolean>>> = {
        "out-of-depth": isOpen,
        "partly-seen": isPartlySeen(wall),
        saturated: wall.saturatedShare > SATURATED_SHARE,
        "catheter-at-wall": wall.touchDeg > TOUCH_DEG,
        shadow: wall.shadowArcDeg > SHADOW_DEG,
        // A strut near the wall may be taken for it.
        "border-unsure":
            isUnheard ||
            isFlat ||
            wall.unevenness > UNEVENNESS_MOST ||
            (wall.stent?.malapposed ?? 0) > 0,
        branch: wall.openDeg > OPEN_DEG,
    }
    return Object.entries(found).flatMap(([flag, is]) => (is ? [flag as FrameFlag] : []))
}

/** What is known only of the whole run. */
export interface RunDoubts {
    /** For each frame, whether it shows a branch (branches.ts). */
    readonly branches?: readonly boolean[]
    /** Share of its A-lines that each frame has. */
    readonly presentShares?: readonly number[]
    readonly rotation?: { readonly maxDeg: number | null }
}

/** Measures with the flags that follow from the whole run. */
export function withRunFlags(measures: readonly FrameMeasures[], run: RunDoubts): FrameMeasures[] {
    return atOnce(runFlagSteps(measures, run))
}

/** As {@link withRunFlags}, in steps. */
export function* runFlagSteps(
    measures: readonly FrameMeasures[],
    run: RunDoubts
): Steps<FrameMeasures[]> {
    const isUneven = (run.rotation?.maxDeg ?? 0) > UNEVEN_DEG
    const made: FrameMeasures[] = []
    for (const [i, m] of measures.entries()) {
        if (i % FRAMES_A_STEP === 0) yield
        const flags: FrameFlag[] = []
        if (run.branches?.[i]) flags.push("branch")
        if ((run.presentShares?.[i] ?? 1) < PRESENT_LEAST) flags.push("a-lines-missing")
        if (isUneven) flags.push("uneven-rotation")
        made.push(withFlags(m, flags))
    }
    return made
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
