// Reports the events of the cart: to the host, into the event log, and to the alarms.

import * as ds from "@devicescript/core"
import { linkIsOpen, sendToHost } from "../link/link"
import { begin, end, isLogged, PRIORITY_MEDIUM, priorityOf } from "../../shared/alarms"
import { sentenceOf } from "../../shared/codes"
import { TYPE_EVENT } from "../../shared/protocol/burst"
import { EVENT } from "../../shared/protocol/messages"
import { alarms } from "./alarms"
import { logEvent } from "./event-log"

/** The state of the cart, which the log keeps with each event. */
let state: { now: number }

/** To be called once, before {@link report}. */
export function openEvents(of_cart: { now: number }): void {
    state = of_cart
}

/**
 * Sends an event to the host, puts it into the event log if it belongs there, and begins its alarm. The cart watches the end of alarms of
 * low priority. The others report that something was stopped, which is over then: they last until they are acknowledged.
 */
export function report(code: number, value: number): void {
    const time_ms = ds.millis()
    begin(alarms, code)
    if (priorityOf(code) >= PRIORITY_MEDIUM) end(alarms, code)
    console.log(time_ms + " " + sentenceOf(code) + ": " + value)
    if (isLogged(code)) logEvent(state.now, code, value)
    if (linkIsOpen()) sendToHost(TYPE_EVENT, EVENT, { code, time_ms, value })
}
