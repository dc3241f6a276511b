// Runs of a suite without pictures, charts, DICOM and tables, for tests that look at verdicts, counts and measures only.

import type { uvu } from "uvu"
import { RunPipeline } from "../../../src/host/results/pipeline/run-pipeline"

/** A pipeline before it begins a run. */
interface Pipeline {
    options: { readonly folder?: unknown }
    begin(...args: unknown[]): void
}

/** The files of results take longer than the rest of a short run; without them, `--json` and run.json are the same but for "files". */
export function withoutResultFiles<T>(suite: uvu.Test<T>): void {
    const pipeline = RunPipeline.prototype as unknown as Pipeline
    const { begin } = pipeline
    suite.before(() => {
        pipeline.begin = function (...args) {
            this.options = { ...this.options, folder: undefined }
            begin.apply(this, args)
        }
    })
    suite.after(() => void (pipeline.begin = begin))
}
