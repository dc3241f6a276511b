// A progress bar on standard error; plain lines where standard error is not a terminal.

import { Presets, SingleBar } from "cli-progress"
import type { Operator } from "../run/operator"
import type { Progress } from "../run/run-target"
import { report } from "../terminal"

/** Fraction after which a plain line is printed. */
const PLAIN_STEP = 0.25

export interface ProgressBar {
    readonly show: Progress
    /** Hides the bar, so that lines can be printed, until the returned function is called. */
    hold(): () => void
    /** Prints a line above the bar. */
    print(line: string): void
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
    const start = (activity: string): void => bar.start(100, 0, { percent: "", activity })
    let [held, last, isOver] = [0, first, false]
    start(first)
    const hold = (): (() => void) => {
        if (held++ === 0) bar.stop()
        return () => {
            if (--held === 0 && !isOver) start(last)
        }
    }
    return {
        hold,
        print: line => {
            const release = hold()
            report(line)
            release()
        },
        show: (fraction, activity) => {
            last = activity
            if (held > 0) return
            const value = Math.min(100, Math.round(100 * (fraction ?? 0)))
            bar.update(value, {
                percent: fraction === undefined ? "" : `${value} %`,
                activity,
            })
        },
        stop: () => {
            isOver = true
            bar.stop()
        },
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
        hold: () => () => undefined,
        print: report,
        stop: () => undefined,
    }
}

function plainPercent(fraction: number | undefined): string {
    if (fraction === undefined) return ""
    return ` ${Math.round(100 * Math.floor(fraction / PLAIN_STEP) * PLAIN_STEP)} %`
}

/** Hides the progress bar while the operator is asked. */
export function askedBeside(bar: ProgressBar, operator: Operator): Operator {
    return (motion, go, refuse) => {
        const release = bar.hold()
        const then =
            <A extends unknown[]>(answer: (...args: A) => void) =>
            (...args: A): void => {
                release()
                answer(...args)
            }
        operator(motion, then(go), then(refuse))
    }
}
