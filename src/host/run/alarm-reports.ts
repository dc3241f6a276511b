// Reports the alarms of a cart as lines of text, each once while it lasts.

import { type Alarm, alarmText } from "./alarm"
import { CartAlarms } from "./cart-alarms"
import type { RunListener } from "./run-receiver"

export type AlarmReporter = Required<Pick<RunListener, "onEvent" | "onStatus">>

/**
 * Reports each alarm of a cart when it begins, or when a session finds it present. A fault lasts until it is acknowledged.
 * @param report prints a line that stays visible
 */
export function reportsAlarms(
    report: (line: string) => void,
    isReported: (alarm: Alarm) => boolean = () => true
): AlarmReporter {
    const alarms = new CartAlarms()
    const take = (alarm: Alarm): void => {
        if (isReported(alarm)) report(alarmText(alarm))
    }
    return {
        onEvent: event => {
            const alarm = alarms.onEvent(event)
            if (alarm) take(alarm)
        },
        onStatus: status => alarms.onStatus(status).forEach(take),
    }
}

/** The same for a command that a fault ends, with a message of its own. */
export function reportsWarnings(report: (line: string) => void): AlarmReporter {
    return reportsAlarms(report, ({ isFault }) => !isFault)
}
