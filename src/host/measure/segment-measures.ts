// The measurements of a whole pullback: minimum lumen area, reference segments, stenosis, lesion, volumes.

/** How the catheter moved. */
export type PullbackMode = "continuous" | "stepped" | "gated" | "manual"

/** A stretch of the vessel whose lumen counts as normal. */
export interface ReferenceSegment {
    readonly fromMm: number
    readonly toMm: number
    /** Mean over its frames. */
    readonly areaMm2: number
    /** Mean vessel (EEM) area of its frames; null where it is not visible. */
    readonly vesselAreaMm2: number | null
    readonly source: "automatic" | "moved"
}

/** A frame and what is smallest there. */
export interface AreaAt {
    readonly areaMm2: number
    readonly positionMm: number
    /** Place of the frame in the run's frames. */
    readonly i: number
}

export interface Lesion {
    readonly fromMm: number
    readonly toMm: number
    /** Null where lengths are refused. */
    readonly lengthMm: number | null
    /** Its smallest lumen; that of the pullback may be elsewhere. */
    readonly min: AreaAt
}

export interface Volumes {
    readonly fromMm: number
    readonly toMm: number
    readonly lumenMm3: number
    /** Null where the vessel's border is not visible all along. */
    readonly vesselMm3: number | null
    readonly plaqueMm3: number | null
    readonly method: "Simpson"
}

/** What could not be measured, and why: one sentence without a full stop. */
export interface Refusal {
    readonly what: "references" | "stenosis" | "lengths" | "volumes"
    readonly reason: string
}

export interface SegmentMeasures {
    /** The minimum lumen area of the pullback. */
    readonly mla: AreaAt | null
    /** Towards the end of the pullback: `positionMm` grows proximally. */
    readonly referenceProximal: ReferenceSegment | null
    readonly referenceDistal: ReferenceSegment | null
    /** (mean of the references - smallest lumen of the lesion) / mean of the references; null without a lesion or a reference. */
    readonly areaStenosisPercent: number | null
    /** The area between the references at the lesion's smallest lumen, on a straight line from one to the other. */
    readonly taperedReferenceMm2: number | null
    readonly lesion: Lesion | null
    readonly volumes: Volumes | null
    /** Vessel (EEM) area at the lesion's smallest lumen / mean of that of the references. */
    readonly remodellingIndex: number | null
    /** Smallest stent area / mean of the references' lumen. */
    readonly stentExpansionPercent: number | null
    /** Frames of which the measurements are accepted by a person. */
    readonly framesAccepted: number
    /** One sentence each. */
    readonly notes: readonly string[]
    readonly refused: readonly Refusal[]
}
