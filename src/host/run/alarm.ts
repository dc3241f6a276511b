// The alarms among the events of a cart, with priority, words and time, as results and console have them.

import {
    PRIORITY_HIGH,
    PRIORITY_INFORMATION,
    PRIORITY_NAMES,
    priorityOf,
} from "../../shared/alarms"
import { isFault } from "../../shared/codes"
import { engineerText, technicianText } from "./alarm-text"

export interface Alarm {
    readonly code: number
    /** information, low, medium or high. */
    readonly priority: string
    /** For the technician: what it is and what to do. */
    readonly sentence: string
    /** For the engineer: code, time and value. */
    readonly detail: string
    /** The cart's time since its start; where its event was not received, that of the first status with it. */
    readonly timeMs: number
    /** Whether the cart stopped because of it; otherwise it went on. */
    readonly isFault: boolean
}

/** An event, or what a status says of an alarm whose event was not received. */
export interface Report {
    readonly code: number
    /** Undefined: not known. */
    readonly value: number | undefined
    readonly time_ms: number
}

/** @returns undefined for an event that is no alarm */
export function alarmOf({ code, value, time_ms }: Report): Alarm | undefined {
    const priority = priorityOf(code)
    if (priority === 0) return undefined
    return {
        code,
        priority: PRIORITY_NAMES[priority]!,
        sentence: technicianText(code),
        detail: engineerText(code, value, time_ms),
        timeMs: time_ms,
        isFault: isFault(code),
    }
}

export function alarmsOf(events: readonly Report[]): Alarm[] {
    return events.flatMap(event => alarmOf(event) ?? [])
}

/** Shown in front of the sentence, by priority. */
const LABELS: Readonly<Record<string, string>> = {
    [PRIORITY_NAMES[PRIORITY_HIGH]!]: "ALARM",
    [PRIORITY_NAMES[PRIORITY_INFORMATION]!]: "Note",
}

/** One line: what, what to do, how urgent, and the number for the log. */
export function alarmText({ code, priority, sentence, isFault }: Alarm): string {
    const label = isFault ? "Fault" : (LABELS[priority] ?? "Warning")
    return `${label}: ${sentence} (${code}, ${priority} priority)`
}

/** One row for each kind of warning; a fault is named where the end of the run is. @param verbose adds the engineer's words */
export function alarmRows(alarms: readonly Alarm[], verbose = false): string[] {
    const warnings = alarms.filter(alarm => !alarm.isFault)
    return [...new Set(warnings.map(({ code }) => code))].flatMap(code => {
        const same = warnings.filter(alarm => alarm.code === code)
        const times = same.length > 1 ? `, ${same.length} times` : ""
        return [
            `${alarmText(same[0]!)}${times}`,
            ...(verbose ? same.map(({ detail }) => `  ${detail}`) : []),
        ]
    })
}
