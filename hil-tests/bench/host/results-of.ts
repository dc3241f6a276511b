// A process that makes the results of a capture as `ivus replay` does, and prints what it measured as JSON.

import { mkdtempSync, readdirSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { monitorEventLoopDelay } from "node:perf_hooks"
import type { RunListener } from "../../../src/host/run/run-receiver"
import { combineListeners } from "../../../src/host/run/combine-listeners"
import { RunPipeline } from "../../../src/host/results/pipeline/run-pipeline"
import { readCapture } from "../../../src/host/runs/read-capture"
import { aboutNothing } from "../../../src/host/runs/run-about"
import { RunFolder } from "../../../src/host/runs/run-folder"
import { peakMemoryKb } from "../../support/cli/own-peak"

/** A sample of the delay is the time between two ticks of this length. */
const RESOLUTION_MS = 10

export interface ResultsFigures {
    readonly frames: number
    readonly missing: number
    readonly receivedS: number
    /** From the last A-line to the review, and to all files. */
    readonly reviewS: number
    readonly filesS: number
    readonly processorS: number
    readonly delayMs: number
    readonly peakMb: number
    readonly files: number
}

const [capture, paced] = process.argv.slice(2)
const folder = mkdtempSync(join(tmpdir(), "ivus-bench-"))
try {
    console.log(JSON.stringify(await resultsOf(capture!, paced === "paced")))
} finally {
    rmSync(folder, { recursive: true, force: true })
}

async function resultsOf(file: string, isPaced: boolean): Promise<ResultsFigures> {
    const run = RunFolder.create({
        ...{ runs: join(folder, "runs"), force: false, dateMs: 0, catheter: "array-20mhz" },
    })
    const about = aboutNothing(0, "bench")
    const progress = (): void => undefined
    const pipeline = new RunPipeline({ folder: run, choice: {}, about, progress })
    const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
    delay.enable()
    const before = process.cpuUsage()
    const fromMs = performance.now()
    let [firstTickUs, latestTickUs] = [NaN, NaN]
    const clock: RunListener = {
        onFrame: ({ tickUs }) => {
            if (Number.isNaN(firstTickUs)) firstTickUs = tickUs
            latestTickUs = tickUs
        },
    }
    const paceMs = (): number => (latestTickUs - firstTickUs) / 1000 - (performance.now() - fromMs)
    const room = async (): Promise<void> => {
        await pipeline.room()
        const aheadMs = isPaced ? paceMs() : 0
        if (aheadMs > 0) await new Promise(resolve => setTimeout(resolve, aheadMs))
    }
    const receiver = await readCapture(file, {
        ...{ progress, stop: new AbortController().signal, keeps: "marks", room },
        onBytes: bytes => run.capture(bytes),
        listener: combineListeners(clock, pipeline.listener),
    })
    const lastMs = performance.now()
    const review = pipeline.ready.then(() => performance.now())
    const source = { target: "bench", seed: null }
    const summary = await pipeline.finish({ receiver, instruments: undefined, source })
    const filesMs = performance.now()
    delay.disable()
    const { user, system } = process.cpuUsage(before)
    await pipeline.close()
    run.close()
    return {
        frames: summary.frames,
        missing: receiver.assembler!.counts.missing,
        receivedS: (lastMs - fromMs) / 1000,
        reviewS: ((await review) - lastMs) / 1000,
        filesS: (filesMs - lastMs) / 1000,
        processorS: (user + system) / 1e6,
        delayMs: delay.max / 1e6 - RESOLUTION_MS,
        peakMb: peakMemoryKb() / 1e3,
        files: readdirSync(run.path).length,
    }
}
