// A run with all that was measured in it: what reports, DICOM files and comparisons are made of.

import type { Edits } from "../measure/edits"
import type { FrameMeasures } from "../measure/frame-measures"
import type { SegmentMeasures } from "../measure/segment-measures"
import type { RunAbout } from "../runs/run-about"
import type { RunResults } from "./run-results"
import type { RunSummary } from "./summary"

/** With which programs and data it was made. */
export interface Provenance {
    readonly host: string
    /** Null where the cart did not say it. */
    readonly firmware: string | null
    readonly protocol: number
    /** The id of the cart's board. */
    readonly cart: string | null
    /** SHA-256 of the data received, hexadecimal. */
    readonly dataHash: string
}

export interface MeasuredRun {
    readonly results: RunResults
    /** Those of the results, with the edits: one for each frame. */
    readonly measures: readonly FrameMeasures[]
    readonly segment: SegmentMeasures
    readonly edits: Edits
    /** Its `dicomNote` is null: the pictures may still be in the making. */
    readonly summary: RunSummary
    readonly about: RunAbout
    readonly provenance: Provenance
}
