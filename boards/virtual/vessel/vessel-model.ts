// Responsible for: what a vessel is to the phantom: borders along the pullback
// and what else the beam meets.
// Not for: how echoes arise (phantom.ts) or where vessels come from.

/** A calcified plate in the wall: bright, and dark behind. */
export interface Plaque {
    readonly fromMm: number
    readonly toMm: number
    /** its middle, seen from the lumen's centroid */
    readonly angleRad: number
    readonly halfWidthRad: number
}

/** Another vessel that runs by: a dark lumen with a wall of its own. */
export interface Neighbour {
    readonly radiusMm: number
    readonly wallMm: number
    /** its centre, seen from the catheter's centre */
    at(zMm: number): { readonly xMm: number; readonly yMm: number }
}

/** What a plane meets of a vessel at one place, as plain data. */
export interface CrossSection {
    readonly zMm: number
    /** as of {@link Vessel.borderAt} */
    readonly border: Float64Array
    /** as of {@link Vessel.catheterAt} */
    readonly catheter: { readonly xMm: number; readonly yMm: number }
    readonly neighbours: readonly {
        readonly xMm: number
        readonly yMm: number
        readonly radiusMm: number
        readonly wallMm: number
    }[]
}

/** Thickness of the wall's layers. */
export interface WallLayers {
    readonly intimaMm: number
    readonly mediaMm: number
    readonly adventitiaMm: number
}

/**
 * A vessel with a catheter in it. z runs along the pullback, distal = 0; a z
 * outside 0..lengthMm means the nearer end. Millimetres, x right, y down.
 */
export interface Vessel {
    readonly lengthMm: number
    readonly layers: WallLayers
    readonly plaques: readonly Plaque[]
    readonly neighbours: readonly Neighbour[]
    /** the lumen's border as x0,y0,x1,y1,... of a closed polygon, seen from the CATHETER CENTRE */
    borderAt(zMm: number): Float64Array
    /** the catheter's centre in the vessel's own coordinates */
    catheterAt(zMm: number): { readonly xMm: number; readonly yMm: number }
    /** area within borderAt, which is what a measurement is held against */
    lumenAreaMm2(zMm: number): number
}
