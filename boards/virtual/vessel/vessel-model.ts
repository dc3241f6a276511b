// Types that describe a vessel to the phantom: borders along the pullback, wall, plaques and neighbouring vessels.

/** A calcified plaque in the wall: bright, with a shadow behind it. */
export interface Plaque {
    readonly fromMm: number
    readonly toMm: number
    /** angle of its centre, from the lumen's centroid */
    readonly angleRad: number
    readonly halfWidthRad: number
}

/** A neighbouring vessel: a dark lumen with its own wall. */
export interface Neighbour {
    readonly radiusMm: number
    readonly wallMm: number
    /** its centre relative to the catheter's centre */
    at(zMm: number): { readonly xMm: number; readonly yMm: number }
}

/** Cross-section of a vessel at one position, as plain data. */
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

/** Thickness of the wall layers. */
export interface WallLayers {
    readonly intimaMm: number
    readonly mediaMm: number
    readonly adventitiaMm: number
}

/**
 * A vessel with a catheter in it. z runs along the pullback, distal = 0; outside
 * 0..lengthMm the nearer end applies. Millimetres, x right, y down.
 */
export interface Vessel {
    readonly lengthMm: number
    readonly layers: WallLayers
    readonly plaques: readonly Plaque[]
    readonly neighbours: readonly Neighbour[]
    /** lumen border as x0,y0,x1,y1,... of a closed polygon, relative to the CATHETER CENTRE */
    borderAt(zMm: number): Float64Array
    /** the catheter's centre in the vessel's own coordinates */
    catheterAt(zMm: number): { readonly xMm: number; readonly yMm: number }
    /** area inside borderAt: the true value for measurements */
    lumenAreaMm2(zMm: number): number
}
