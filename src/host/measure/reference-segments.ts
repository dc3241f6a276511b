// The lesion of a pullback with its reference segments: found automatically, or set by a person.

import { areaSteps, type SeriesFrame, type SeriesStep } from "./area-series"
import type { ReferenceEdit } from "./edits"
import { findLesion, lesionBetween, type NormalAt, referenceBeside, type Stretch } from "./lesion"
import type { AreaAt, ReferenceSegment } from "./segment-measures"

export interface LesionWithReferences {
    /** Undefined where there is none. */
    readonly lesion: Stretch | undefined
    readonly distal: ReferenceSegment | undefined
    readonly proximal: ReferenceSegment | undefined
    /** Whether a person set one of them. */
    readonly isMoved: boolean
}

/** @param frames by position, at least two */
export function lesionOf(
    frames: readonly SeriesFrame[],
    edits: readonly ReferenceEdit[]
): LesionWithReferences {
    const steps = areaSteps(frames)
    const found = findLesion(steps)
    const automatic = (at: Stretch | undefined): ReferenceSegment | undefined =>
        at && segmentIn(frames, at, "automatic")
    const moved = (side: ReferenceEdit["which"]): ReferenceSegment | undefined => {
        const edit = edits.find(({ which }) => which === side)
        return edit && segmentIn(frames, { fromMm: edit.from_mm, toMm: edit.to_mm }, "moved")
    }
    const [distal, proximal] = [moved("distal"), moved("proximal")]
    if (!distal && !proximal)
        return {
            ...{ lesion: found?.lesion, isMoved: false },
            ...{ distal: automatic(found?.distal), proximal: automatic(found?.proximal) },
        }
    const between = steps.filter(
        ({ mm }) => mm > (distal?.toMm ?? -Infinity) && mm < (proximal?.fromMm ?? Infinity)
    )
    const deepestMm = deepestOf(between, found?.lesion.deepestMm)
    if (deepestMm === undefined) return { lesion: undefined, distal, proximal, isMoved: true }
    const lesionBy = (d = distal, p = proximal): Stretch =>
        lesionBetween(steps, deepestMm, asNormal(d), asNormal(p))
    const own = deepestMm === found?.lesion.deepestMm ? found.lesion : lesionBy()
    const sides = {
        distal: distal ?? automatic(referenceBeside(steps, own, -1)),
        proximal: proximal ?? automatic(referenceBeside(steps, own, 1)),
    }
    return { lesion: lesionBy(sides.distal, sides.proximal), ...sides, isMoved: true }
}

/** The deepest place of the lesion that was found, if it is between the references; else the narrowest one. */
function deepestOf(
    between: readonly SeriesStep[],
    foundMm: number | undefined
): number | undefined {
    if (between.some(({ mm }) => mm === foundMm)) return foundMm
    const areas = between.map(({ areaMm2 }) => areaMm2)
    return between[areas.indexOf(Math.min(...areas))]?.mm
}

/** @returns undefined where no frame is in it */
export function segmentIn(
    frames: readonly SeriesFrame[],
    at: Stretch,
    source: ReferenceSegment["source"]
): ReferenceSegment | undefined {
    const inside = within(frames, at)
    if (inside.length === 0) return undefined
    const vessels = inside.flatMap(({ vesselMm2 }) => (vesselMm2 === null ? [] : [vesselMm2]))
    const isVesselSeen = vessels.length * 2 > inside.length
    return {
        ...{ fromMm: at.fromMm, toMm: at.toMm, source },
        areaMm2: average(inside.map(({ areaMm2 }) => areaMm2)),
        vesselAreaMm2: isVesselSeen ? average(vessels) : null,
    }
}

export function within(frames: readonly SeriesFrame[], at: Stretch): SeriesFrame[] {
    return frames.filter(({ positionMm: mm }) => mm >= at.fromMm - 1e-9 && mm <= at.toMm + 1e-9)
}

export function smallest(frames: readonly SeriesFrame[]): AreaAt | null {
    const areas = frames.map(({ areaMm2 }) => areaMm2)
    const least = frames[areas.indexOf(Math.min(...areas))]
    return least ? { areaMm2: least.areaMm2, positionMm: least.positionMm, i: least.i } : null
}

export function asNormal(reference: ReferenceSegment | undefined): NormalAt | undefined {
    if (!reference) return undefined
    const { fromMm, toMm, areaMm2 } = reference
    return { mm: (fromMm + toMm) / 2, areaMm2 }
}

export function average(values: readonly number[]): number {
    return values.reduce((sum, value) => sum + value, 0) / values.length
}
