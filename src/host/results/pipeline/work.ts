// The tasks of the pipeline's threads: each reads frames from the scratch file and returns what it made of them.

import { writeFileSync } from "node:fs"
import type { Description } from "../../../shared/protocol/messages"
import type { ChannelDataFrames } from "../../beamform/beamform"
import { type FrameMeasures, measureFrame } from "../../measure/frame-measures"
import { BordersAlong } from "../../measure/lumen-along"
import type { SlabBorder } from "../../measure/lumen-edge"
import { codeCounts, PathFinder } from "../../measure/lumen-path"
import { averageFrames } from "../../measure/lumen-slabs"
import { findSlab, type SlabWall } from "../../measure/slab-wall"
import type { VesselBorder } from "../../measure/vessel-border"
import { VesselFinder } from "../../measure/vessel-edge"
import { WallsAlong } from "../../measure/walls-along"
import {
    type FramePlace,
    framesForEstimate,
    type GreyImage,
    type GreyMapper,
    greyMapper,
    type ImagingGeometry,
    type LongitudinalOptions,
    longitudinalView,
    pngOf,
    type PolarFrame,
    type PolarFrames,
    RingDownEstimate,
    type RingDownReference,
    ringDownResidualDb,
    type RotationUnevenness,
    rotationUnevenness,
    type ScanConverter,
    scanConverter,
} from "../../picture/picture"
import { type BeamformChoice, beamformerOf, type SentData } from "../channel-data-frames"
import type { DicomAttributes } from "../dicom/dicom-common"
import { dicomHead } from "../dicom/dicom-head"
import { encodeJpegLs } from "../dicom/jpeg-ls"
import type { AlongChart } from "../report/along-charts"
import type { Chart } from "../timing/timing-charts"
import { CROSS_SECTION_PX, depthPicture } from "../picture-frames"
import { type DeflatedSlice, deflateSlice } from "../volume/deflated-slice"
import { FrameFile, type FrameFileShape } from "./frame-file"
import { checkRingDown, framesToCheck } from "./ring-down-check"
import type { WholeEstimate } from "./ring-down-choice"

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
    /** The borders of all slabs, in order of position. */
    readonly slabBorders: {
        readonly positionsMm: readonly number[]
        readonly borders: readonly (SlabBorder & { readonly wall: SlabWall })[]
    }
}

interface Task<Given, Made> {
    readonly given: Given
    readonly made: Made
}

/** A border of a slab with what was found beside it, and the path that it was refined from. */
export interface FoundBorder extends SlabBorder {
    readonly wall: SlabWall
    readonly path: Uint16Array
}

/** Borders and measures of consecutive frames. */
export interface FrameBorders {
    /** Of all frames, one after another. */
    readonly radiusMm: Float32Array
    readonly edgeFractions: readonly number[]
    readonly vesselBorders: readonly (VesselBorder | null)[]
    readonly measures: readonly FrameMeasures[]
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
    /** Borders of frames from those of the slabs. */
    readonly along: Task<{ positionsMm: readonly number[] }, FrameBorders>
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

/** Does the tasks of one run, in any thread. */
export class Work {
    private readonly frames: FrameFile
    private readonly slabs: FrameFile
    private readonly frameBuffer: Uint8Array
    private readonly shared: { -readonly [K in keyof Shared]?: Shared[K] } = {}
    // Made when they are first needed.
    private mapper: GreyMapper | undefined
    private converter: ScanConverter | undefined
    private finder: PathFinder | undefined
    private vessels: VesselFinder | undefined
    private bordersAlong: BordersAlong | undefined
    private wallsAlong: WallsAlong | undefined
    private beamformer: ChannelDataFrames | undefined
    private greys: Uint8Array | undefined
    private picture: Uint8Array | undefined

    constructor(private readonly setup: WorkSetup) {
        this.frames = new FrameFile(setup.frames)
        this.slabs = new FrameFile(setup.slabs)
        this.frameBuffer = this.frames.buffer()
    }

    share<K extends keyof Shared>(name: K, value: Shared[K]): void {
        this.shared[name] = value
        if (name === "ringDown") this.mapper = undefined
        else this.bordersAlong = this.wallsAlong = undefined
    }

    do<K extends TaskName>(
        name: K,
        given: Tasks[K]["given"]
    ): Tasks[K]["made"] | Promise<Tasks[K]["made"]> {
        return this.tasks[name](given)
    }

    private readonly tasks: {
        readonly [K in TaskName]: (
            given: Tasks[K]["given"]
        ) => Tasks[K]["made"] | Promise<Tasks[K]["made"]>
    } = {
        beamform: ({ i, orders }) => {
            const { raw, description, choice, sent } = this.setup.channelData!
            const beamformer = (this.beamformer ??= beamformerOf(description, choice, sent))
            const file = new FrameFile(raw)
            const [before, frame, after] = orders.map(
                (order, k) => order && { ...order, ...file.read(i + k - 1) }
            )
            const made = beamformer.beamform(frame!, before ?? undefined, after ?? undefined)
            this.frames.write(i, made.codes, made.present)
            return made.present.reduce((sum, there) => sum + there, 0)
        },
        residual: ({ count, stored }) =>
            ringDownResidualDb(
                framesToCheck(count).map(i => this.polar(i)),
                stored,
                this.setup.geometry
            ),
        ringDown: ({ count, first }) => {
            const { geometry, fixedDirection } = this.setup
            const made = new RingDownEstimate(geometry)
            for (const i of framesForEstimate(count))
                made.add(this.frames.read(i, this.frameBuffer))
            const estimate = made.reference()
            const read = (i: number): PolarFrame => this.polar(i)
            const check = checkRingDown(first, estimate, count, read, geometry, !fixedDirection)
            return { estimate, check }
        },
        picture: async ({ i, path }) => {
            const image = this.image(i)
            if (path !== null) writeFileSync(path, pngOf(image))
            const slice = this.setup.fixedDirection ? null : deflateSlice(image.greys)
            return { jpegLs: await encodeJpegLs(image), slice }
        },
        picturePng: ({ i }) => new Uint8Array(pngOf(this.image(i))),
        dicomHead: ({ attributes, transferSyntax }) => dicomHead(attributes, transferSyntax),
        slab: ({ frames, slab }) => {
            const { geometry } = this.setup
            const made = averageFrames(
                frames.map(i => this.frames.read(i)),
                geometry,
                this.ringDown
            )
            this.slabs.write(slab, made.codes, made.present)
            return codeCounts(made, geometry)
        },
        border: ({ slabs, threshold, known }) => {
            const { geometry } = this.setup
            const [before, slab, after] = slabs.map(i => this.slabs.read(i))
            this.finder ??= new PathFinder(geometry)
            const path = this.finder.find(before!, slab!, after!, threshold)
            if (known && path.every((sample, line) => sample === known[line])) return null
            this.vessels ??= new VesselFinder(geometry)
            return { ...findSlab(slab!, path, geometry, this.vessels), path }
        },
        along: ({ positionsMm }) => this.along(positionsMm),
        rotation: ({ places }) =>
            rotationUnevenness(this.places(places), this.setup.geometry) ?? null,
        // Its library takes 0.14 s to load.
        chart: async chart => (await import("../timing/timing-charts")).drawChart(chart),
        alongChart: async chart => (await import("../report/along-charts")).drawAlong(chart),
        longitudinal: ({ places, lengthMm, path }) => {
            const view = this.view(places, { lengthMm })
            writeFileSync(path, pngOf(view))
            return view
        },
        longitudinalPng: ({ places, ...options }) =>
            new Uint8Array(pngOf(this.view(places, options))),
    }

    /** The picture of a frame; the next one overwrites it. */
    private image(i: number): GreyImage {
        const { geometry, fixedDirection } = this.setup
        const { codes, present } = this.frames.read(i, this.frameBuffer)
        const greys = this.greyMapper.frame(codes, this.greys)
        this.greys = greys
        if (fixedDirection) return depthPicture(greys, present, geometry)
        this.converter ??= scanConverter(geometry, CROSS_SECTION_PX)
        const image = this.converter.convert(greys, present, this.picture)
        this.picture = image.greys
        return image
    }

    private view(places: readonly FramePlace[], options: LongitudinalOptions): GreyImage {
        const { geometry, fixedDirection } = this.setup
        const all = { ...options, fixedDirection }
        return longitudinalView(this.places(places), this.greyMapper, geometry, all)
    }

    private along(positionsMm: readonly number[]): FrameBorders {
        const { geometry } = this.setup
        const { slabBorders } = this.shared
        this.bordersAlong ??= new BordersAlong(
            slabBorders!.positionsMm,
            slabBorders!.borders,
            geometry.catheterRadiusMm
        )
        this.wallsAlong ??= new WallsAlong(
            slabBorders!.positionsMm,
            slabBorders!.borders,
            geometry.catheterRadiusMm
        )
        const lines = geometry.linesPerFrame
        const vesselBorders: (VesselBorder | null)[] = []
        const all = new Float32Array(positionsMm.length * lines)
        const edgeFractions: number[] = []
        const measures = positionsMm.map((positionMm, i) => {
            const border = this.bordersAlong!.at(positionMm)
            all.set(border.radiusMm, i * lines)
            edgeFractions.push(border.edgeFraction)
            const wall = this.wallsAlong!.at(positionMm, border)
            vesselBorders.push(wall.vessel && { radiusMm: wall.vessel.radiusMm })
            return measureFrame(border, wall, geometry)
        })
        return { radiusMm: all, edgeFractions, vesselBorders, measures }
    }

    private get ringDown(): RingDownReference {
        return this.shared.ringDown!
    }

    private get greyMapper(): GreyMapper {
        return (this.mapper ??= greyMapper(this.setup.geometry, this.ringDown))
    }

    private polar(i: number): PolarFrame {
        return { index: i, timeMs: 0, positionMm: 0, ...this.frames.read(i) }
    }

    private places(places: readonly FramePlace[]): PolarFrames {
        return {
            length: places.length,
            at: i => places[i]!,
            frame: i => this.polar(i),
            line: (i, line, codes) => this.frames.readLine(i, line, codes),
        }
    }
}
