// The alarms of the cart: its events begin them, they end with their cause, and requests acknowledge them or pause their sound.

import * as ds from "@devicescript/core"
import {
    begin,
    end,
    noAlarms,
    noSignals,
    PRIORITY_MEDIUM,
    priorityOf,
    Signalled,
    signalled,
} from "../../shared/alarms"

export const alarms = noAlarms()
const signals = noSignals()

/**
 * An event of the cart; one that is no alarm changes nothing. The cart watches the end of alarms of low priority. The others report
 * that something was stopped, which is over then: they last until they are acknowledged.
 */
export function beginAlarm(code: number): void {
    begin(alarms, code)
    if (priorityOf(code) >= PRIORITY_MEDIUM) end(alarms, code)
}

/** What is signalled now. */
export function alarmSignals(): Signalled {
    return signalled(alarms, ds.millis(), signals)
}
