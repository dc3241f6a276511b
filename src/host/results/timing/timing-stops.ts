// Figures of a stepped or gated pullback: number, dwell, position and standstill of the stops.

import type { ReceivedRun } from "../../run/run-target"
import { type FigureList, LIMITS, NO_RULER } from "./timing-figures"
import { worstOf } from "./timing-fit"
import type { Track } from "./timing-track"

/** At standstill the sled moves by less than one encoder count. */
const STANDSTILL_UM = 1

/** Checks all stops. */
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
        "stretches of consecutive flagged lines"
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
        "start of the first to end of the last line of a stop; the control loop adds up to 10 ms"
    )
    const names = {
        place: "stop from its place, worst",
        moved: "motion while a stop is imaged, worst",
    }
    const limits = { place: `± ${LIMITS.positionUm}`, moved: `± ${STANDSTILL_UM}` }
    if (!track.independent) {
        list.skip(names.place, "um", limits.place, NO_RULER)
        list.skip(names.moved, "um", limits.moved, NO_RULER)
        return
    }
    const um = (tickUs: number): number => 1000 * track.positionMm(tickUs)
    const errorUm = worstOf(
        stretches.map((s, i) => um(s.first.tickUs) - d.window_start_nm / 1000 - i * d.step_um)
    )
    list.check(
        names.place,
        errorUm,
        "um",
        limits.place,
        Math.abs(errorUm) <= LIMITS.positionUm,
        "ruler at the first line of each stop against the planned position"
    )
    const moved = worstOf(stretches.map(s => um(s.last.tickUs) - um(s.first.tickUs)))
    list.check(
        names.moved,
        moved,
        "um",
        limits.moved,
        Math.abs(moved) <= STANDSTILL_UM,
        "ruler, first against last line of each stop"
    )
}
