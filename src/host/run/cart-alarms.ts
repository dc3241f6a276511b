// The alarms that a cart has now: its status says which, its events say their values.

import { isLatching, PRIORITY_INFORMATION, PRIORITY_NAMES, warningsIn } from "../../shared/alarms"
import { EVENT_ACKNOWLEDGED, GOOD } from "../../shared/codes"
import type { Event, Status } from "../../shared/protocol/messages"
import { type Alarm, alarmOf } from "./alarm"

export interface PresentAlarm extends Alarm {
    /** Somebody has acknowledged it, and its cause is still present. */
    readonly acknowledged: boolean
}

const isKept = ({ priority }: Alarm): boolean => priority !== PRIORITY_NAMES[PRIORITY_INFORMATION]

export class CartAlarms {
    private readonly present = new Map<number, PresentAlarm>()

    /** All that are not over; a fault too. */
    get all(): readonly PresentAlarm[] {
        return [...this.present.values()]
    }

    /**
     * @returns an alarm that begins with this event, or information. One that is present already begins again if it lasts until it
     * is acknowledged, unless this is the event of what a status has said before.
     */
    onEvent(event: Event): Alarm | undefined {
        // The next status has those whose cause is still present.
        if (event.code === EVENT_ACKNOWLEDGED) this.present.clear()
        const alarm = alarmOf(event)
        if (!alarm || !isKept(alarm)) return alarm
        const before = this.present.get(alarm.code)
        this.present.set(alarm.code, { ...alarm, acknowledged: false })
        const begins = !before || (isLatching(alarm.code) && alarm.timeMs > before.timeMs)
        return begins ? alarm : undefined
    }

    /** @returns the alarms that nobody has acknowledged and that began before this session */
    onStatus({ warnings, fault, fault_value, time_ms }: Status): Alarm[] {
        const listed = warningsIn(warnings)
        if (fault !== GOOD) listed.push({ code: fault, acknowledged: false })
        for (const code of this.present.keys())
            if (!listed.some(one => one.code === code)) this.present.delete(code)
        const unknown: Alarm[] = []
        for (const { code, acknowledged } of listed) {
            const value = code === fault ? fault_value : undefined
            const alarm = this.present.get(code) ?? alarmOf({ code, value, time_ms })
            if (!alarm) continue
            if (!this.present.has(code) && !acknowledged) unknown.push(alarm)
            this.present.set(code, { ...alarm, acknowledged })
        }
        return unknown
    }
}
