// The alarms among the events of a cart, with priority, words and time, as results and console have them.

import {
    acknowledge,
    begin,
    end,
    noAlarms,
    PRIORITY_HIGH,
    PRIORITY_INFORMATION,
    PRIORITY_NAMES,
    priorityOf,
} from "../../shared/alarms"
import { EVENT_ACKNOWLEDGED, GOOD, isFault } from "../../shared/codes"
import type { Event } from "../../shared/protocol/messages"
import { engineerText, technicianText } from "./alarm-text"
import type { RunListener } from "./run-receiver"

export interface Alarm {
    readonly code: number
    /** information, low, medium or high. */
    readonly priority: string
    /** For the technician: what it is and what to do. */
    readonly sentence: string
    /** For the engineer: code, time and value. */
    readonly detail: string
    /** The cart's time since its start. */
    readonly timeMs: number
    /** Whether the cart stopped because of it; otherwise it went on. */
    readonly isFault: boolean
}

/** @returns undefined for an event that is no alarm */
export function alarmOf({ code, value, time_ms }: Event): Alarm | undefined {
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

export function alarmsOf(events: readonly Event[]): Alarm[] {
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

/** Reports alarms as they begin. */
export type AlarmReporter = Required<Pick<RunListener, "onEvent">>

/**
 * Reports each alarm of a cart when it begins, once while it lasts; a fault lasts until it is acknowledged.
 * @param report prints a line that stays visible
 */
export function reportsAlarms(
    report: (line: string) => void,
    isReported: (alarm: Alarm) => boolean = () => true
): AlarmReporter {
    const alarms = noAlarms()
    let fault = GOOD
    return {
        onEvent: event => {
            if (event.code === EVENT_ACKNOWLEDGED) {
                end(alarms, fault)
                acknowledge(alarms, fault)
            }
            const alarm = alarmOf(event)
            if (!alarm || !isReported(alarm)) return
            if (alarm.isFault) fault = alarm.code
            const isNew = begin(alarms, alarm.code, alarm.timeMs)
            if (isNew || priorityOf(alarm.code) === PRIORITY_INFORMATION) report(alarmText(alarm))
        },
    }
}

/** The same for a command that a fault ends, with a message of its own. */
export function reportsWarnings(report: (line: string) => void): AlarmReporter {
    return reportsAlarms(report, ({ isFault }) => !isFault)
}
