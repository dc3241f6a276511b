// Makes the results of a run while it is received: feed it the run's messages, then finish it.

import type { AssembledFrame } from "../../frames/assembled-frame"
import type { RunListener } from "../../run/run-receiver"
import type { Progress, ReceivedRun } from "../../run/run-target"
import type { DicomAbout } from "../dicom/dicom-attributes"
import { resultsOf, type ResultsChoice, type RunResults } from "../run-results"
import type { RunSummary } from "../summary"
import { summarizeRun, writeResults } from "../write-results"

/** What the pipeline uses of a run's folder. */
export interface PipelineFolder {
    write(name: string, content: Uint8Array | string): void
    /** Where a file can be written by the caller, who renames it to its place before {@link wrote}. */
    pathOf(name: string): string
    wrote(name: string): void
}

export interface PipelineOptions {
    /** Absent for a review: no files are written. */
    readonly folder?: PipelineFolder
    readonly choice: ResultsChoice
    /** Date, patient and study of the run (../../runs/run-about.ts). */
    readonly about?: DicomAbout
    readonly progress: Progress
    /** Worker threads; default: one less than the cores, 1 to 4. */
    readonly workers?: number
}

/** One run. Its receiver keeps "marks" of the frames; their samples are kept here. */
export class RunPipeline {
    /** Combine it with the other listeners of the receiver. */
    readonly listener: RunListener = {
        onDescription: () => (this.frames.length = 0),
        onFrame: frame => void (frame.isImaged && this.frames.push(frame)),
    }
    /** After {@link finish}: the review can be shown; its frames are there until {@link close}. */
    readonly ready: Promise<RunResults>
    private resolveReady!: (results: RunResults) => void
    private rejectReady!: (error: unknown) => void
    private readonly frames: AssembledFrame[] = []

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
        return undefined
    }

    /**
     * Ends the run and writes all files except run.json.
     * @throws RunError when there is no frame at speed, or channel data cannot be beamformed
     */
    async finish(run: ReceivedRun): Promise<RunSummary> {
        const { folder, choice, progress, about } = this.options
        try {
            const results = await resultsOf(run, progress, choice, this.frames)
            this.resolveReady(results)
            return folder
                ? await writeResults(run, folder, progress, results, about)
                : summarizeRun(run, results, null)
        } catch (error) {
            this.rejectReady(error)
            throw error
        }
    }

    /** Ends the workers and removes the scratch file. */
    async close(): Promise<void> {
        this.frames.length = 0
        await Promise.resolve()
    }
}
