// Makes the results of a run while it is received: feed it the run's messages, then finish it.

import { setImmediate as yieldToEventLoop } from "node:timers/promises"
import { dateMs } from "../../clock"
import { RunError } from "../../errors"
import { inSteps } from "../../in-steps"
import type { Description } from "../../../shared/protocol/messages"
import { oddDescriptionText } from "../../link/description-check"
import type { RunListener, RunReceiver } from "../../run/run-receiver"
import type { Progress, ReceivedRun } from "../../run/run-target"
import { NO_EDITS, type Edits } from "../../measure/edits"
import { aboutNothing, type RunAbout } from "../../runs/run-about"
import type { SentData } from "../channel-data-frames"
import { REPORT_NAME, reportDicom } from "../dicom/report/report-dicom"
import type { MeasuredRun } from "../measured-run"
import { measuredRun } from "./measured"
import type { ReportArtist } from "../report/write-report"
import type { ResultsChoice, RunResults } from "../run-results"
import type { RunSummary } from "../summary"
import { timingSteps } from "../timing/timing-report"
import { writeMeasured, writeTiming } from "../write-results"
import { ImagingRun } from "./imaging-run"
import type { PipelineFolder } from "./pipeline-folder"
import { artistOf, finishPictures } from "./run-pictures"
import { dicomHeadIn, USUAL } from "./task-pool"

export interface PipelineOptions {
    /** Absent for a review: no files are written. */
    readonly folder?: PipelineFolder
    readonly choice: ResultsChoice
    /** Date, patient and study of the run. */
    readonly about?: RunAbout
    /** What a person changed of the measurements; a run that is received has none. */
    readonly edits?: Edits
    readonly progress: Progress
    /** Worker threads. Default: as many as the cores, 1 to 4. */
    readonly workers?: number
    /** Pair list and catheter that were sent for a run of channel data; without it, they are beamformed at the end. */
    readonly sent?: (description: Description) => SentData
}

/** Progress is shown at this interval. */
const PROGRESS_MS = 200

/** One run. Its receiver keeps "marks" of the frames; their samples are kept here, in a scratch file. */
export class RunPipeline {
    /** Combine it with the other listeners of the receiver. */
    readonly listener: RunListener = {
        onHello: hello => void (this.firmwareVersion = hello.firmware_version),
        onDescription: description => this.begin(description),
        onFrame: frame => void (frame.isImaged && this.imaging?.add(frame)),
    }
    /** After {@link finish}: the results can be looked at, until {@link close}. Borders may be refined later. */
    readonly ready: Promise<RunResults>
    /** After {@link finish}. */
    measured: MeasuredRun | undefined
    private resolveReady!: (results: RunResults) => void
    private rejectReady!: (error: unknown) => void
    private firmwareVersion = 0
    private imaging: ImagingRun | undefined
    private readonly earlier: Promise<void>[] = []

    constructor(private readonly options: PipelineOptions) {
        this.ready = new Promise((resolve, reject) => {
            this.resolveReady = resolve
            this.rejectReady = reject
        })
        // Whoever does not wait for it gets the error from finish().
        this.ready.catch(() => undefined)
    }

    /** For a source that is faster than real time: resolves when there is room for more; undefined: there is. */
    room(): Promise<void> | undefined {
        return this.imaging?.room()
    }

    /**
     * Ends the run and writes all files except run.json.
     * @throws RunError when there is no frame at speed, or channel data cannot be beamformed
     */
    async finish(run: ReceivedRun): Promise<RunSummary> {
        try {
            return await this.makeAll(run)
        } catch (error) {
            this.rejectReady(error)
            throw error
        }
    }

    /** Draws for a report, after {@link finish} and until {@link close}. */
    get artist(): ReportArtist {
        return artistOf(this.imaging!.finished)
    }

    /** Ends the threads and removes the scratch files. */
    async close(): Promise<void> {
        await Promise.all([...this.earlier, this.imaging?.close()])
    }

    /** A new description begins a new run. */
    private begin(description: Description): void {
        if (this.imaging) this.earlier.push(this.imaging.close())
        this.imaging = new ImagingRun(description, this.firmwareVersion, this.options)
    }

    private async makeAll(run: ReceivedRun): Promise<RunSummary> {
        const { imaging } = this
        const { folder, progress, about = aboutNothing(dateMs(), "") } = this.options
        if (!imaging || (imaging.marks.length === 0 && !imaging.hasFailed))
            throw new RunError(noPictureText(run.receiver))
        const results = await imaging.finish(run, this.resolveReady)
        // Each of these steps takes some tens of ms: other events run between them.
        await yieldToEventLoop()
        const timing = await inSteps(timingSteps(run))
        await yieldToEventLoop()
        const { edits = NO_EDITS } = this.options
        const measured = await measuredRun(run, results, { edits, about, timing })
        this.measured = measured
        await yieldToEventLoop()
        const stage = imaging.finished
        if (folder) {
            await Promise.all([
                writeMeasured(measured, folder, artistOf(stage)),
                writeTiming(run, timing, folder, chart => stage.pool.do("chart", chart, USUAL)),
            ])
        }
        const shown = setInterval(
            () => progress(imaging.fractionMade, "writing pictures"),
            PROGRESS_MS
        )
        try {
            const { pullback, note } = await finishPictures(stage, run, about, results)
            const head = dicomHeadIn(stage.pool)
            folder?.write(REPORT_NAME, await reportDicom(measured, pullback, head))
            progress(1, "done")
            await yieldToEventLoop()
            return { ...measured.summary, dicomNote: note }
        } finally {
            clearInterval(shown)
            await imaging.endThreads()
        }
    }
}

/** Why a run has no picture: not a capture, damaged, or without a pullback. */
function noPictureText(receiver: RunReceiver): string {
    const { hello, description, descriptionDefect, stream } = receiver
    const { faults } = stream
    const damage = `${faults.messagesDamaged} damaged messages, ${faults.bytesSkipped} bytes outside bursts`
    if (descriptionDefect !== undefined)
        return `${oddDescriptionText(descriptionDefect)}, or use another capture.`
    if (!hello && !description)
        return `The file is not a capture, or has another version (${damage}); name the capture.ivl of a pullback.`
    if (!description && (faults.messagesDamaged > 0 || faults.bytesSkipped > 0))
        return `The capture is damaged: it holds no description of its A-lines (${damage}); use another capture.`
    return "The run has no frames at speed, so there is no picture; use the capture of a pullback."
}
