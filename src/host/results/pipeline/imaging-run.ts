// The frames of one run on their way: into the scratch file, and from there on to borders and pictures.

import { createHash } from "node:crypto"
import { PAIRS_NONE } from "../../../shared/acquisition/line-record"
import type { Description } from "../../../shared/protocol/messages"
import { diskReason, isDiskError } from "../../disk-reason"
import { RunError } from "../../errors"
import { inSteps } from "../../in-steps"
import type { AssembledFrame, FrameMark } from "../../frames/assembled-frame"
import { isRf, RfFrames } from "../../frames/rf-frames"
import { NO_EDITS } from "../../measure/edits"
import { runFlagSteps } from "../../measure/frame-measures"
import { RING_DOWN_FRAMES } from "../../picture/picture"
import { referenceKey } from "../../references/reference-key"
import type { ReceivedRun } from "../../run/run-target"
import { catheterNamed } from "../../sequence/catheter-spec"
import type { SentData } from "../channel-data-frames"
import type { RingDownUse } from "../ring-down-use"
import type { RunResults } from "../run-results"
import { ChannelFrames } from "./channel-frames"
import type { ImageStage } from "./image-stage"
import { openStage } from "./open-stage"
import type { PipelineOptions } from "./run-pipeline"
import { type FinalRingDown, RingDownChoice } from "./ring-down-choice"
import { bordersOfRun } from "./run-borders"

/** A shorter run is done before a thread has started. */
const FRAMES_BEFORE_THREADS = 48
/** Beamforming one frame takes longer than starting a thread. */
const CHANNEL_FRAMES_BEFORE_THREADS = 2
/** A source that is faster than real time waits while more tasks than this do. */
const WAITING_MAX = 64

const NO_RING_DOWN: RingDownUse = { source: "none", captured: null, notes: [] }

/** Results while they are made. */
type Results = { -readonly [K in keyof RunResults]: RunResults[K] }

export class ImagingRun {
    readonly marks: FrameMark[] = []
    private readonly hash = createHash("sha256")
    private readonly rf: RfFrames | undefined
    /** Undefined for A-lines. */
    private readonly raw: ChannelFrames | undefined
    private stage: ImageStage | undefined
    private ringDown: RingDownChoice | undefined
    private failure: unknown
    /** The disk takes no more frames; those before are used. */
    private isFull = false

    /** Never throws: what is wrong with the run is said when it is finished. */
    constructor(
        private readonly description: Description,
        private readonly firmwareVersion: number,
        private readonly options: PipelineOptions
    ) {
        this.hash.update(JSON.stringify(description))
        this.rf = isRf(description) ? new RfFrames(description) : undefined
        try {
            if (description.pair_list === PAIRS_NONE) this.openStage({})
            else {
                this.raw = new ChannelFrames(description, this.marks, options.folder)
                if (options.sent) this.openStage(options.sent(description))
            }
        } catch (error) {
            this.fail(error)
        }
    }

    /** Pictures made, of all frames. */
    get fractionMade(): number {
        return (this.stage?.pictures.made ?? 0) / this.marks.length
    }

    /** Whether there can be no results, for a reason that {@link finish} throws. */
    get hasFailed(): boolean {
        return this.failure !== undefined
    }

    /** After {@link finish}. */
    get finished(): ImageStage {
        return this.stage!
    }

    /** The next frame at speed. */
    add(frame: AssembledFrame): void {
        if (this.failure || this.isFull) return
        try {
            this.take(frame)
        } catch (error) {
            this.fail(error)
        }
    }

    room(): Promise<void> | undefined {
        const { stage } = this
        if (!stage?.pool.hasThreads || stage.pool.waiting <= WAITING_MAX) return undefined
        return stage.pool.until(WAITING_MAX / 2)
    }

    /**
     * Finds borders and measures. Pictures are made meanwhile, and afterwards.
     * @param onReady gets the results once, when they can be looked at; they are refined later
     * @throws RunError
     */
    async finish(run: ReceivedRun, onReady: (results: RunResults) => void): Promise<RunResults> {
        const { description, marks } = this
        if (this.raw && !this.stage && !this.failure) this.openForFinish(run)
        const { stage, raw } = this
        if (this.failure || !stage) throw this.failure
        if (!stage.pool.hasThreads) stage.pool.startHere()
        if (raw) await raw.beamformRest(stage, this.options.progress)
        const { ringDown, use } = await this.finalRingDown(stage)
        if (stage.ringDown !== ringDown) await stage.restart(ringDown)
        stage.imaged(marks.length)
        const results: Results = {
            ...{ description, frames: stage.frames, ringDown, ringDownUse: use },
            ...{ geometry: stage.options.geometry, fixedDirection: stage.options.fixedDirection },
            ...{ dataHash: this.hash.digest(), borders: [] },
            ...{ vesselBorders: [], measures: [] },
            ...{ rotation: null, refined: true },
        }
        if (!results.fixedDirection) await this.findBorders(stage, results, onReady)
        // Only rotational catheters.
        if (catheterNamed(description.catheter, run.spec)?.rotor_sign) {
            const rotation = await stage.pool.do("rotation", { places: marks })
            if (rotation) {
                const measures = await inSteps(runFlagSteps(results.measures, { rotation }))
                Object.assign(results, { rotation, measures })
            }
        }
        onReady(results)
        return results
    }

    /** Nothing more is made; the frames stay. */
    async endThreads(): Promise<void> {
        await this.stage?.pool.close()
    }

    async close(): Promise<void> {
        await this.stage?.close()
        this.raw?.close()
        this.failure ??= new Error("The pipeline is closed.")
    }

    private openStage(sent: SentData): void {
        const { description, marks, options, firmwareVersion, raw } = this
        const stage = openStage(description, marks, options, raw && { frames: raw, sent })
        this.stage = stage
        if (raw) stage.beginWithoutRingDown()
        else {
            const key = referenceKey(description, firmwareVersion)
            const { references } = options.choice
            this.ringDown = new RingDownChoice(stage.options.geometry, key, references)
            if (this.ringDown.current) stage.begin(this.ringDown.current)
        }
    }

    private take(frame: AssembledFrame): void {
        const { marks, hash, stage, raw, ringDown } = this
        const i = marks.length
        if (raw) raw.write(i, frame)
        else {
            const { codes } = this.rf ? this.rf.detect(frame) : frame
            stage!.file.write(i, codes, frame.present)
            ringDown!.add({ codes, present: frame.present })
        }
        hash.update(`${frame.timeMs} ${frame.positionMm}`)
        hash.update(frame.present).update(frame.codes)
        marks.push(markOf(frame))
        if (!stage) return
        const before = raw ? CHANNEL_FRAMES_BEFORE_THREADS : FRAMES_BEFORE_THREADS
        if (marks.length === before) stage.pool.start()
        if (raw) {
            if (i > 0) raw.beamform(stage, i - 1)
        } else {
            if (!stage.ringDown && ringDown!.current) stage.begin(ringDown!.current)
            stage.imaged(marks.length)
        }
    }

    /** The pairs and the spec that were sent are known only now. */
    private openForFinish({ pairs, spec }: ReceivedRun): void {
        try {
            this.openStage({ ...(pairs && { pairs }), ...(spec && { spec }) })
            if (this.marks.length >= CHANNEL_FRAMES_BEFORE_THREADS) this.stage!.pool.start()
            for (let i = 0; i + 1 < this.marks.length; i++) this.raw!.beamform(this.stage!, i)
        } catch (error) {
            this.fail(error)
        }
    }

    private async finalRingDown({ pool, options }: ImageStage): Promise<FinalRingDown> {
        const { ringDown, marks } = this
        if (!ringDown) return { ringDown: this.stage!.ringDown!, use: NO_RING_DOWN }
        const stored = ringDown.stored?.ringDown
        const count = marks.length
        this.options.progress(undefined, options.fixedDirection ? "results" : "finding the lumen")
        const residualDb = stored && (await pool.do("residual", { count, stored }))
        // A short run's first frames are all of them.
        if (count <= RING_DOWN_FRAMES) return ringDown.final(residualDb)
        return ringDown.final(residualDb, first => pool.do("ringDown", { count, first }))
    }

    private async findBorders(
        stage: ImageStage,
        results: Results,
        onReady: (results: RunResults) => void
    ): Promise<void> {
        const { description, marks } = this
        const { progress, edits = NO_EDITS } = this.options
        progress(undefined, "finding the lumen")
        const run = { description, geometry: results.geometry, marks, edits }
        const found = await bordersOfRun(stage.borders, run, provisional => {
            Object.assign(results, provisional, { refined: false })
            onReady(results)
        })
        Object.assign(results, found, { refined: true })
    }

    private fail(error: unknown): void {
        const { folder } = this.options
        if (!isDiskError(error)) this.failure = error
        else if (folder) {
            this.isFull = true
            folder.failed("frames", error)
        } else
            this.failure = new RunError(
                `The frames do not fit into the folder of temporary files (${diskReason(error)}); make room there, or name another folder in TMPDIR.`
            )
    }
}

function markOf(frame: AssembledFrame): FrameMark {
    const { index, timeMs, positionMm, linesAtSpeed, linesPresent, tickUs, triggers } = frame
    return { index, timeMs, positionMm, linesAtSpeed, linesPresent, tickUs, triggers }
}
