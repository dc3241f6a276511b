// The depth that a renderer shows.

import { checkShownDepth, depthMm, GeometryError } from "../../../picture/geometry"
import type { Scene } from "./types"

/** The chosen depth; that of the catheter where it does not fit. */
export function shownDepth({ geometry }: Scene, chosenMm: number): number {
    try {
        checkShownDepth(chosenMm, geometry)
        return chosenMm
    } catch (error) {
        if (error instanceof GeometryError) return depthMm(geometry)
        throw error
    }
}
