// The tasks of the pipeline's threads: what each is given, and what it makes.

import type { Description } from "../../../shared/protocol/messages"
import type { FrameMeasures } from "../../measure/frame-measures"
import type {
    FramePlace,
    GreyImage,
    ImagingGeometry,
    RingDownReference,
    RotationUnevenness,
} from "../../picture/picture"
import type { BeamformChoice, SentData } from "../channel-data-frames"
import type { DicomAttributes } from "../dicom/dicom-common"
import type { AlongChart } from "../report/along-charts"
import type { Chart } from "../timing/timing-charts"
import type { DeflatedSlice } from "../volume/deflated-slice"
import type { FrameBorderTable } from "./frame-borders"
import type { FrameFileShape } from "./frame-file"
import type { WholeEstimate } from "./ring-down-choice"
import type { SlabBorderTable, WalledBorder } from "./slab-borders"

/** What a thread is told of the run before its first task. */
export interface WorkSetup {
    readonly geometry: ImagingGeometry
    readonly fixedDirection: boolean
    readonly frames: FrameFileShape
    readonly slabs: FrameFileShape
    /** Only for channel data. */
    readonly channelData?: {
        readonly raw: FrameFileShape
        readonly description: Description
        readonly choice: BeamformChoice
        readonly sent: SentData
    }
}

/** What the tasks share; the threads keep the latest of each. */
export interface Shared {
    readonly ringDown: RingDownReference
    /** The borders of all slabs, and where those of the frames go. Small for a message: the rows are in shared memory. */
    readonly along: { readonly slabs: SlabBorderTable; readonly frames: FrameBorderTable }
}

interface Task<Given, Made> {
    readonly given: Given
    readonly made: Made
}

/** A border of a slab, and the path that it was refined from. */
export interface FoundBorder extends WalledBorder {
    readonly path: Uint16Array
}

/** A picture of a frame, as the files of all frames need it. */
export interface MadePicture {
    /** JPEG-LS, for pullback.dcm. */
    readonly jpegLs: Uint8Array<ArrayBuffer>
    /** For volume.nrrd; null for a fixed direction, which has no volume. */
    readonly slice: DeflatedSlice | null
}

/** A frame of channel data: number, index, and what the beamforming needs of its neighbours. */
type FrameOrder = Pick<FramePlace, "index" | "positionMm"> & { readonly timeMs: number }

export interface Tasks {
    /** Beamforms frame `i` of the channel data. */
    readonly beamform: Task<
        { i: number; orders: readonly [FrameOrder | null, FrameOrder, FrameOrder | null] },
        number
    >
    /** What a stored reference leaves of the ring-down in a run of `count` frames. */
    readonly residual: Task<{ count: number; stored: RingDownReference }, number>
    /** The ring-down of all `count` frames, compared with that of the first ones. */
    readonly ringDown: Task<{ count: number; first: RingDownReference }, WholeEstimate>
    /** Writes the PNG of a frame, if it has a path, and returns what goes into the files of all frames. */
    readonly picture: Task<{ i: number; path: string | null }, MadePicture>
    /** The PNG of a frame. */
    readonly picturePng: Task<{ i: number }, Uint8Array<ArrayBuffer>>
    /** The data set of a DICOM file, without its pictures; its encoder takes 0.2 s to load. */
    readonly dicomHead: Task<
        { attributes: DicomAttributes; transferSyntax: string | undefined },
        Uint8Array<ArrayBuffer>
    >
    /** Averages frames to a slab; returns its counts of codes. */
    readonly slab: Task<{ frames: readonly number[]; slab: number }, Uint32Array>
    /** Finds the border of a slab; null if its path is the known one. */
    readonly border: Task<
        {
            slabs: readonly [before: number, slab: number, after: number]
            threshold: number
            known: Uint16Array | null
        },
        FoundBorder | null
    >
    /** Sets the borders of frames from `first` on by those of the slabs, and measures them. */
    readonly along: Task<
        { first: number; positionsMm: readonly number[] },
        readonly FrameMeasures[]
    >
    readonly rotation: Task<{ places: readonly FramePlace[] }, RotationUnevenness | null>
    /** A chart of the timing report, as SVG. */
    readonly chart: Task<Chart, string>
    /** A chart of the report, as SVG. */
    readonly alongChart: Task<AlongChart, string>
    /** Writes the PNG of the longitudinal view, and returns the picture. */
    readonly longitudinal: Task<
        { places: readonly FramePlace[]; lengthMm: number; path: string },
        GreyImage
    >
    /** The PNG of the longitudinal view in another size. */
    readonly longitudinalPng: Task<
        { places: readonly FramePlace[]; lengthMm: number; pxPerMm: number },
        Uint8Array<ArrayBuffer>
    >
}

export type TaskName = keyof Tasks

/** Messages to and from a thread. */
export type ToThread =
    | { readonly share: keyof Shared; readonly value: unknown }
    | { readonly id: number; readonly name: TaskName; readonly given: unknown }

export type FromThread =
    | { readonly id: number; readonly made: unknown }
    | {
          readonly id: number
          readonly failure: {
              readonly message: string
              readonly code?: string
              readonly syscall?: string
          }
      }
