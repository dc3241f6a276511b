// The measurements of a whole pullback: minimum lumen area, reference segments, stenosis, lesion, volumes.
//
// Definitions: ACC consensus on IVUS (Mintz et al., J Am Coll Cardiol 2001; 37: 1478). Reference: the largest lumen beside a
// stenosis, in the same segment and without a major branch between. Area stenosis: (reference - minimum lumen area) /
// reference. Lengths and volumes: only from a motorised pullback, here at one speed.

import { atOnce, type Steps } from "../in-steps"
import { CONFIDENCE_MIN, type SeriesFrame, usableFrames } from "./area-series"
import type { Edits } from "./edits"
import type { FrameMeasures } from "./frame-measures"
import { type Flattening, flatteningOf } from "./flattening"
import { normalAt } from "./lesion"
import { lesionNotes, lesionsWith, type ListedLesion, listLesions } from "./lesions"
import { lengthDefect } from "./pullback-speed"
import { asNormal, average, lesionOf, smallest, within } from "./reference-segments"
import { type Volumes, volumesOf } from "./volumes"

/** How the catheter moved. */
export type PullbackMode = "continuous" | "stepped" | "gated" | "manual"

/** A stretch of the vessel whose lumen counts as normal. */
export interface ReferenceSegment {
    readonly fromMm: number
    readonly toMm: number
    /** Mean over its frames. */
    readonly areaMm2: number
    /** Mean vessel (EEM) area of its frames; null where it is not visible. */
    readonly vesselAreaMm2: number | null
    readonly source: "automatic" | "moved"
}

/** A frame and what is smallest there. */
export interface AreaAt {
    readonly areaMm2: number
    readonly positionMm: number
    /** Place of the frame in the run's frames. */
    readonly i: number
}

export interface Lesion {
    readonly fromMm: number
    readonly toMm: number
    /** Null where lengths are refused. */
    readonly lengthMm: number | null
    /** Its smallest lumen; that of the pullback may be elsewhere. */
    readonly min: AreaAt
}

/** What could not be measured, and why: one sentence without a full stop. */
export interface Refusal {
    readonly what: "references" | "stenosis" | "lengths" | "volumes" | "wall volumes"
    readonly reason: string
}

export interface SegmentMeasures {
    /** The minimum lumen area of the pullback. */
    readonly mla: AreaAt | null
    /** Towards the end of the pullback: `positionMm` grows proximally. */
    readonly referenceProximal: ReferenceSegment | null
    readonly referenceDistal: ReferenceSegment | null
    /** (mean of the references - smallest lumen of the lesion) / mean of the references; null without a lesion or a reference. */
    readonly areaStenosisPercent: number | null
    /** The area between the references at the lesion's smallest lumen, on a straight line from one to the other. */
    readonly taperedReferenceMm2: number | null
    readonly lesion: Lesion | null
    /** Every lesion, by position: {@link lesion} as above, the others with automatic references. */
    readonly lesions: readonly ListedLesion[]
    readonly volumes: Volumes | null
    /** Vessel (EEM) area at the lesion's smallest lumen / mean of that of the references. */
    readonly remodellingIndex: number | null
    /** Of the lesion against its references: whether it is pressed flat. */
    readonly flattening: Flattening | null
    /** Smallest stent area / mean of the references' lumen. */
    readonly stentExpansionPercent: number | null
    /** Frames of which the measurements are accepted by a person, of all. */
    readonly framesAccepted: number
    readonly frames: number
    /** One sentence each. */
    readonly notes: readonly string[]
    readonly refused: readonly Refusal[]
}

/** A pullback of which each frame is measured. */
export interface MeasuredPullback {
    readonly positionsMm: readonly number[]
    readonly timesMs: readonly number[]
    /** One for each frame; none where the catheter images in one direction. */
    readonly measures: readonly FrameMeasures[]
    readonly mode: PullbackMode
    readonly edits: Edits
}

/** Measures a whole pullback. */
export function measureSegment(pullback: MeasuredPullback): SegmentMeasures {
    return atOnce(segmentSteps(pullback))
}

/** As {@link measureSegment}, in steps: some tens of ms for the longest pullbacks. */
export function* segmentSteps(pullback: MeasuredPullback): Steps<SegmentMeasures> {
    const { positionsMm, measures } = pullback
    const frames = usableFrames(positionsMm, measures)
    yield
    const counts = {
        framesAccepted: measures.filter(({ flags }) => !flags.includes("unreviewed")).length,
        frames: measures.length,
    }
    const nothing = noReason(pullback, frames)
    if (nothing !== undefined)
        return { ...NOTHING, ...counts, mla: smallest(frames), refused: refusedAll(nothing) }
    const defect = lengthDefect(pullback)
    yield
    const narrowing = narrowingOf(pullback, frames, defect)
    yield
    const lesions = lesionsWith(narrowing.measures, listLesions(frames, defect === undefined))
    yield
    const { volumes, reason, wallReason } =
        defect === undefined
            ? volumesOf(frames, positionsMm)
            : { volumes: null, reason: defect, wallReason: null }
    return {
        ...counts,
        mla: smallest(frames),
        ...{ ...narrowing.measures, lesions, volumes },
        notes: [
            ...leftOutNotes(measures.length, frames.length),
            ...narrowing.notes,
            ...lesionNotes(narrowing.measures, lesions),
        ],
        refused: [
            ...narrowing.refused,
            ...(defect === undefined ? [] : [{ what: "lengths", reason: defect } as const]),
            ...(reason === null ? [] : [{ what: "volumes", reason } as const]),
            ...(volumes && wallReason !== null
                ? [{ what: "wall volumes", reason: wallReason } as const]
                : []),
        ],
    }
}

const NOT_NARROWED = {
    ...{ referenceProximal: null, referenceDistal: null, areaStenosisPercent: null },
    ...{ taperedReferenceMm2: null, lesion: null, remodellingIndex: null },
    ...{ stentExpansionPercent: null, flattening: null },
}

const NOTHING = { ...NOT_NARROWED, lesions: [], volumes: null, notes: [] }

/** Why nothing but a minimum can be measured; undefined: it can. */
function noReason(
    { measures, mode }: MeasuredPullback,
    { length }: readonly SeriesFrame[]
): string | undefined {
    if (measures.length === 0)
        return "this catheter images in one direction, so there is no cross-section"
    if (length === 0) return "no frame shows the whole lumen well enough"
    if (length === 1) return "there is only one frame with the whole lumen"
    if (mode === "manual") return "the catheter was moved by hand, so positions are not known"
    return undefined
}

function refusedAll(reason: string): Refusal[] {
    const all = ["references", "stenosis", "lengths", "volumes"] as const
    return all.map(what => ({ what, reason }))
}

function leftOutNotes(all: number, used: number): string[] {
    if (all === used) return []
    return [
        `${all - used} of ${all} frames are left out here: they do not show the whole lumen, or have a confidence below ${CONFIDENCE_MIN}.`,
    ]
}

type Narrowing = Pick<SegmentMeasures, keyof typeof NOT_NARROWED>

interface FoundNarrowing {
    readonly measures: Narrowing
    readonly notes: readonly string[]
    readonly refused: readonly Refusal[]
}

function narrowingOf(
    { edits, measures }: MeasuredPullback,
    frames: readonly SeriesFrame[],
    defect: string | undefined
): FoundNarrowing {
    const { lesion, distal, proximal, isMoved } = lesionOf(frames, edits.references)
    const referenceProximal = proximal ?? null
    const referenceDistal = distal ?? null
    const references = [distal, proximal].filter(reference => reference !== undefined)
    const without = (reason: string, more: Partial<Narrowing> = {}): FoundNarrowing => ({
        measures: { ...NOT_NARROWED, referenceProximal, referenceDistal, ...more },
        ...{ notes: [], refused: [{ what: "stenosis", reason }] },
    })
    if (!lesion) return without(NO_LESION)
    const min = smallest(within(frames, lesion))!
    const { fromMm, toMm } = lesion
    const lengthMm = defect === undefined ? toMm - fromMm : null
    const found = { ...{ fromMm, toMm, lengthMm }, min }
    const missing = [...(distal ? [] : ["distal"]), ...(proximal ? [] : ["proximal"])]
    const none = `there is no reference ${missing.join(" or ")} to the narrowing at ${mm(min.positionMm)}`
    // One that a person has set is enough.
    if (references.length === 0 || (missing.length > 0 && !isMoved))
        return without(`${none}; set one with --reference`, { lesion: found })
    const mla = smallest(frames)!
    if (!isMoved && mla.areaMm2 < ELSEWHERE_MIN * min.areaMm2) return without(elsewhereText(mla))
    const mean = average(references.map(({ areaMm2 }) => areaMm2))
    if (min.areaMm2 >= mean)
        return without("the references are no wider than the lumen between them", { lesion: null })
    const stents = measures.flatMap(({ stent }) => (stent ? [stent.areaMm2] : []))
    return {
        measures: {
            ...{ referenceProximal, referenceDistal, lesion: found },
            areaStenosisPercent: 100 * (1 - min.areaMm2 / mean),
            taperedReferenceMm2: normalAt(asNormal(distal), asNormal(proximal), min.positionMm),
            remodellingIndex: remodellingOf(measures[min.i]!, references),
            flattening: flatteningOf(frames, measures, min.i, references),
            stentExpansionPercent: stents.length > 0 ? (100 * Math.min(...stents)) / mean : null,
        },
        notes: [...(missing.length > 0 ? [`T${none.slice(1)}.`] : []), ...elsewhere(mla, min)],
        refused: [],
    }
}

const NO_LESION =
    "no place is narrower than the vessel on both of its sides; a lumen that narrows to one side only is a taper or the end of a longer narrowing"

/** A lumen that is narrower than that of the lesion by this must not be overlooked for it. **Convention.** */
const ELSEWHERE_MIN = 0.6

/** The minimum of the pullback need not be in its deepest lesion. */
function elsewhere(mla: AreaAt, min: AreaAt): string[] {
    if (mla.i === min.i) return []
    return [
        `The minimum lumen area is not in this lesion but at ${mm(mla.positionMm)}, where the vessel is narrower as a whole.`,
    ]
}

function elsewhereText({ areaMm2, positionMm }: AreaAt): string {
    return `the narrowest lumen, ${areaMm2.toFixed(2)} mm² at ${mm(positionMm)}, has no wider one on one of its sides within the pullback; set references with --reference`
}

function remodellingOf(
    { vessel }: FrameMeasures,
    references: readonly ReferenceSegment[]
): number | null {
    const areas = references.map(({ vesselAreaMm2 }) => vesselAreaMm2)
    const seen = areas.filter(area => area !== null)
    return vessel && seen.length === areas.length ? vessel.areaMm2 / average(seen) : null
}

function mm(value: number): string {
    return `${value.toFixed(2)} mm`
}
