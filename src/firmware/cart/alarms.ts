// The alarms of the cart: events begin them, they end with their cause, and requests acknowledge them or pause their sound.

import * as ds from "@devicescript/core"
import { Alarms, Signalled, signalled } from "../../shared/alarms"

export const alarms: Alarms = { occurrences: [], paused_until_ms: 0 }
/** Set anew by each {@link alarmSignals}, as the control loop must not allocate. */
const signals: Signalled = { code: 0, sound: 0, warnings: 0 }

/** What is signalled now. */
export function alarmSignals(): Signalled {
    signalled(alarms, ds.millis(), signals)
    return signals
}
