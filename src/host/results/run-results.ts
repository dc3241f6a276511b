// Everything that a run's files and its review show: frames, ring-down, lumen borders, measurements. Made in pipeline/.

import type { Description } from "../../shared/protocol/messages"
import type { FrameSource } from "../frames/frame-source"
import type { FrameBordersAndMeasures } from "../measure/edited-measures"
import type { FrameMeasures } from "../measure/frame-measures"
import type { LumenBorder } from "../measure/lumen-along"
import type { VesselBorder } from "../measure/vessel-border"
import type { ImagingGeometry, RingDownReference, RotationUnevenness } from "../picture/picture"
import type { BeamformChoice } from "./channel-data-frames"
import type { References, RingDownUse } from "./ring-down-use"

/** Options of the results. */
export interface ResultsChoice extends BeamformChoice {
    /** Default: none; the ring-down is estimated from the pullback. */
    readonly references?: References
}

export interface RunResults {
    readonly description: Description
    /** Frames of the imaged window, in time order. */
    readonly frames: FrameSource
    readonly geometry: ImagingGeometry
    /** Reference subtracted from each frame. */
    readonly ringDown: RingDownReference
    /** All A-lines have one direction, so there are no borders and no measurements. */
    readonly fixedDirection: boolean
    readonly ringDownUse: RingDownUse
    /** SHA-256 of the data received, before any processing: the same for a replay, another for another run. */
    readonly dataHash: Uint8Array
    /** Whether borders and measures were found with the whole pullback; until then they are provisional, and change once. */
    readonly refined: boolean
    /** One for each frame; none for a fixed direction. */
    readonly borders: readonly LumenBorder[]
    /** Outer borders of the media. One for each frame; null where too little of it is visible. */
    readonly vesselBorders: readonly (VesselBorder | null)[]
    /** One for each frame; none for a fixed direction. */
    readonly measures: readonly FrameMeasures[]
    /** Borders and measures without the edits of a person; undefined until they are refined. */
    readonly automatic?: FrameBordersAndMeasures
    /** Non-uniform rotation; null for other catheters, without complete frames, and until it is known. */
    readonly rotation: RotationUnevenness | null
}
