// Finds the plateaus of a run: stretches of constant speed, more than one if the speed was changed during the pullback.

import type { ImagedStretch } from "../../frames/assembled-frame"
import type { LinePlace } from "../../frames/assembled-frame"
import type { ReceivedRun } from "../../run/run-target"

/** A stretch of constant speed. */
export interface Plateau {
    readonly speedMmPerS: number
    readonly first: LinePlace
    readonly last: LinePlace
    /** Lines flagged at speed, from first to last. */
    readonly lines: number
}

/** Plateaus in time order. Stretches with the same set point form one plateau. */
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
