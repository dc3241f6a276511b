// What a reader of a comparison must know of its runs, one sentence each.

import { type Alignment, SAME_VESSEL_FACTOR } from "./align"
import type { ComparedRun, Pair } from "./compared-run"

export function notesOf(runs: Pair<ComparedRun>, alignment: Alignment): string[] {
    const [first, second] = runs
    const notes: string[] = []
    const [one, other] = runs.map(({ record }) => record)
    if (alignment.by === "position")
        notes.push(
            "The areas do not show how far the runs are displaced along the vessel, so that their measured positions are compared as they are; give --shift where you know it."
        )
    const { medianPercent } = alignment
    const factor = 1 + (medianPercent ?? 0) / 100
    if (Math.max(factor, 1 / factor) > SAME_VESSEL_FACTOR)
        notes.push(
            `The areas of run 2 are ${(factor > 1 ? factor : 1 / factor).toFixed(0)} times ${factor > 1 ? "larger" : "smaller"} all along: these are hardly pullbacks through the same vessel.`
        )
    if (first.capture !== undefined && first.capture === second.capture)
        notes.push("Both runs were made from the same capture, so that only their results differ.")
    if (one!.catheter !== other!.catheter)
        notes.push(
            `The catheters differ: ${one!.catheter} and ${other!.catheter}; lumen areas are compared, each with the accuracy of its catheter.`
        )
    if (one!.patient.id !== other!.patient.id || one!.patient.name !== other!.patient.name)
        notes.push("The patients of the runs differ.")
    const sites = runs.map(({ record: { site } }) => [site.vessel, site.side, site.segment])
    if (
        sites[0]!.some((text, i) => text !== null && sites[1]![i] !== null && text !== sites[1]![i])
    )
        notes.push("The vessels of the runs differ by what is said of them.")
    if (Date.parse(other!.date) < Date.parse(one!.date))
        notes.push("The second run is older than the first one.")
    for (const { name, record } of [first, second]) {
        if (record.verdict !== "complete")
            notes.push(`${name} is not complete: its verdict is ${record.verdict}.`)
        if (record.mode !== undefined && record.mode !== "continuous")
            notes.push(`${name} was not pulled continuously (${record.mode}).`)
        const { frames_accepted: accepted = 0, frames_measured: measured = 0 } = record.measurements
        if (accepted < measured)
            notes.push(
                `The borders of ${name} are unreviewed in ${measured - accepted} of ${measured} frames.`
            )
    }
    return notes
}
