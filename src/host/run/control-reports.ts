// Reports who is in control of a cart.

import { HOLDER_NOBODY, holderName } from "../../shared/cart-machine"
import { EVENT_CONTROL } from "../../shared/codes"
import type { RunListener } from "./run-receiver"

/** Reports each change, and who is in control when the cart connects, if anybody is. */
export function reportsControl(
    report: (line: string) => void
): Required<Pick<RunListener, "onStatus" | "onEvent">> {
    let shown = HOLDER_NOBODY
    const show = (holder: number): void => {
        if (holder === shown) return
        shown = holder
        report(`now ${holderName(holder)} is in control`)
    }
    return {
        onStatus: ({ control }) => show(control),
        onEvent: ({ code, value }) => {
            if (code === EVENT_CONTROL) show(value)
        },
    }
}
