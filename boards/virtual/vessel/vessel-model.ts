// Types that describe a vessel to the phantom: borders along the pullback, wall, plaques, contents of the lumen, neighbouring
// vessels, and the true values of measurements.

import type { Features } from "./features"

export const PLAQUE_KINDS = ["fibrous", "lipid", "mixed", "calcified"] as const

/**
 * - fibrous: about as bright as the adventitia
 * - lipid: dark, as it scatters little
 * - mixed: fibrous and lipid parts and specks of calcium
 * - calcified: bright, with a shadow behind it
 */
export type PlaqueKind = (typeof PLAQUE_KINDS)[number]

/** A plaque in the wall. */
export interface Plaque {
    readonly kind: PlaqueKind
    readonly fromMm: number
    readonly toMm: number
    /** angle of its centre, from the lumen's centroid */
    readonly angleRad: number
    readonly halfWidthRad: number
    /** calcium: its front behind the lumen border; default 0.02 */
    readonly depthMm?: number
    /** calcium: default 0.38. Other kinds fill the wall from the intima's surface to the media. */
    readonly thicknessMm?: number
    /** calcium: first repeated echo between transducer and plate, in dB relative to the plate; default: none */
    readonly repeatDb?: number
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
    /** as of {@link Vessel.vesselBorderAt} */
    readonly vesselBorder: Float64Array | undefined
    /** as of {@link Vessel.catheterAt} */
    readonly catheter: { readonly xMm: number; readonly yMm: number }
    readonly neighbours: readonly {
        readonly xMm: number
        readonly yMm: number
        readonly radiusMm: number
        readonly wallMm: number
    }[]
}

/** Thickness of the wall layers. With a border of its own for the vessel, intima and plaque fill what is between. */
export interface WallLayers {
    readonly intimaMm: number
    readonly mediaMm: number
    readonly adventitiaMm: number
}

/** The tissue of a vessel: the same at all positions, and plain data. */
export interface Tissue {
    readonly layers: WallLayers
    readonly plaques: readonly Plaque[]
    /** what is in the lumen, and its branches; default: nothing */
    readonly features?: Features
}

/**
 * A vessel with a catheter in it. z runs along the pullback, distal = 0; outside
 * 0..lengthMm the nearer end applies. Millimetres, x right, y down.
 */
export interface VesselGeometry extends Tissue {
    readonly lengthMm: number
    /** of the catheter that is in it */
    readonly catheterRadiusMm: number
    readonly neighbours: readonly Neighbour[]
    /** lumen border as x0,y0,x1,y1,... of a closed polygon, relative to the CATHETER CENTRE */
    borderAt(zMm: number): Float64Array
    /** outer border of the media (EEM), in the same way; without it the layers have their thickness all round */
    vesselBorderAt?(zMm: number): Float64Array
    /** the catheter's centre in the vessel's own coordinates */
    catheterAt(zMm: number): { readonly xMm: number; readonly yMm: number }
    /** area inside borderAt: the true value for measurements */
    lumenAreaMm2(zMm: number): number
}

/** A vessel, and its true values for measurements. */
export interface Vessel extends VesselGeometry {
    truthAt(zMm: number): VesselTruth
}

/**
 * The true values of one cross-section, from its geometry. Diameters are chords through the lumen's centroid; null if that is
 * outside the lumen.
 */
export interface VesselTruth {
    readonly zMm: number
    /** area inside the lumen border: thrombus, flap and struts included, side branches not */
    readonly lumenAreaMm2: number
    readonly shortestMm: number | null
    readonly longestMm: number | null
    /** distance of parallel tangents */
    readonly feretShortestMm: number
    readonly feretLongestMm: number
    /** area inside the outer border of the media (EEM) */
    readonly vesselAreaMm2: number
    /** plaque + media */
    readonly plaqueAreaMm2: number
    readonly plaqueBurdenPercent: number
    /** from the lumen's centroid */
    readonly calciumArcDeg: number
    /** A-lines with calcium or metal in their way, from the catheter's centre; struts are too narrow to count */
    readonly shadowArcDeg: number
    readonly thrombusAreaMm2: number
    /** behind a flap, the flap not included */
    readonly falseLumenAreaMm2: number
    /** part of the lumen border that is the opening of a branch, from the lumen's centroid */
    readonly branchArcDeg: number
    readonly guidewire: boolean
    /** null outside a stent; area inside the struts' inner faces */
    readonly stent: {
        readonly areaMm2: number
        readonly struts: number
        /** struts with blood between them and the wall */
        readonly malapposedStruts: number
    } | null
}
