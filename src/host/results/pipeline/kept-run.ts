// The results of a run that was received before, with its frames in memory.

import type { ReceivedRun } from "../../run/run-target"
import type { RunSummary } from "../summary"
import type { ResultFiles } from "../write-results"
import type { PipelineFolder } from "./pipeline-folder"
import { type PipelineOptions, RunPipeline } from "./run-pipeline"

/** Where the files are written, on a disk that takes them. */
export interface KeptRunFiles extends ResultFiles {
    pathOf(name: string): string
    wrote(name: string): void
}

/** @returns a pipeline that has got all of the run, but is not finished */
export function pipelineOf(run: ReceivedRun, options: Partial<PipelineOptions> = {}): RunPipeline {
    const { hello, description, assembler } = run.receiver
    const pipeline = new RunPipeline({ choice: {}, progress: () => undefined, ...options })
    const { onHello, onDescription, onFrame } = pipeline.listener
    if (hello) onHello!(hello)
    if (description) onDescription!(description)
    for (const frame of assembler?.frames ?? []) onFrame!(frame)
    return pipeline
}

export function folderOf(files: KeptRunFiles): PipelineFolder {
    return {
        diskError: undefined,
        write: (name, content) => files.write(name, content),
        pathOf: name => files.pathOf(name),
        wrote: name => files.wrote(name),
        failed: (_, error) => {
            throw error
        },
    }
}

/** Writes all files of a run except its capture. */
export async function writeKeptRun(
    run: ReceivedRun,
    files: KeptRunFiles,
    options: Partial<PipelineOptions> = {}
): Promise<RunSummary> {
    const pipeline = pipelineOf(run, { ...options, folder: folderOf(files) })
    try {
        const summary = await pipeline.finish(run)
        files.write("run.json", JSON.stringify(summary, undefined, 4) + "\n")
        return summary
    } finally {
        await pipeline.close()
    }
}
