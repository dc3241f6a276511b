// From frames in the scratch file to borders and pictures: what is made of a frame once its samples are known.

import { setImmediate as yieldToEventLoop } from "node:timers/promises"
import type { Description } from "../../../shared/protocol/messages"
import type { FrameMark } from "../../frames/assembled-frame"
import { type ImagingGeometry, noRingDown, type RingDownReference } from "../../picture/picture"
import { BorderMaker } from "./border-maker"
import { FrameFile, ScratchFile } from "./frame-file"
import { PictureMaker } from "./picture-maker"
import type { PipelineFolder } from "./pipeline-folder"
import { StoredFrames } from "./stored-frames"
import { TaskDropped, TaskPool } from "./task-pool"
import type { WorkSetup } from "./tasks"

/** Frames that are ordered again before other events run: some milliseconds. */
const FRAMES_AT_ONCE = 64

export interface StageOptions {
    readonly description: Description
    readonly geometry: ImagingGeometry
    readonly fixedDirection: boolean
    readonly channelData: WorkSetup["channelData"] | undefined
    readonly folder: PipelineFolder | undefined
    readonly workers: number | undefined
    /** Of all frames, which grow. */
    readonly marks: readonly FrameMark[]
}

export class ImageStage {
    readonly frames: StoredFrames
    readonly file: FrameFile
    readonly pool: TaskPool
    borders: BorderMaker
    pictures: PictureMaker
    /** What is subtracted; until it is known, frames wait. */
    ringDown: RingDownReference | undefined
    /** An error of a task that was not one of the disk. */
    failure: unknown
    private readonly scratch: readonly ScratchFile[]
    /** Frames that went on to borders and pictures. */
    private begun = 0

    constructor(readonly options: StageOptions) {
        const { geometry, fixedDirection, channelData, folder, workers, marks } = options
        const { linesPerFrame: lines, samplesPerLine: lineBytes } = geometry
        const frames = new ScratchFile(folder?.pathOf("frames"))
        const slabs = new ScratchFile(folder?.pathOf("slabs"))
        this.scratch = [frames, slabs]
        const shape = { fd: frames.fd, lines, lineBytes }
        this.file = new FrameFile(shape)
        this.frames = new StoredFrames(marks, this.file)
        const setup: WorkSetup = {
            ...{ geometry, fixedDirection, frames: shape },
            slabs: { ...shape, fd: slabs.fd },
            ...(channelData && { channelData }),
        }
        this.pool = new TaskPool(setup, workers)
        ;[this.borders, this.pictures] = this.makers()
    }

    /** @param count frames in the file */
    imaged(count: number): void {
        if (!this.ringDown) return
        const { fixedDirection, marks } = this.options
        for (; this.begun < count; this.begun++) {
            if (!fixedDirection) this.borders.add(this.begun, marks[this.begun]!.positionMm)
            this.pictures.add(this.begun)
        }
    }

    /** Frames go on from now on. */
    begin(ringDown: RingDownReference): void {
        this.ringDown = ringDown
        this.pool.share("ringDown", ringDown)
    }

    /** Everything is made again with another reference. */
    async restart(ringDown: RingDownReference): Promise<void> {
        await this.pool.clear()
        this.pictures.close()
        ;[this.borders, this.pictures] = this.makers()
        const count = this.begun
        this.begun = 0
        this.begin(ringDown)
        while (this.begun < count) {
            this.imaged(Math.min(count, this.begun + FRAMES_AT_ONCE))
            await yieldToEventLoop()
        }
    }

    /** For channel data, which starts beyond the ring-down. */
    beginWithoutRingDown(): void {
        this.begin(noRingDown(this.options.geometry))
    }

    readonly onError = (error: unknown): void => {
        if (!(error instanceof TaskDropped)) this.failure ??= error
    }

    async close(): Promise<void> {
        await this.pool.close()
        this.pictures.close()
        for (const file of this.scratch) file.close()
    }

    private makers(): [BorderMaker, PictureMaker] {
        const { folder, marks, fixedDirection, description } = this.options
        const kind = fixedDirection ? "depth-lines" : "cross-section"
        const digits = digitsOf(description)
        const name = (i: number): string =>
            `${kind}-${String(marks[i]!.index).padStart(digits, "0")}.png`
        return [
            new BorderMaker(this.pool, this.onError),
            new PictureMaker(this.pool, folder, name, !fixedDirection),
        ]
    }
}

/** Digits of the frames' numbers in file names: enough for the frames that the window should hold. */
function digitsOf(d: Description): number {
    const mm = (d.window_end_nm - d.window_start_nm) / 1e6
    const count = (mm / (d.speed_nm_s / 1e6)) * (d.frame_rate_mhz / 1000)
    // The numbers of frames have 16 bits.
    return count > 9999 ? 5 : 4
}
