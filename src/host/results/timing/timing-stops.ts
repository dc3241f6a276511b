// Responsible for: the figures of a pullback in steps: every stop imaged, standing, where it should be, for long enough.
// Not for: even pullbacks (timing-motion.ts), or when steps were due.

import type { ReceivedRun } from "../../run/run-target"
import { type FigureList, LIMITS, NO_RULER } from "./timing-figures"
import { worstOf } from "./timing-fit"
import type { Track } from "./timing-track"

/** A sled that stands moves by less than a count of the encoder. */
const STANDS_UM = 1

export function checkStops(list: FigureList, run: ReceivedRun, track: Track): void {
    const { description, assembler } = run.receiver
    const d = description!
    const { stretches } = assembler!
    list.check(
        "stops imaged",
        stretches.length,
        "stops",
        String(d.stops),
        stretches.length === d.stops,
        "stretches of lines that were flagged one after the other"
    )
    const linePeriodMs = d.line_period_ns / 1e6
    const dwellsMs = stretches.map(s => (s.last.tickUs - s.first.tickUs) / 1000)
    const shortest = Math.min(...dwellsMs)
    list.check(
        "dwell, shortest",
        shortest,
        "ms",
        `≥ ${d.dwell_ms}`,
        shortest + linePeriodMs >= d.dwell_ms,
        "first line of a stop to the end of its last one; the control loop adds up to 10 ms"
    )
    const names = {
        place: "stop from its place, worst",
        moved: "motion while a stop is imaged, worst",
    }
    const limits = { place: `± ${LIMITS.positionUm}`, moved: `± ${STANDS_UM}` }
    if (!track.independent) {
        list.skip(names.place, "um", limits.place, NO_RULER)
        list.skip(names.moved, "um", limits.moved, NO_RULER)
        return
    }
    const um = (tickUs: number): number => 1000 * track.positionMm(tickUs)
    const apart = worstOf(
        stretches.map((s, i) => um(s.first.tickUs) - d.window_start_nm / 1000 - i * d.step_um)
    )
    list.check(
        names.place,
        apart,
        "um",
        limits.place,
        Math.abs(apart) <= LIMITS.positionUm,
        "ruler at the first line of each stop against the window's start and so many steps"
    )
    const moved = worstOf(stretches.map(s => um(s.last.tickUs) - um(s.first.tickUs)))
    list.check(
        names.moved,
        moved,
        "um",
        limits.moved,
        Math.abs(moved) <= STANDS_UM,
        "ruler, first against last line of each stop"
    )
}
