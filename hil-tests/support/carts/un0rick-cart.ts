// A bench cart with an un0rick front end, and the checks of its line counts.

import * as assert from "uvu/assert"
import { echoSource } from "../../../src/host/targets/virtual/echo-source"
import type { VirtualCartOptions } from "../../../src/host/targets/virtual/virtual-cart"
import { catheterOf } from "../../../src/shared/acquisition/catheters"
import * as codes from "../../../src/shared/codes"
import { BenchCart, EVEN_SLED, REQUEST } from "./bench-cart"

export const catheter = catheterOf("single-un0rick")!
export const UN0RICK = { ...REQUEST, catheterId: catheter.id, frameRateHz: 1 }
export const VEIN = echoSource(catheter, {
    seed: 1,
    lengthMm: 5,
})

/** Without options, the cart of the earlier tests is set back ({@link BenchCart.homed}). */
export async function homed(
    options?: Partial<VirtualCartOptions>,
    request = UN0RICK
): Promise<BenchCart> {
    if (!options) return BenchCart.homed(request)
    const bench = await BenchCart.boot(request, { ...EVEN_SLED, ...options })
    await bench.home()
    return bench
}

export async function pulling(options?: Partial<VirtualCartOptions>): Promise<BenchCart> {
    const bench = await homed(options)
    await bench.pull()
    await bench.wait(1500)
    return bench
}

/** Until 10 ms after a pulse: its line has arrived, and the next is 30 ms away. */
export async function betweenLines(bench: BenchCart): Promise<void> {
    const { transmit } = bench.cart.board
    const before = transmit.count
    await bench.cart.until(() => transmit.count > before, bench.nowUs + 1e5)
    await bench.wait(10)
}

/**
 * Checks that the transmit counter, the firmware and the host have the same counts. A burst holds
 * two lines; a fault may drop and count a first line that waits for the second.
 * @returns the number of fired lines
 */
export function checkCounts(bench: BenchCart, outcome: number = codes.GOOD): number {
    bench.cart.board.settle()
    const { end, assembler, stream } = bench.cart.receiver
    assert.is(end!.outcome, outcome, codes.sentenceOf(end!.outcome))
    assert.is(end!.lines_fired, bench.cart.board.transmit.count)
    const droppedLines = end!.lines_dropped_crc
    assert.ok(droppedLines <= (outcome === codes.GOOD ? 0 : 1), `${droppedLines}`)
    assert.is(end!.lines_dropped_fifo + end!.lines_dropped_credit, 0)
    assert.is(end!.lines_sent + droppedLines, end!.lines_fired)
    assert.is(assembler!.counts.received, end!.lines_sent)
    assert.is(assembler!.counts.missing, droppedLines)
    assert.ok(Object.values(stream.faults).every(n => n === 0))
    return end!.lines_fired
}

/**
 * Checks the counts after a pulse whose line never arrived: the number of fired lines is unknown,
 * and all other lines except at most one arrived.
 */
export function checkUnknownCount(bench: BenchCart): void {
    const { end, assembler } = bench.cart.receiver
    assert.is(end!.lines_fired, 0xffffffff)
    assert.is(end!.lines_sent, assembler!.counts.received)
    const droppedLines = end!.lines_dropped_crc
    assert.ok(droppedLines <= 1, `${droppedLines}`)
    assert.is(assembler!.counts.received + droppedLines + 1, bench.cart.board.transmit.count)
}
