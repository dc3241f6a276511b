// Prints what a Jacdac client and two bedside units cost the data path, as ratios within one run (`npm run bench -- services`).

import { fastRequest } from "../support/carts/fast-pull"
import { watchedPullback } from "../support/jacdac/watched-pullback"

const READ_EVERY_MS = 100
const UNITS = 2
/** 90 revolutions of 512 lines per second, the highest rate of the data path. */
const REVOLUTIONS_PER_S = 90
const WATCHED_S = 2

function row(what: string, without: number, withClient: number, digits: number): void {
    const ratio = without === 0 ? "" : (withClient / without).toFixed(4)
    console.log(
        what.padEnd(44) +
            [without.toFixed(digits), withClient.toFixed(digits), ratio]
                .map(cell => cell.padStart(12))
                .join("")
    )
}

/** A lost line fails the bench. */
export async function printServices(): Promise<void> {
    const request = fastRequest(REVOLUTIONS_PER_S, WATCHED_S + 0.5)
    const without = await watchedPullback(request, WATCHED_S)
    const read = await watchedPullback(request, WATCHED_S, READ_EVERY_MS, UNITS)
    console.log(
        `a pullback without and with ${UNITS} bedside units and a Jacdac client that reads each ${READ_EVERY_MS} ms: ${read.reads} reads, the slowest answered after ${read.worstReadMs.toFixed(1)} ms; at most ${read.worstToldMs.toFixed(1)} ms between two statuses to a unit`
    )
    console.log(" ".repeat(44) + ["without", "with", "ratio"].map(c => c.padStart(12)).join(""))
    row("lines per second", without.linesPerS, read.linesPerS, 1)
    row("counts of lines that differ (lines lost)", without.losses.length, read.losses.length, 0)
    row("period of the control loop, mean, ms", without.meanLoopMs, read.meanLoopMs, 3)
    row("period of the control loop, worst, ms", without.worstLoopMs, read.worstLoopMs, 3)
    row("VM time per virtual second, ms (noisy)", without.vmMsPerS, read.vmMsPerS, 0)
    const losses = [...without.losses, ...read.losses]
    if (losses.length === 0) return
    console.error(`  LINES WERE LOST: ${losses.join("; ")}`)
    process.exitCode = 1
}
