// Measures the peak memory of the default pullback on the virtual board, with all its results.

import { spawnSync } from "node:child_process"
import { fileURLToPath } from "node:url"
import type { Row } from "./rates"

const LIMIT_MB = 1000

/** Runs the pullback in a process of its own, since this one may have run other parts. Fails above the limit. */
export function printMemory(row: Row): void {
    const program = fileURLToPath(new URL("../support/cli/peak-memory.ts", import.meta.url))
    const { stderr, status } = spawnSync(process.execPath, ["--import", "tsx", program], {
        encoding: "utf8",
    })
    const peak = /peak (\d+) kB/.exec(stderr)
    if (status !== 0 || !peak) throw new Error(`The pullback failed: ${stderr}`)
    const peakMb = Number(peak[1]) / 1e3
    row("default pullback on the virtual board, all results: peak memory", peakMb, "MB")
    if (peakMb < LIMIT_MB) return
    console.error(`  TOO MUCH: less than ${LIMIT_MB} MB is required`)
    process.exitCode = 1
}
