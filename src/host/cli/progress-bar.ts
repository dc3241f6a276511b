// Responsible for: a progress bar on standard error, or plain lines where it is no terminal.
// Not for: standard output, which belongs to results.

import { Presets, SingleBar } from "cli-progress"
import type { Progress } from "../run/run-target"

/** A plain line is printed whenever so much more is done. */
const PLAIN_STEP = 0.25

export interface ProgressBar {
    readonly show: Progress
    stop(): void
}

/** @param first what is being done when it appears */
export function progressBar(quiet: boolean, first = "booting the cart"): ProgressBar {
    if (quiet) return { show: () => undefined, stop: () => undefined }
    if (!process.stderr.isTTY) return plainLines()
    const bar = new SingleBar(
        {
            format: "{bar} {percentage} %  {doing}",
            stream: process.stderr,
            hideCursor: true,
            clearOnComplete: true,
        },
        Presets.shades_classic
    )
    bar.start(100, 0, { doing: first })
    return {
        show: (fraction, doing) => bar.update(Math.min(100, Math.round(100 * fraction)), { doing }),
        stop: () => bar.stop(),
    }
}

function plainLines(): ProgressBar {
    let told = ""
    return {
        show: (fraction, doing) => {
            const what = doing.replace(/, .*/, "")
            const step = Math.floor(fraction / PLAIN_STEP)
            const line = `${what} ${Math.round(100 * step * PLAIN_STEP)} %`
            if (line !== told) process.stderr.write(`${line}\n`)
            told = line
        },
        stop: () => undefined,
    }
}
