// Compares the line counts of a run at every point between the transmit counter and the host.

import * as assert from "uvu/assert"
import type { End } from "../../../src/shared/protocol/messages"
import { sentenceOf } from "../../../src/shared/codes"
import type { BenchCart } from "./bench-cart"

/**
 * Checks that transmit pulses, lines of the front end, of the firmware and of the host agree.
 * @param before pulses of earlier runs
 * @param inTransit lines that may have been lost in the network
 */
export function checkCounts(bench: BenchCart, outcome: number, before = 0, inTransit = 0): End {
    const { end, assembler } = bench.cart.receiver
    assert.ok(end, "the run has an end summary")
    assert.is(end.outcome, outcome, sentenceOf(end.outcome))
    assert.is(end.lines_fired, bench.cart.board.transmit.count - before)
    // Lines in lines_dropped_gate were never fired.
    const dropped = end.lines_dropped_fifo + end.lines_dropped_credit + end.lines_dropped_crc
    assert.is(end.lines_fired, end.lines_sent + dropped)
    const { counts } = assembler!
    const lost = end.lines_sent - counts.received
    assert.ok(lost >= 0 && lost <= inTransit, `${lost} lines lost in transit`)
    assert.is(counts.missing, dropped + lost)
    return end
}
