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
            format: "{bar} {percentage} %  {activity}",
            stream: process.stderr,
            hideCursor: true,
            clearOnComplete: true,
        },
        Presets.shades_classic
    )
    bar.start(100, 0, { activity: first })
    return {
        show: (fraction, activity) =>
            bar.update(Math.min(100, Math.round(100 * fraction)), { activity }),
        stop: () => bar.stop(),
    }
}

function plainLines(): ProgressBar {
    let last = ""
    return {
        show: (fraction, activity) => {
            const step = Math.floor(fraction / PLAIN_STEP)
            const line = `${activity.replace(/, .*/, "")} ${Math.round(100 * step * PLAIN_STEP)} %`
            if (line !== last) process.stderr.write(`${line}\n`)
            last = line
        },
        stop: () => undefined,
    }
}
