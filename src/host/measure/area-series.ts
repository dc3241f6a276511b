// The lumen areas along a pullback, in steps of equal length, for finding lesions and references.

import { type FrameMeasures, wholeLumen } from "./frame-measures"
import { median } from "./median"

/** Length of a step: less than the 0.3 mm over which speckle is independent. */
const STEP_MM = 0.2

/**
 * The lumen counts as wide as it stays over this length, so that the mouth of a side branch, which is shorter, is no
 * reference. **Convention** of this program.
 */
const OPENING_MM = 5

/** A border that was heard on less than this, its flags counted, is no minimum and no reference. */
export const CONFIDENCE_MIN = 0.3

/** A frame whose lumen may be compared with others. */
export interface SeriesFrame {
    /** Place in the run's frames. */
    readonly i: number
    readonly positionMm: number
    readonly areaMm2: number
    /** Vessel (EEM) area; null where it is not visible. */
    readonly vesselMm2: number | null
    readonly isBranch: boolean
}

/** Frames that show the whole lumen well enough, by position. */
export function usableFrames(
    positionsMm: readonly number[],
    measures: readonly FrameMeasures[]
): SeriesFrame[] {
    const frames: SeriesFrame[] = []
    for (const [i, m] of measures.entries()) {
        const lumen = wholeLumen(m)
        if (!lumen || !(lumen.areaMm2 > 0) || m.confidence < CONFIDENCE_MIN) continue
        frames.push({
            i,
            positionMm: positionsMm[i]!,
            areaMm2: lumen.areaMm2,
            vesselMm2: m.vessel?.areaMm2 ?? null,
            isBranch: m.flags.includes("branch"),
        })
    }
    return frames.sort((a, b) => a.positionMm - b.positionMm)
}

/** One step of the pullback that has frames. */
export interface SeriesStep {
    readonly mm: number
    /** Median of its frames. */
    readonly areaMm2: number
    /** The largest area that the lumen has all over {@link OPENING_MM} around here, or less. */
    readonly openedMm2: number
    readonly isBranch: boolean
    /** It is much wider than its surroundings: a side branch, or a short bulge. */
    readonly isBulge: boolean
}

/** A bulge is wider than its surroundings by this. **Convention.** */
const BULGE = 1.15

/** @param frames by position */
export function areaSteps(frames: readonly SeriesFrame[]): SeriesStep[] {
    const steps = new Map<number, SeriesFrame[]>()
    for (const frame of frames) {
        const step = Math.floor(frame.positionMm / STEP_MM)
        steps.set(step, [...(steps.get(step) ?? []), frame])
    }
    const bare = [...steps.values()].map(inStep => ({
        mm: inStep.reduce((sum, { positionMm }) => sum + positionMm, 0) / inStep.length,
        areaMm2: median(inStep.map(({ areaMm2 }) => areaMm2)),
        isBranch: inStep.some(({ isBranch }) => isBranch),
    }))
    const lengthMm = (bare.at(-1)?.mm ?? 0) - (bare[0]?.mm ?? 0)
    const half = Math.min(OPENING_MM, lengthMm / 5) / 2
    const mm = bare.map(step => step.mm)
    const areas = bridged(bare)
    const narrowest = windowed(mm, areas, half, Math.min)
    const opened = windowed(mm, narrowest, half, Math.max)
    return bare.map((step, s) => {
        const openedMm2 = opened[s]!
        return { ...step, openedMm2, isBulge: step.areaMm2 > BULGE * openedMm2 }
    })
}

/** The areas with those at branches on a line between their neighbours, so that the vessel beside a branch stays as wide as it is. */
function bridged(steps: readonly Omit<SeriesStep, "openedMm2" | "isBulge">[]): number[] {
    const areas = steps.map(({ areaMm2 }) => areaMm2)
    for (let from = 0; from < steps.length; from++) {
        if (!steps[from]!.isBranch) continue
        let to = from
        while (steps[to + 1]?.isBranch) to++
        const before = areas[from - 1] ?? areas[to + 1] ?? 0
        const after = areas[to + 1] ?? before
        for (let s = from; s <= to; s++)
            areas[s] = before + ((s - from + 1) / (to - from + 2)) * (after - before)
        from = to
    }
    return areas
}

/** For each place, the smallest or largest value within a distance. */
function windowed(
    mm: readonly number[],
    values: readonly number[],
    half: number,
    pick: (a: number, b: number) => number
): number[] {
    return mm.map((at, s) => {
        let value = values[s]!
        for (let k = s - 1; k >= 0 && at - mm[k]! <= half; k--) value = pick(value, values[k]!)
        for (let k = s + 1; k < mm.length && mm[k]! - at <= half; k++)
            value = pick(value, values[k]!)
        return value
    })
}
