// The top line of a screen: catheter, or what is not on the rest of the screen; sound; host.

import { HOLDER_HOST, STATE_COMPLETED, STATE_PULLING, fires } from "../../../shared/cart-machine"
import { MARK_HOST, MARK_NO_HOST, strip } from "./layout"
import { catheterName } from "./menu"
import { textOf } from "./texts"
import { buttonName, mm, otherLeads, resultWord } from "./words"
import { moving, state, unit } from "./shown"

/** The top line says what is not on the rest of the screen. */
function stripText(): string {
    const { alarm, control, lines_missing, outcome } = unit.cart
    if (alarm) return "alarm: " + (textOf("" + alarm)[5] || alarm)
    if (unit.bad_button >= 0) return buttonName(unit.bad_button) + " ignored"
    if (state === STATE_PULLING && unit.has_mark)
        return "mark " + mm(Math.abs(unit.cart.position_nm - unit.mark_nm), 10) + " mm"
    // Of a run that ended early the lines say why.
    if (state === STATE_COMPLETED && outcome && lines_missing) return lostLines()
    if (!otherLeads(unit)) return catheterName(unit)
    if (!moving && !fires(state)) return resultWord(unit)
    return control === HOLDER_HOST ? "host leads" : "other unit leads"
}

export function lostLines(): string {
    const lost = unit.cart.lines_missing
    return (lost > 99999 ? "99999+" : lost) + " lines lost"
}

export function drawStrip(): void {
    strip(stripText(), unit.cart.host_present ? MARK_HOST : MARK_NO_HOST, unit.is_muted)
}
