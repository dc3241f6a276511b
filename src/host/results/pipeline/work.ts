// Does the tasks of one run, in any thread: each reads frames from the scratch file and returns what it made of them.

import { writeFileSync } from "node:fs"
import type { ChannelDataFrames } from "../../beamform/beamform"
import {
    framesForEstimate,
    pngOf,
    type PolarFrame,
    RingDownEstimate,
    ringDownResidualDb,
    rotationUnevenness,
} from "../../picture/picture"
import { beamformerOf } from "../channel-data-frames"
import { dicomHead } from "../dicom/dicom-head"
import { BorderWork } from "./border-work"
import { FrameFile } from "./frame-file"
import { PictureWork } from "./picture-work"
import { checkRingDown, framesToCheck } from "./ring-down-check"
import type { WholeEstimate } from "./ring-down-choice"
import type { Shared, TaskName, Tasks, WorkSetup } from "./tasks"
import { WorkFrames } from "./work-frames"

type Given<K extends TaskName> = Tasks[K]["given"]
type Made<K extends TaskName> = Tasks[K]["made"]

export class Work {
    private readonly shared: { -readonly [K in keyof Shared]?: Shared[K] } = {}
    private readonly frames: WorkFrames
    private readonly borders: BorderWork
    private readonly pictures: PictureWork
    /** Made when it is first needed. */
    private beamformer: ChannelDataFrames | undefined

    constructor(private readonly setup: WorkSetup) {
        this.frames = new WorkFrames(setup, this.shared)
        this.borders = new BorderWork(this.frames)
        this.pictures = new PictureWork(this.frames, setup.fixedDirection)
    }

    share<K extends keyof Shared>(name: K, value: Shared[K]): void {
        this.shared[name] = value
        if (name === "ringDown") this.pictures.share()
        else this.borders.share()
    }

    do<K extends TaskName>(name: K, given: Given<K>): Made<K> | Promise<Made<K>> {
        return this.tasks[name](given)
    }

    private readonly tasks: {
        readonly [K in TaskName]: (given: Given<K>) => Made<K> | Promise<Made<K>>
    } = {
        beamform: given => this.beamform(given),
        residual: ({ count, stored }) =>
            ringDownResidualDb(
                framesToCheck(count).map(i => this.frames.polar(i)),
                stored,
                this.setup.geometry
            ),
        ringDown: given => this.estimateRingDown(given),
        picture: ({ i, path }) => this.pictures.make(i, path),
        picturePng: ({ i }) => this.pictures.png(i),
        dicomHead: ({ attributes, transferSyntax }) => dicomHead(attributes, transferSyntax),
        slab: given => this.borders.average(given),
        border: given => this.borders.find(given),
        along: given => this.borders.measure(given),
        rotation: ({ places }) =>
            rotationUnevenness(this.frames.at(places), this.setup.geometry) ?? null,
        // Its library takes 0.14 s to load.
        chart: async chart => (await import("../timing/timing-charts")).drawChart(chart),
        alongChart: async chart => (await import("../report/along-charts")).drawAlong(chart),
        longitudinal: ({ places, lengthMm, path }) => {
            const view = this.pictures.longitudinal(places, { lengthMm })
            writeFileSync(path, pngOf(view))
            return view
        },
        longitudinalPng: ({ places, ...options }) =>
            new Uint8Array(pngOf(this.pictures.longitudinal(places, options))),
    }

    private beamform({ i, orders }: Given<"beamform">): number {
        const { raw, description, choice, sent } = this.setup.channelData!
        const beamformer = (this.beamformer ??= beamformerOf(description, choice, sent))
        const file = new FrameFile(raw)
        const [before, frame, after] = orders.map(
            (order, k) => order && { ...order, ...file.read(i + k - 1) }
        )
        const made = beamformer.beamform(frame!, before ?? undefined, after ?? undefined)
        this.frames.frameFile.write(i, made.codes, made.present)
        return made.present.reduce((sum, there) => sum + there, 0)
    }

    private estimateRingDown({ count, first }: Given<"ringDown">): WholeEstimate {
        const { geometry, fixedDirection } = this.setup
        const made = new RingDownEstimate(geometry)
        for (const i of framesForEstimate(count)) made.add(this.frames.passing(i))
        const estimate = made.reference()
        const read = (i: number): PolarFrame => this.frames.polar(i)
        const check = checkRingDown(first, estimate, count, read, geometry, !fixedDirection)
        return { estimate, check }
    }
}
