// Responsible for: what the cart is doing and why it is not, on a Jacdac character screen, as long as one is on the bus.
// Not for: deciding anything: it only looks at the state; a screen's pixels.

import * as ds from "@devicescript/core"
import { moves, STATE_NAMES } from "../../shared/cart-machine"
import { sentenceOf } from "../../shared/codes"
import { pageOf } from "./page"

// Where the display looks: the cart's own parts, as far as they are shown. Reasons are those of wire/reasons.ts, 0 for none.
export interface ShownState {
    now: number
    fault: number
    refusal: number
    catheter: string
    catheter_serial: number
    catheter_reason: number
}
export interface ShownLink {
    refused_reason: number
    isOpen(): boolean
}

/** Pause between two looks; a screen is written at most so often. */
const LOOK_MS = 250
/** Looks, as a power of 2, for which a page is shown: what does not fit is shown page by page. */
const PAGE_SHIFT = 3
/** No word, id or number is longer. Of a narrower screen the ends of lines are not seen. */
const COLUMNS_MIN = 16

/**
 * Runs for ever, in a fiber of its own: each packet takes it 20 ms, and without a screen it waits for one.
 * @param sledText position and speed as one line; empty while the sled is not homed
 */
export async function display(
    state: ShownState,
    sledText: () => string,
    link: ShownLink
): Promise<void> {
    const screen = new ds.CharacterScreen()
    let shown = ""
    let subject = 0
    for (let looks = 0; ; ++looks) {
        await ds.sleep(LOOK_MS)
        const columns = Math.max(await screen.columns.read(), COLUMNS_MIN)
        const rows = await screen.rows.read()
        // The most urgent is shown.
        let reason = state.fault
        if (!reason) reason = state.refusal
        if (!reason) reason = link.refused_reason
        if (!reason) reason = state.catheter_reason
        if (reason !== subject) looks = 0
        subject = reason
        let text = STATE_NAMES[state.now] + "\n"
        if (!link.isOpen()) text += "no host\n"
        if (reason) text += sentenceOf(reason) + "\n"
        if (moves(state.now)) text += sledText()
        if (state.catheter) text += state.catheter + " " + state.catheter_serial + "\n"
        const page = pageOf(text, columns, rows, looks >> PAGE_SHIFT)
        if (!page) {
            // Behind the last page, the first.
            looks = -1
            continue
        }
        // Nobody acknowledges what a screen is told: at its turn a page is told again, whatever was shown.
        if (looks & 7) if (page === shown) continue
        shown = page
        await screen.message.write(page.slice(1))
    }
}
