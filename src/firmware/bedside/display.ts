// Shows state, reason, position and catheter on a Jacdac character screen while one is connected. Read-only.

import * as ds from "@devicescript/core"
import { moves, STATE_NAMES, STATE_UNHOMED } from "../../shared/cart-machine"
import { sentenceOf } from "../../shared/codes"
import { pageOf } from "./page"

// The parts of the cart that are shown. Reasons are codes, 0 for none.
export interface ShownState {
    now: number
    fault: number
    refusal: number
    /** State that a restart interrupted, or 0; shown until the sled is homed. */
    interrupted: number
    catheter: string
    catheter_serial: number
    catheter_reason: number
}

/** Period in which the state is read and the screen written at most once. */
const PERIOD_MS = 250
/** A page is shown for 2^PAGE_SHIFT periods, then the next one. */
const PAGE_SHIFT = 3
/** Length of the longest word, id or number. A narrower screen cuts the ends of lines off. */
const COLUMNS_MIN = 16

/**
 * Never returns; runs in a fiber of its own. Each packet takes 20 ms, and without a screen it waits for one.
 * @param sledText position and speed as one line; empty while the sled is not homed
 * @param refusedReason code of why the last connection of the host ended, or 0
 */
export async function display(
    state: ShownState,
    sledText: () => string,
    refusedReason: () => number,
    hostIsOpen: () => boolean
): Promise<void> {
    const screen = new ds.CharacterScreen()
    let shown = ""
    let subject = 0
    for (let periods = 0; ; ++periods) {
        await ds.sleep(PERIOD_MS)
        const columns = Math.max(await screen.columns.read(), COLUMNS_MIN)
        const rows = await screen.rows.read()
        // The most urgent reason is shown.
        let reason = state.fault
        if (!reason) reason = state.refusal
        if (!reason) reason = refusedReason()
        if (!reason) reason = state.catheter_reason
        if (reason !== subject) periods = 0
        subject = reason
        let text = STATE_NAMES[state.now] + "\n"
        if (!hostIsOpen()) text += "no host\n"
        if (reason) text += sentenceOf(reason) + "\n"
        const interrupted = state.interrupted
        if (interrupted && state.now === STATE_UNHOMED)
            text += "restarted while " + STATE_NAMES[interrupted] + "\n"
        if (moves(state.now)) text += sledText()
        if (state.catheter) text += state.catheter + " " + state.catheter_serial + "\n"
        const page = pageOf(text, columns, rows, periods >> PAGE_SHIFT)
        if (!page) {
            // After the last page the first.
            periods = -1
            continue
        }
        // A screen does not acknowledge: each page is sent again at the start of its turn.
        if (periods & 7) if (page === shown) continue
        shown = page
        await screen.message.write(page.slice(1))
    }
}
