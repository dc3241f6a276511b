// A run along the vessel: longitudinal view with borders, marks of lesion and bookmarks, and the curves of its measures.

import { AlongView, type LaneName } from "../along/along-view"
import { type CurveData, curvesLayer } from "../along/curves"
import { mm2 } from "../format"
import { alongBorderLayer } from "./along-borders"
import { bookmarkLayer } from "./bookmarks"
import { lesionLayers } from "./lesion-marks"
import type { ReviewModel } from "./review-model"

export interface RunAlongOptions {
    /** The pointer goes to a place. */
    readonly onPlace: (mm: number) => void
    /** Left out: the length of the run. */
    readonly rangeMm?: () => readonly [from: number, to: number]
    readonly without?: readonly LaneName[]
    /** Left out: areas and diameters of the run. */
    readonly curves?: () => CurveData
}

export function runAlong(
    model: ReviewModel,
    { onPlace, rangeMm, without, curves = curvesOf(model) }: RunAlongOptions
): AlongView {
    const { viewer, redraw, run } = model
    const lastMm = run.frames.positionMm.at(-1) ?? 0
    const along = new AlongView({
        ...{ viewer, redraw },
        scene: () => model.scene,
        cut: () => model.cut(),
        lengthMm: () => Math.max(run.lengthMm, lastMm),
        placeMm: () => model.positionMm(),
        ...(rangeMm && { rangeMm }),
        ...(without && { without }),
        onPlace,
        onStep: by => model.goTo(model.i + by),
    })
    along.addLayer(curvesLayer(along, curves))
    for (const kind of ["vessel", "lumen"] as const) along.addLayer(alongBorderLayer(model, kind))
    for (const layer of lesionLayers(model)) along.addLayer(layer)
    along.addLayer(bookmarkLayer(model))
    return along
}

/** The curves of the present content: the same object until that changes. */
function curvesOf(model: ReviewModel): () => CurveData {
    let made: { of: object; data: CurveData } | undefined
    return () => {
        const { content, run } = model
        if (made?.of === content) return made.data
        const { measures, segment } = content
        const areas = [segment.referenceDistal, segment.referenceProximal].flatMap(one =>
            one ? [one.areaMm2] : []
        )
        const mean = areas.reduce((sum, area) => sum + area, 0) / areas.length
        const data: CurveData = {
            positionsMm: run.frames.positionMm,
            curves: [
                {
                    ...{ name: "area", scale: "left", style: "area", isFilled: true },
                    values: measures.map(({ areaMm2 }) => areaMm2),
                },
                {
                    ...{ name: "longest diameter", scale: "right", style: "longest" },
                    values: measures.map(({ maxDiameterMm }) => maxDiameterMm),
                },
                {
                    ...{ name: "shortest diameter", scale: "right", style: "shortest" },
                    values: measures.map(({ minDiameterMm }) => minDiameterMm),
                },
            ],
            level: areas.length > 0 ? { value: mean, text: `reference ${mm2(mean)}` } : undefined,
        }
        made = { of: content, data }
        return data
    }
}
