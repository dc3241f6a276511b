// The alarms of the cart: events begin them, they end with their cause, and requests acknowledge them or pause their sound.

import * as ds from "@devicescript/core"
import { noAlarms, noSignals, Signalled, signalled } from "../../shared/alarms"

export const alarms = noAlarms()
/** Set anew by each {@link alarmSignals}, as the control loop must not allocate. */
const signals = noSignals()

/** What is signalled now. */
export function alarmSignals(): Signalled {
    signalled(alarms, ds.millis(), signals)
    return signals
}
