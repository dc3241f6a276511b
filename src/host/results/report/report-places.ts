// The frames that a report shows: minimum lumen area, the narrowest of the lesion, and one in each reference segment.

import type { FrameMark } from "../../frames/assembled-frame"
import { type FrameMeasures, wholeLumen } from "../../measure/frame-measures"
import type { ReferenceSegment } from "../../measure/segment-measures"
import type { MeasuredRun } from "../measured-run"

export interface ReportPlace {
    readonly title: string
    /** A word or two, for a mark in a drawing. */
    readonly mark: string
    /** Place of the frame among the run's frames. */
    readonly i: number
    readonly frame: FrameMark
    /** Undefined where nothing is measured. */
    readonly measures: FrameMeasures | undefined
}

/** In order of position, from distal to proximal. A run without measurements has its middle frame. */
export function reportPlaces(run: MeasuredRun): ReportPlace[] {
    const { segment, results, measures } = run
    const { marks } = results.frames
    const place = (title: string, mark: string, i: number): ReportPlace => ({
        ...{ title, mark, i, frame: marks[i]! },
        measures: measures[i],
    })
    const { mla, lesion, referenceDistal, referenceProximal } = segment
    const places: ReportPlace[] = []
    const distal = referenceDistal && frameOfReference(run, referenceDistal)
    const proximal = referenceProximal && frameOfReference(run, referenceProximal)
    if (distal !== null) places.push(place("Distal reference", "distal", distal))
    if (mla) places.push(place("Minimum lumen area", "MLA", mla.i))
    if (lesion && lesion.min.i !== mla?.i)
        places.push(place("Narrowest of the lesion", "lesion", lesion.min.i))
    if (proximal !== null) places.push(place("Proximal reference", "proximal", proximal))
    if (places.length === 0 && marks.length > 0)
        places.push(place("Middle of the pullback", "middle", marks.length >> 1))
    return places.sort((a, b) => a.frame.positionMm - b.frame.positionMm)
}

/** Whether a frame is in a reference segment. */
export function isWithin({ fromMm, toMm }: ReferenceSegment, { positionMm }: FrameMark): boolean {
    return positionMm >= fromMm && positionMm <= toMm
}

/** The frame whose whole lumen is nearest to the mean of the segment; null where the segment has none. */
function frameOfReference(
    { results, measures }: MeasuredRun,
    segment: ReferenceSegment
): number | null {
    let best: number | null = null
    let bestOff = Infinity
    for (const [i, mark] of results.frames.marks.entries()) {
        const lumen = isWithin(segment, mark) && wholeLumen(measures[i])
        if (!lumen) continue
        const off = Math.abs(lumen.areaMm2 - segment.areaMm2)
        if (off >= bestOff) continue
        best = i
        bestOff = off
    }
    return best
}
