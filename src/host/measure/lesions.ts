// Every lesion of a pullback, not only the deepest one.

import { areaSteps, type SeriesFrame } from "./area-series"
import { findLesion, type FoundLesion, type Stretch } from "./lesion"
import { average, segmentIn, smallest, within } from "./reference-segments"
import type { Lesion, ReferenceSegment, SegmentMeasures } from "./segment-measures"

/** What is left beside a lesion is searched for another one if it has this length, as a reference is that long. **Convention.** */
const SEARCHED_MM = 5

/** The lesion that is measured, with its references. */
type MeasuredLesion = Pick<
    SegmentMeasures,
    "lesion" | "referenceDistal" | "referenceProximal" | "areaStenosisPercent"
>

/** One lesion of several. */
export interface ListedLesion extends Lesion {
    readonly referenceDistalMm2: number | null
    readonly referenceProximalMm2: number | null
    /** Against the mean of both references; null without one of them. */
    readonly areaStenosisPercent: number | null
}

/**
 * The deepest lesion, and then those in what is left on both of its sides, by the same rule (lesion.ts). So the lumen is back at 90 %
 * of its reference between two lesions, and the references of one do not lie beyond another. **Convention** of this program, as no
 * source is known that says when two narrowings are two lesions.
 * @param frames by position
 * @returns by position
 */
export function findLesions(frames: readonly SeriesFrame[]): FoundLesion[] {
    const found = findLesion(areaSteps(frames))
    if (!found) return []
    const { fromMm, toMm } = found.lesion
    const beside = (rest: readonly SeriesFrame[]): FoundLesion[] =>
        rest.length > 1 && rest.at(-1)!.positionMm - rest[0]!.positionMm >= SEARCHED_MM
            ? findLesions(rest)
            : []
    return [
        ...beside(frames.filter(({ positionMm }) => positionMm < fromMm)),
        found,
        ...beside(frames.filter(({ positionMm }) => positionMm > toMm)),
    ]
}

/** As they are told, with automatic references. @param isLength whether lengths may be told */
export function listLesions(frames: readonly SeriesFrame[], isLength: boolean): ListedLesion[] {
    return findLesions(frames).flatMap(({ lesion, distal, proximal }) => {
        const min = smallest(within(frames, lesion))
        if (!min) return []
        const { fromMm, toMm } = lesion
        const [a, b] = [distal, proximal].map(at => at && segmentIn(frames, at, "automatic"))
        return [listed({ fromMm, toMm, lengthMm: isLength ? toMm - fromMm : null, min }, a, b)]
    })
}

function listed(
    lesion: Lesion,
    distal: ReferenceSegment | null | undefined,
    proximal: ReferenceSegment | null | undefined
): ListedLesion {
    const mean = distal && proximal ? average([distal.areaMm2, proximal.areaMm2]) : null
    const isNarrower = mean !== null && lesion.min.areaMm2 < mean
    return {
        ...lesion,
        referenceDistalMm2: distal?.areaMm2 ?? null,
        referenceProximalMm2: proximal?.areaMm2 ?? null,
        areaStenosisPercent: isNarrower ? 100 * (1 - lesion.min.areaMm2 / mean) : null,
    }
}

/** All lesions, the one that is measured with its own references. */
export function lesionsWith(
    { lesion, referenceDistal, referenceProximal, areaStenosisPercent }: MeasuredLesion,
    automatic: readonly ListedLesion[]
): ListedLesion[] {
    if (!lesion) return [...automatic]
    const own = { ...listed(lesion, referenceDistal, referenceProximal), areaStenosisPercent }
    const others = automatic.filter(other => !overlaps(other, lesion))
    return [...others, own].sort((a, b) => a.fromMm - b.fromMm)
}

/** One sentence each. */
export function lesionNotes(
    { lesion, referenceDistal, referenceProximal }: MeasuredLesion,
    lesions: readonly ListedLesion[]
): string[] {
    const notes: string[] = []
    const which = lesion ? `; stenosis and length are of that at ${mm(lesion.min.positionMm)}` : ""
    if (lesions.length > 1) notes.push(`There are ${lesions.length} lesions${which}.`)
    for (const [side, reference] of [
        ["distal", referenceDistal],
        ["proximal", referenceProximal],
    ] as const) {
        const under = reference && lesions.find(other => overlaps(other, reference))
        if (under)
            notes.push(
                `The ${side} reference lies on the lesion at ${mm(under.min.positionMm)}, so the stenosis is too small; set another one with --reference.`
            )
    }
    return notes
}

export function overlaps(a: Stretch, b: Stretch): boolean {
    return a.fromMm < b.toMm && a.toMm > b.fromMm
}

function mm(value: number): string {
    return `${value.toFixed(2)} mm`
}
