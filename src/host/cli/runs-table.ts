// The table of runs that `ivus runs` prints.

import { logText } from "../log/log-text"
import type { ListedRun } from "../runs/list-runs"
import type { RecordDefect } from "../runs/record-schema"
import { runningWriter } from "../runs/running-writer"

/** Longest text of a column. */
const COLUMN_MAX = 32

const TITLES = ["date", "patient or study", "catheter", "length", "verdict", "label", "folder"]

/** In the column of the verdict, where no record says it. */
const DEFECT_TEXTS: Readonly<Record<RecordDefect, string>> = {
    missing: "no record",
    unreadable: "record unreadable",
    damaged: "record damaged",
    later: "record of a later version",
}

/** One line a run, under a line of titles. */
export function runsTable(runs: readonly ListedRun[]): string {
    const hasReplays = runs.some(({ record }) => typeof record?.replay_of === "string")
    const titles = hasReplays ? [...TITLES, "replay of"] : TITLES
    const rows = [titles, ...runs.map(rowOf)]
    const widths = titles.map((_, i) => Math.max(...rows.map(row => row[i]!.length)))
    return rows
        .map(row => row.map((text, i) => (i < row.length - 1 ? text.padEnd(widths[i]!) : text)))
        .map(row => row.join("  ").trimEnd())
        .join("\n")
}

function rowOf({ folder, name, record, defect = "missing" }: ListedRun): string[] {
    if (!record) return ["-", "-", "-", "-", DEFECT_TEXTS[defect], "-", logText(name), ""]
    const { patient, study, catheter, length_mm: lengthMm, verdict, site, date, writer } = record
    const { replay_of: of } = record
    const isRunning = runningWriter(folder, writer) !== undefined
    return [
        date.slice(0, 19).replace("T", " "),
        short(patient.name ?? patient.id ?? study ?? "-"),
        short(catheter),
        lengthMm === null ? "-" : `${lengthMm.toFixed(1)} mm`,
        isRunning ? "receiving" : verdict,
        short(site.label ?? "-"),
        logText(name),
        of === null ? "" : logText(of),
    ]
}

function short(text: string): string {
    const plain = logText(text)
    return plain.length <= COLUMN_MAX ? plain : `${plain.slice(0, COLUMN_MAX - 1)}…`
}
