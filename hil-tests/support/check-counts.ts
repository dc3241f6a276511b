// Responsible for: the counts of a run held against each other, from the instrument beside the cart to the host.
// Not for: how the run ended up so.

import * as assert from "uvu/assert"
import type { End } from "../../src/shared/protocol/messages"
import { sentenceOf } from "../../src/shared/codes"
import type { BenchCart } from "./bench-cart"

/**
 * Pulses by the counter, lines by the front end, by the firmware and by the host: all agree, fault or no fault.
 * @param before pulses of the runs before this one
 */
export function checkCounts(bench: BenchCart, outcome: number, before = 0): End {
    const { end, assembler } = bench.cart.receiver
    assert.ok(end, "the run was summed up")
    assert.is(end.outcome, outcome, sentenceOf(end.outcome))
    assert.is(end.lines_fired, bench.cart.board.transmit.count - before)
    // Those of lines_dropped_gate were not fired.
    const dropped = end.lines_dropped_fifo + end.lines_dropped_credit + end.lines_dropped_crc
    assert.is(end.lines_fired, end.lines_sent + dropped)
    const { counts } = assembler!
    assert.is(counts.received, end.lines_sent)
    assert.is(counts.missing, dropped)
    return end
}
