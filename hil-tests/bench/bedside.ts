// Prints what a bedside unit that leads costs the data path, as ratios within one run (`npm run bench -- bedside`).

import { fastRequest } from "../support/carts/fast-pull"
import { pulledFromUnit } from "../support/bedside/watched-pullback"
import { watchedPullback } from "../support/jacdac/watched-pullback"

/** 90 revolutions of 512 lines per second, the highest rate of the data path. */
const REVOLUTIONS_PER_S = 90
const WATCHED_S = 2

function row(what: string, without: number, withUnit: number, digits: number): void {
    const ratio = without === 0 ? "" : (withUnit / without).toFixed(4)
    console.log(
        what.padEnd(44) +
            [without.toFixed(digits), withUnit.toFixed(digits), ratio]
                .map(cell => cell.padStart(12))
                .join("")
    )
}

/** A lost line fails the bench. */
export async function printBedside(): Promise<void> {
    const request = fastRequest(REVOLUTIONS_PER_S, WATCHED_S + 0.5)
    const without = await watchedPullback(request, WATCHED_S)
    const led = await pulledFromUnit(request, WATCHED_S)
    console.log("a pullback that the host leads without a bedside unit, and one that a unit leads")
    console.log(" ".repeat(44) + ["without", "with", "ratio"].map(c => c.padStart(12)).join(""))
    row("lines per second", without.linesPerS, led.linesPerS, 1)
    row("counts of lines that differ (lines lost)", without.losses.length, led.losses.length, 0)
    row("period of the control loop, mean, ms", without.meanLoopMs, led.meanLoopMs, 3)
    row("period of the control loop, worst, ms", without.worstLoopMs, led.worstLoopMs, 3)
    row("VM time per virtual second, ms (noisy)", without.vmMsPerS, led.vmMsPerS, 0)
    const losses = [...without.losses, ...led.losses]
    if (losses.length === 0) return
    console.error(`  LINES WERE LOST: ${losses.join("; ")}`)
    process.exitCode = 1
}
