// Who is in control of the cart: nobody, the host, or one bedside unit. Rules: README.md, "Control".

import * as ds from "@devicescript/core"
import { last_message_ms, LINK_LIMIT_MS } from "../link/link"
import * as codes from "../../shared/codes"
import { HOLDER_NOBODY, HOLDER_UNIT } from "../../shared/cart-machine"

/** A bedside unit, which sends every 50 ms, may be silent for so much longer than a host, which sends every 25 ms: 150 ms. */
const UNIT_MORE_MS = 150 - LINK_LIMIT_MS
/** Silence after which a holder has left; the session of a silent host ends then, too. */
const LEFT_MS = 3000

let report: (code: number, value: number) => void
/** One of HOLDER_. */
export let holder = HOLDER_NOBODY
/** The bedside unit in control, by the first four bytes of its device id. */
let holder_unit: number | undefined = undefined
/** When the bedside unit in control was last heard, plus {@link UNIT_MORE_MS}. */
let unit_heard_ms = 0

/** To be called once, before any other function of this file. */
export function openControl(reportEvent: (code: number, value: number) => void): void {
    report = reportEvent
}

/** To be called for each packet of a bedside unit, whatever it asks for. */
export function hearUnit(unit: number): void {
    if (unit === holder_unit) unit_heard_ms = ds.millis() + UNIT_MORE_MS
}

function silentMs(): number {
    return ds.millis() - (holder === HOLDER_UNIT ? unit_heard_ms : last_message_ms)
}

/** Whether the one in control is unreachable: nothing moves or fires for it, and at standstill it may be replaced. */
export function holderIsLost(): boolean {
    return silentMs() > LINK_LIMIT_MS
}

/** A person has taken control at this sender, or nobody has it any more. */
export function giveControl(to: number, unit: number | undefined): void {
    holder = to
    holder_unit = unit
    unit_heard_ms = ds.millis() + UNIT_MORE_MS
    report(codes.EVENT_CONTROL, to)
}

/** Nobody is in control from now on. */
export function endControl(): void {
    if (holder !== HOLDER_NOBODY) giveControl(HOLDER_NOBODY, undefined)
}

/** Called by every loop: control ends with the one that has it. */
export function expireControl(): void {
    if (silentMs() > LEFT_MS) endControl()
}

/** @returns GOOD if a request of this sender may be carried out, else why not */
export function controlReason(from: number, unit: number | undefined): number {
    if (holder === HOLDER_NOBODY) return codes.REFUSED_NO_CONTROL
    return from === holder && unit === holder_unit ? codes.GOOD : codes.REFUSED_CONTROL
}
