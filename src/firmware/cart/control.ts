// Who is in control of the cart: nobody, the host, or one bedside unit. Rules: README.md, "Control".

import * as ds from "@devicescript/core"
import { last_message_ms, LINK_LIMIT_MS, linkIsOpen } from "../link/link"
import * as codes from "../../shared/codes"
import { HOLDER_NOBODY, HOLDER_UNIT } from "../../shared/cart-machine"
import { report } from "./events"

/** A bedside unit, which sends every 50 ms, may be silent for so much longer than a host, which sends every 25 ms: 150 ms. */
export const UNIT_MORE_MS = 150 - LINK_LIMIT_MS
/** Silence after which a bedside unit has left; the session of a silent host ends then, too. */
const LEFT_MS = 3000

/** One of HOLDER_. */
export let holder = HOLDER_NOBODY
/** The bedside unit in control, by the first four bytes of its device id; 0 for the host. */
export let holder_device = 0
/** When the bedside unit in control was last heard, plus {@link UNIT_MORE_MS}. */
let unit_heard_ms = 0

/** To be called for each packet of a bedside unit, whatever it asks for. */
export function hearUnit(device: number): void {
    if (device === holder_device) unit_heard_ms = ds.millis() + UNIT_MORE_MS
}

/** Time since the one in control was last heard, as that of a host: above LINK_LIMIT_MS nothing moves or fires for it. */
export function holderSilentMs(): number {
    return ds.millis() - (holder === HOLDER_UNIT ? unit_heard_ms : last_message_ms)
}

/** A person has taken control at this sender, or nobody has it any more. */
export function giveControl(to: number, device: number): void {
    holder = to
    holder_device = device
    unit_heard_ms = ds.millis() + UNIT_MORE_MS
    report(codes.EVENT_CONTROL, to)
}

/** Called by every loop: control ends with the session of the host, or with the bedside unit, that has it. */
export function expireControl(): void {
    if (holder === HOLDER_NOBODY) return
    // A connection that is not greeted yet is no sign of the host in control.
    const has_left = holder === HOLDER_UNIT ? holderSilentMs() > LEFT_MS : !linkIsOpen()
    if (has_left) giveControl(HOLDER_NOBODY, 0)
}

/** @returns reason GOOD if a request of this sender may be carried out, else why not */
export function controlVerdict(from: number, device: number): { reason: number; value: number } {
    let reason = codes.REFUSED_CONTROL
    if (holder === HOLDER_NOBODY) reason = codes.REFUSED_NO_CONTROL
    else if (from === holder && device === holder_device) reason = codes.GOOD
    return { reason, value: holder }
}
