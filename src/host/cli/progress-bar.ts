// A progress bar on standard error; plain lines where standard error is not a terminal.

import { Presets, SingleBar } from "cli-progress"
import type { Progress } from "../run/run-target"

/** Fraction after which a plain line is printed. */
const PLAIN_STEP = 0.25

export interface ProgressBar {
    readonly show: Progress
    stop(): void
}

/** @param first the activity that is shown first */
export function progressBar(first = "booting the cart"): ProgressBar {
    if (!process.stderr.isTTY) return plainLines()
    const bar = new SingleBar(
        {
            format: "{bar} {percent}  {activity}",
            stream: process.stderr,
            hideCursor: true,
            clearOnComplete: true,
        },
        Presets.shades_classic
    )
    bar.start(100, 0, { percent: "", activity: first })
    return {
        show: (fraction, activity) => {
            const value = Math.min(100, Math.round(100 * (fraction ?? 0)))
            bar.update(value, {
                percent: fraction === undefined ? "" : `${value} %`,
                activity,
            })
        },
        stop: () => bar.stop(),
    }
}

function plainLines(): ProgressBar {
    let last = ""
    return {
        show: (fraction, activity) => {
            const line = activity.replace(/, .*/, "") + plainPercent(fraction)
            if (line !== last) process.stderr.write(`${line}\n`)
            last = line
        },
        stop: () => undefined,
    }
}

function plainPercent(fraction: number | undefined): string {
    if (fraction === undefined) return ""
    return ` ${Math.round(100 * Math.floor(fraction / PLAIN_STEP) * PLAIN_STEP)} %`
}
