// What is in the lumen or opens into it: stents, guidewires, thrombus, flaps, branches, as plain data. Angles are about the lumen's
// centroid, a guidewire's about the catheter's centre. Their geometry in one cross-section is in features-at.ts.

/** A part of the vessel: a length, and a sector around an angle. */
export interface Sector {
    readonly fromMm: number
    readonly toMm: number
    readonly angleRad: number
    readonly halfWidthRad: number
}

/** A stent: struts whose inner faces lie on the lumen border, or are lifted off it in a sector. */
export interface Stent {
    readonly fromMm: number
    readonly toMm: number
    /** number in one cross-section */
    readonly struts: number
    readonly strutMm: number
    /** largest distance between the wall and the backs of the struts; it falls to both ends of the sector */
    readonly lifted?: {
        readonly gapMm: number
        readonly angleRad: number
        readonly halfWidthRad: number
    }
}

/** A wire beside the catheter. */
export interface Guidewire {
    readonly fromMm: number
    readonly toMm: number
    readonly angleRad: number
    readonly diameterMm: number
    /** between the wire and the catheter's surface */
    readonly gapMm: number
}

/** A clot on the wall, thickest in the middle of its sector. */
export interface Thrombus extends Sector {
    readonly thicknessMm: number
}

/** A piece of the intima that is torn off the wall: attached at both ends of its sector but for a tear, blood behind it. */
export interface Flap extends Sector {
    /** largest distance from the wall */
    readonly liftMm: number
    readonly thicknessMm: number
}

/** A vessel that begins at the wall. */
export interface Branch {
    /** where its axis meets the vessel's wall */
    readonly atMm: number
    readonly angleRad: number
    readonly radiusMm: number
    readonly wallMm: number
    /** between its axis and the direction in which z increases; a quarter turn is straight away */
    readonly takeOffRad: number
    /** its length from the wall */
    readonly lengthMm: number
}

export interface Features {
    readonly stents: readonly Stent[]
    readonly guidewires: readonly Guidewire[]
    readonly thrombi: readonly Thrombus[]
    readonly flaps: readonly Flap[]
    readonly branches: readonly Branch[]
}
