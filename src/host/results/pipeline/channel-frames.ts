// The channel data of a run: kept as received in a scratch file, and beamformed from there in the threads.

import { sampleBytes } from "../../../shared/acquisition/line-record"
import type { Description } from "../../../shared/protocol/messages"
import { isDiskError } from "../../disk-reason"
import { RunError } from "../../errors"
import type { AssembledFrame, FrameMark } from "../../frames/assembled-frame"
import { FrameFile, ScratchFile } from "./frame-file"
import type { ImageStage } from "./image-stage"
import type { PipelineFolder } from "./pipeline-folder"

export class ChannelFrames {
    /** The frames as received. */
    readonly file: FrameFile
    private readonly scratch: ScratchFile
    /** Beamformed frames; those before the first gap go on. */
    private readonly beamformed: boolean[] = []
    private beamformedUpTo = 0
    private readonly orders: Promise<void>[] = []

    /** @param marks of all frames, which grow */
    constructor(
        description: Description,
        private readonly marks: readonly FrameMark[],
        folder: PipelineFolder | undefined
    ) {
        const { lines_per_frame: lines, samples_per_line, sample_format } = description
        const lineBytes = samples_per_line * sampleBytes(sample_format)
        this.scratch = new ScratchFile(folder?.pathOf("channel-data"))
        this.file = new FrameFile({ fd: this.scratch.fd, lines, lineBytes })
    }

    write(i: number, { codes, present }: AssembledFrame): void {
        this.file.write(i, codes, present)
    }

    /** Beamforms a frame whose follower is in the file, or the last one. */
    beamform(stage: ImageStage, i: number): void {
        const orders = [i - 1, i, i + 1].map(k => {
            const mark = this.marks[k]
            if (!mark) return null
            const { index, timeMs, positionMm } = mark
            return { index, timeMs, positionMm }
        }) as [null, never, null]
        const done = stage.pool.do("beamform", { i, orders }).then(() => {
            this.beamformed[i] = true
            while (this.beamformed[this.beamformedUpTo]) this.beamformedUpTo++
            stage.imaged(this.beamformedUpTo)
        })
        done.catch(stage.onError)
        this.orders.push(done)
    }

    /** Beamforms the last frame, and waits for all. @throws RunError, or an error of the disk */
    async beamformRest(
        stage: ImageStage,
        progress: (fraction: number, what: string) => void
    ): Promise<void> {
        this.beamform(stage, this.marks.length - 1)
        const { orders } = this
        for (const [done, order] of orders.entries()) {
            progress(done / orders.length, "beamforming")
            try {
                await order
            } catch (error) {
                throw isDiskError(error) ? error : new RunError((error as Error).message)
            }
        }
    }

    close(): void {
        this.scratch.close()
    }
}
