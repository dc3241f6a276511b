// The depth that a renderer shows.

import {
    checkShownDepth,
    depthMm,
    GeometryError,
    type ImagingGeometry,
} from "../../../picture/geometry"
import type { Scene } from "./types"

/** The chosen depth; that of the catheter where it does not fit. */
export function shownDepth({ geometry }: Pick<Scene, "geometry">, chosenMm: number): number {
    try {
        checkShownDepth(chosenMm, geometry)
        return chosenMm
    } catch (error) {
        if (error instanceof GeometryError) return depthMm(geometry)
        throw error
    }
}

/** Samples of an A-line that are shown where A-lines stand side by side. */
export function rowsShown(geometry: ImagingGeometry, chosenMm: number): number {
    const { samplesPerLine, sampleSpacingMm } = geometry
    const shown = Math.round(shownDepth({ geometry }, chosenMm) / sampleSpacingMm)
    return Math.min(samplesPerLine, Math.max(1, shown))
}
