// Responsible for: the even stretches of a run, each with its own speed: one, or more where the speed was changed on the way.
// Not for: stops of a stepped pullback (timing-stops.ts), or judging (timing-motion.ts).

import type { ImagedStretch } from "../../frames/assembled-frame"
import type { LinePlace } from "../../frames/assembled-frame"
import type { ReceivedRun } from "../../run/run-target"

export interface Plateau {
    readonly speedMmPerS: number
    readonly first: LinePlace
    readonly last: LinePlace
    /** Lines between first and last that were flagged at speed. */
    readonly lines: number
}

/** Plateaus in order of time; a stretch that was interrupted under the same set-point is one plateau. */
export function plateausOf(run: ReceivedRun): Plateau[] {
    const { assembler, lineBursts, description } = run.receiver
    const merged: ImagedStretch[] = []
    for (const stretch of assembler!.stretches) {
        const before = merged.at(-1)
        if (before?.epoch === stretch.epoch)
            merged[merged.length - 1] = {
                ...before,
                last: stretch.last,
                lines: before.lines + stretch.lines,
            }
        else merged.push({ ...stretch })
    }
    return merged.map(({ first, last, lines, epoch }) => {
        const burst = lineBursts.find(
            h => (h.speed_epoch & 0xff) === epoch && h.tick_us + 1 > first.tickUs
        )
        const nm_s = burst?.speed_nm_s ?? description!.speed_nm_s
        return { speedMmPerS: nm_s / 1e6, first, last, lines }
    })
}
