// How much flatter the lumen of a lesion is than that of its references: a vein that is pressed flat from outside, such as by the artery
// beside it, keeps its circumference and loses its shortest diameter; one that is narrowed by its own wall stays nearly round.
//
// What presses is not looked for: the figure says only that the lumen is flat, as a reader would see it.

import type { SeriesFrame } from "./area-series"
import type { FrameMeasures } from "./frame-measures"
import type { Stretch } from "./lesion"
import { average, within } from "./reference-segments"

export interface Flattening {
    /** Shortest / longest diameter through the centre, at the lesion's smallest lumen: 1 is round. */
    readonly lesionRatio: number
    /** The same, mean over the frames of the references. */
    readonly referenceRatio: number
}

/**
 * @param min place of the lesion's smallest lumen in the run's frames
 * @param references at least one
 */
export function flatteningOf(
    frames: readonly SeriesFrame[],
    measures: readonly FrameMeasures[],
    min: number,
    references: readonly Stretch[]
): Flattening | null {
    const ratioAt = (i: number): number[] => {
        const lumen = measures[i]?.lumen
        return lumen && lumen.maxDiameterMm > 0 ? [lumen.minDiameterMm / lumen.maxDiameterMm] : []
    }
    const [lesionRatio] = ratioAt(min)
    const beside = references.flatMap(at => within(frames, at)).flatMap(({ i }) => ratioAt(i))
    if (lesionRatio === undefined || beside.length === 0) return null
    return { lesionRatio, referenceRatio: average(beside) }
}
