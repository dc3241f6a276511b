// The words of the unit's display for the page, so that the operator reads the same words in both places.

import { textOf } from "../../firmware/bedside/screens/texts"
import { STATE_COMPLETED, STATE_STOPPED } from "../../shared/cart-machine"
import { FAULT_ESTOP, GOOD } from "../../shared/codes"
import type { Status } from "../../shared/protocol/messages"

/** The large word of each state, as in the unit's program (src/firmware/bedside/screens/words.ts), which needs functions of its VM. */
export const STATE_WORDS =
    "SELF TEST,SELF TEST,NOT HOMED,HOMING,READY,LIVE,ARMED,PULLING,COMPLETED,RETURNING,RELEASED,FAULT,E-STOP,CALIBRATE,JOG"
const WORDS: readonly string[] = STATE_WORDS.split(",")

/**
 * The state of the cart; null if the unit has no word for it.
 * @param outcome of the pullback, for a cart that has completed it: GOOD as planned; undefined if there was none, but a return was stopped
 */
export function stateWord(state: number, outcome: number | undefined): string | null {
    if (state === STATE_COMPLETED) {
        if (outcome === undefined) return "STOPPED"
        if (outcome !== GOOD) return "CUT SHORT"
    }
    return WORDS[state] ?? null
}

/** What is wrong and what to do, with the number by which an engineer finds it. */
export function alarmText({ state, fault }: Pick<Status, "state" | "fault">): string {
    const stop = textOf("E-STOP")
    if (state !== STATE_STOPPED) return sentence(`FAULT ${fault}`, textOf(`${fault}`))
    if (fault === FAULT_ESTOP) return sentence("E-STOP", stop)
    // The e-stop says what to do; the fault that came after it is named.
    const [, what, more] = textOf(`${fault}`)
    return sentence(`E-STOP, FAULT ${fault}`, ["", what!, more!, stop[3]!, stop[4]!])
}

function sentence(title: string, [, what, more, todo, then]: readonly string[]): string {
    const join = (...parts: (string | undefined)[]): string => parts.filter(Boolean).join(" ")
    // The arrow stays with what follows it.
    return `${title}: ${join(what, more)} ▸\u00a0${join(todo, then)}`
}
