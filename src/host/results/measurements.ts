// The measurements of a pullback as run.json has them (there in snake_case), and as text.

import type { AreaAt, ReferenceSegment, SegmentMeasures } from "../measure/segment-measures"
import type { Flattening } from "../measure/flattening"
import type { ListedLesion } from "../measure/lesions"
import type { Volumes } from "../measure/volumes"

type Place = Pick<ReferenceSegment, "fromMm" | "toMm" | "source">

/** Null where there is none; then `notes` says why. */
export interface Measurements {
    readonly mlaMm2: number | null
    readonly mlaPositionMm: number | null
    readonly referenceProximalMm2: number | null
    readonly referenceDistalMm2: number | null
    /** Against the mean of the references. */
    readonly areaStenosisPercent: number | null
    readonly lesionLengthMm: number | null
    /** Place of the frame in the run's frames, from 0. */
    readonly mlaFrame: number | null
    readonly taperedReferenceMm2: number | null
    readonly references: { readonly proximal: Place | null; readonly distal: Place | null }
    readonly lesion: {
        readonly fromMm: number
        readonly toMm: number
        readonly minAreaMm2: number
        readonly minPositionMm: number
    } | null
    /** All of them by position, also the one above. */
    readonly lesions: readonly LesionEntry[]
    readonly volumes: Volumes | null
    readonly remodellingIndex: number | null
    /** Shortest / longest diameter, 1 is round: of a vein that is pressed flat it is much less in the lesion. */
    readonly flattening: Flattening | null
    readonly stentExpansionPercent: number | null
    /** A person has accepted the measurements of so many frames, of all. */
    readonly framesAccepted: number
    readonly framesMeasured: number
    /** One sentence each. */
    readonly notes: readonly string[]
}

/** A lesion in the list of all. */
export interface LesionEntry extends NonNullable<Measurements["lesion"]> {
    readonly lengthMm: number | null
    readonly areaStenosisPercent: number | null
    readonly referenceProximalMm2: number | null
    readonly referenceDistalMm2: number | null
}

export function measurementsOf(segment: SegmentMeasures): Measurements {
    const { mla, referenceProximal: proximal, referenceDistal: distal, lesion, volumes } = segment
    return {
        mlaMm2: rounded(mla?.areaMm2, 3),
        mlaPositionMm: rounded(mla?.positionMm, 3),
        referenceProximalMm2: rounded(proximal?.areaMm2, 3),
        referenceDistalMm2: rounded(distal?.areaMm2, 3),
        areaStenosisPercent: rounded(segment.areaStenosisPercent, 1),
        lesionLengthMm: rounded(lesion?.lengthMm, 2),
        mlaFrame: mla?.i ?? null,
        taperedReferenceMm2: rounded(segment.taperedReferenceMm2, 3),
        references: { proximal: placeOf(proximal), distal: placeOf(distal) },
        lesion: lesion && lesionOf(lesion),
        lesions: segment.lesions.map(lesionEntry),
        volumes: volumes && volumesOf(volumes),
        remodellingIndex: rounded(segment.remodellingIndex, 3),
        flattening: segment.flattening && {
            lesionRatio: round(segment.flattening.lesionRatio, 3),
            referenceRatio: round(segment.flattening.referenceRatio, 3),
        },
        stentExpansionPercent: rounded(segment.stentExpansionPercent, 1),
        framesAccepted: segment.framesAccepted,
        framesMeasured: segment.frames,
        notes: [...segment.notes, ...refusalRows(segment)],
    }
}

function placeOf(reference: ReferenceSegment | null): Place | null {
    if (!reference) return null
    const { fromMm, toMm, source } = reference
    return { fromMm: round(fromMm, 3), toMm: round(toMm, 3), source }
}

function lesionOf(lesion: {
    readonly fromMm: number
    readonly toMm: number
    readonly min: AreaAt
}): NonNullable<Measurements["lesion"]> {
    const { fromMm, toMm, min } = lesion
    return {
        ...{ fromMm: round(fromMm, 3), toMm: round(toMm, 3) },
        ...{ minAreaMm2: round(min.areaMm2, 3), minPositionMm: round(min.positionMm, 3) },
    }
}

function lesionEntry(lesion: ListedLesion): LesionEntry {
    return {
        ...lesionOf(lesion),
        lengthMm: rounded(lesion.lengthMm, 2),
        areaStenosisPercent: rounded(lesion.areaStenosisPercent, 1),
        referenceProximalMm2: rounded(lesion.referenceProximalMm2, 3),
        referenceDistalMm2: rounded(lesion.referenceDistalMm2, 3),
    }
}

function volumesOf({ method, ...volumes }: Volumes): Volumes {
    const { fromMm, toMm, lumenMm3, vesselMm3, plaqueMm3, framesUsed, framesMissing } = volumes
    return {
        ...{ fromMm: round(fromMm, 3), toMm: round(toMm, 3), lumenMm3: round(lumenMm3, 1) },
        ...{ vesselMm3: rounded(vesselMm3, 1), plaqueMm3: rounded(plaqueMm3, 1) },
        ...{ framesUsed, framesMissing, method },
    }
}

const WHATS = {
    references: "reference segments",
    stenosis: "area stenosis",
    lengths: "lesion length",
    volumes: "volumes",
    "wall volumes": "volumes of vessel and plaque",
} as const

/** What could not be measured, one sentence for each reason. */
function refusalRows({ refused }: SegmentMeasures): string[] {
    const reasons = [...new Set(refused.map(({ reason }) => reason))]
    return reasons.map(reason => {
        const whats = refused.filter(each => each.reason === reason).map(({ what }) => WHATS[what])
        const last = whats.length > 1 ? ` and ${whats.at(-1)!}` : ""
        const first = whats.slice(0, Math.max(1, whats.length - 1)).join(", ")
        return `No ${first}${last}: ${reason}.`
    })
}

/** One row each, for the terminal. */
export function measurementRows(m: Measurements): string[] {
    if (m.mlaMm2 === null) return m.notes.map(note => `lumen: ${note}`)
    const { lesion, volumes } = m
    const rows = [`minimum lumen area ${two(m.mlaMm2)} mm² at ${two(m.mlaPositionMm)} mm`]
    if (m.areaStenosisPercent !== null) {
        const where = `${two(lesion!.minAreaMm2)} mm² at ${two(lesion!.minPositionMm)} mm`
        const tapered = `tapered reference ${two(m.taperedReferenceMm2)} mm²`
        rows.push(`area stenosis ${m.areaStenosisPercent} %: ${where}, ${tapered}`)
    }
    for (const side of ["distal", "proximal"] as const) {
        const place = m.references[side]
        const area = side === "distal" ? m.referenceDistalMm2 : m.referenceProximalMm2
        if (place)
            rows.push(
                `${side} reference ${two(area)} mm², ${two(place.fromMm)} to ${two(place.toMm)} mm, ${place.source}`
            )
    }
    if (lesion && m.lesionLengthMm !== null)
        rows.push(
            `lesion ${two(m.lesionLengthMm)} mm long, ${two(lesion.fromMm)} to ${two(lesion.toMm)} mm of the sled`
        )
    if (m.lesions.length > 1) rows.push(...m.lesions.map(lesionRow))
    if (volumes) rows.push(volumesRow(volumes))
    if (m.remodellingIndex !== null) rows.push(`remodelling index ${m.remodellingIndex}`)
    if (m.flattening) {
        const { lesionRatio, referenceRatio } = m.flattening
        rows.push(
            `shortest / longest diameter ${two(lesionRatio)} in the lesion, ${two(referenceRatio)} in the references`
        )
    }
    if (m.stentExpansionPercent !== null) rows.push(`stent expansion ${m.stentExpansionPercent} %`)
    return [...rows, ...m.notes, reviewRow(m)]
}

/** Of several. */
function lesionRow(lesion: LesionEntry, n: number, all: readonly LesionEntry[]): string {
    const { fromMm, toMm, minAreaMm2, minPositionMm, areaStenosisPercent } = lesion
    const stenosis =
        areaStenosisPercent === null
            ? "no stenosis, as it has no reference on one side"
            : `area stenosis ${areaStenosisPercent} %`
    return `lesion ${n + 1} of ${all.length}: ${two(fromMm)} to ${two(toMm)} mm, ${two(minAreaMm2)} mm² at ${two(minPositionMm)} mm, ${stenosis}`
}

function volumesRow(volumes: Volumes): string {
    const { fromMm, toMm, lumenMm3, vesselMm3, plaqueMm3, method } = volumes
    const more = vesselMm3 === null ? "" : `, vessel ${vesselMm3} mm³, plaque ${plaqueMm3} mm³`
    return `volume of the lumen ${lumenMm3} mm³${more}, ${two(fromMm)} to ${two(toMm)} mm (${method}, ${volumeFrames(volumes)})`
}

/** Of how many frames volumes are made. */
export function volumeFrames({ framesUsed, framesMissing }: Volumes): string {
    const used = `${framesUsed} frames`
    return framesMissing === 0 ? used : `${used}, ${framesMissing} between them interpolated`
}

function reviewRow({ framesAccepted, framesMeasured }: Measurements): string {
    if (framesAccepted === framesMeasured) return "accepted in all frames"
    return framesAccepted === 0
        ? "measured by the program, not reviewed by a person"
        : `accepted in ${framesAccepted} of ${framesMeasured} frames, the others are not reviewed`
}

/** Of a value that is there. */
function two(value: number | null): string {
    return value!.toFixed(2)
}

function rounded(value: number | null | undefined, digits: number): number | null {
    return value === null || value === undefined ? null : round(value, digits)
}

function round(value: number, digits: number): number {
    return Number(value.toFixed(digits))
}
