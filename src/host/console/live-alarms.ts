// The warnings of a cart that the live console shows until a user acknowledges them.

import { acknowledge, begin, end, noAlarms, signalOf } from "../../shared/alarms"
import type { Event } from "../../shared/protocol/messages"
import { type Alarm, alarmOf, alarmText } from "../run/alarm"
import { refusalOf } from "./console-request"
import type { LiveAlarm } from "./live-state"

/** A fault is no part of it: it ends the picture and is shown by itself. */
export class LiveAlarms {
    private readonly alarms = noAlarms()
    private readonly latest = new Map<number, Alarm>()

    onEvent(event: Event): void {
        const alarm = alarmOf(event)
        if (!alarm || alarm.isFault) return
        if (begin(this.alarms, alarm.code, alarm.timeMs)) this.latest.set(alarm.code, alarm)
    }

    /** A cart does not report the end of a warning, so it is over for the console when a user has seen it. */
    acknowledgeAll(): string | undefined {
        const codes = this.alarms.occurrences.map(({ code }) => code)
        for (const code of codes) {
            end(this.alarms, code)
            acknowledge(this.alarms, code)
        }
        return codes.length > 0 ? undefined : refusalOf("there is no warning to acknowledge")
    }

    state(): LiveAlarm[] {
        const byUrgency = [...this.alarms.occurrences].sort((a, b) => b.priority - a.priority)
        return byUrgency.map(({ code, priority: number }) => {
            const alarm = this.latest.get(code)!
            const { priority, detail, timeMs } = alarm
            const { lamp, flash_chz } = signalOf(number)
            return {
                ...{ code, priority, detail, timeMs },
                ...{ text: alarmText(alarm), lamp, flashHz: flash_chz / 100 },
            }
        })
    }
}
