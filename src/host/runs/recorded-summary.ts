// The summary of a run as its record has it: a review makes the pictures again from the capture, and does not contradict the record.

import { ringDownText } from "../results/ring-down-use"
import type { RunSummary } from "../results/summary"
import { summaryText, warningRows } from "../results/summary-text"
import { RECORD_NAME, type RunRecord } from "./run-record"
import { camelCase } from "./snake-case"

export interface ShownSummary {
    readonly summary: RunSummary
    /** What there is to say besides, one sentence each. */
    readonly notes: readonly string[]
}

/**
 * @param made the summary that was made again from the capture: shown where the record has none
 */
export function recordedSummary(record: RunRecord, made: RunSummary): ShownSummary {
    const recorded = summaryIn(record, made)
    const summary = recorded ?? withRecord(made, record)
    const rows = warningRows(summary)
    return {
        summary,
        notes: [
            ...record.warnings.filter(warning => !rows.includes(warning)),
            ...(recorded ? differences(recorded, made) : [MADE_AGAIN]),
        ],
    }
}

const MADE_AGAIN = `${RECORD_NAME} has no results; what is shown of them was made from the capture.`

/** @returns undefined where the record has no summary, or not one that can be shown */
function summaryIn(record: RunRecord, made: RunSummary): RunSummary | undefined {
    const all = camelCase(record) as Readonly<Record<string, unknown>>
    const own = Object.fromEntries(Object.keys(made).map(name => [name, all[name]]))
    if (!isLike(own, made)) return undefined
    const summary = own as unknown as RunSummary
    try {
        summaryText(summary, { verbose: true })
        return summary
    } catch {
        return undefined
    }
}

/** Whether a value of a file has the parts of one that was made here. Any part may be null. */
function isLike(value: unknown, made: unknown): boolean {
    if (value === null || made === null) return value !== undefined
    if (Array.isArray(made))
        return (
            Array.isArray(value) &&
            (made.length === 0 || value.every(element => isLike(element, made[0])))
        )
    if (typeof made !== "object") return typeof value === typeof made
    if (typeof value !== "object" || Array.isArray(value)) return false
    const parts = value as Readonly<Record<string, unknown>>
    return Object.entries(made).every(([name, part]) => isLike(parts[name], part))
}

/** What a record without results says all the same. */
function withRecord(made: RunSummary, record: RunRecord): RunSummary {
    const { verdict, verdict_reason: verdictReason, lines_fired, lines_missing } = record
    const isComplete = verdict === "complete"
    const { fired, missing, ...lines } = made.lines
    return {
        ...made,
        ...{ verdict, verdictReason, complete: isComplete, clean: made.clean && isComplete },
        lines: { ...lines, fired: lines_fired ?? fired, missing: lines_missing ?? missing },
    }
}

/** The ring-down reference may be another one by now, and the program a later one. */
function differences(recorded: RunSummary, made: RunSummary): string[] {
    const differs = (name: "lumen" | "ringDown"): boolean =>
        JSON.stringify(recorded[name]) !== JSON.stringify(made[name])
    const ringDown = differs("ringDown") ? [ringDownText(made.ringDown)] : []
    const lumen = differs("lumen") ? ["the lumen has other borders"] : []
    const all = [...ringDown, ...lumen]
    if (all.length === 0) return []
    return [
        `The pictures here were made again and differ from those of the run: ${all.join("; ")}.`,
    ]
}
