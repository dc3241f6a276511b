// The warnings of a cart for the live console, the most urgent first.

import { PRIORITY_NAMES, signalOf } from "../../shared/alarms"
import { type Event, type Status, STATUS_SOUND } from "../../shared/protocol/messages"
import { alarmText } from "../run/alarm"
import { CartAlarms, type PresentAlarm } from "../run/cart-alarms"
import type { LiveAlarm } from "./live-state"

const urgency = ({ priority }: PresentAlarm): number => PRIORITY_NAMES.indexOf(priority)

/** The priority whose sound the cart makes; null: silence. */
export function soundOf({ flags }: Status): string | null {
    return PRIORITY_NAMES[Math.floor(flags / STATUS_SOUND) % 8] || null
}

/** A fault is no part of it: it ends the picture and is shown by itself. */
export class LiveAlarms {
    private readonly alarms = new CartAlarms()

    onEvent(event: Event): void {
        this.alarms.onEvent(event)
    }

    onStatus(status: Status): void {
        this.alarms.onStatus(status)
    }

    state(): LiveAlarm[] {
        const warnings = this.alarms.all.filter(alarm => !alarm.isFault)
        return warnings
            .sort((a, b) => urgency(b) - urgency(a))
            .map(alarm => {
                const { code, priority, detail, timeMs, acknowledged } = alarm
                const { lamp, flash_chz } = signalOf(urgency(alarm))
                return {
                    ...{ code, priority, detail, timeMs, acknowledged },
                    text: `${alarmText(alarm)}${acknowledged ? ", acknowledged" : ""}`,
                    ...{ lamp, flashHz: flash_chz / 100 },
                }
            })
    }
}
