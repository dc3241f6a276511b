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
    vesselFile: undefined,
    echoFile: undefined,
    seed: 1,
    lengthMm: 5,
})

export async function homed(
    options: Partial<VirtualCartOptions> = {},
    request = UN0RICK
): Promise<BenchCart> {
    const bench = await BenchCart.boot(request, { ...EVEN_SLED, ...options })
    await bench.home()
    return bench
}

export async function pulling(options: Partial<VirtualCartOptions> = {}): Promise<BenchCart> {
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
 * Pulses by the counter, lines by the firmware and by the host agree. A fault drops the line that
 * waits in its burst of two for the second one, and counts it; whether one waits depends on phase.
 * @returns how many were dropped
 */
export function checkCounts(bench: BenchCart, outcome: number = codes.GOOD): number {
    bench.cart.board.settle()
    const { end, assembler, stream } = bench.cart.receiver
    assert.is(end!.outcome, outcome, codes.sentenceOf(end!.outcome))
    assert.is(end!.lines_fired, bench.cart.board.transmit.count)
    const given_up = end!.lines_dropped_crc
    assert.ok(given_up <= (outcome === codes.GOOD ? 0 : 1), `${given_up}`)
    assert.is(end!.lines_dropped_fifo + end!.lines_dropped_credit, 0)
    assert.is(end!.lines_sent + given_up, end!.lines_fired)
    assert.is(assembler!.counts.received, end!.lines_sent)
    assert.is(assembler!.counts.missing, given_up)
    assert.ok(Object.values(stream.faults).every(n => n === 0))
    return end!.lines_fired
}

/**
 * A pulse was fired whose line never arrived: the number fired is reported as unknown; all other
 * lines arrived, or one was dropped.
 */
export function checkUnknownCount(bench: BenchCart): void {
    const { end, assembler } = bench.cart.receiver
    assert.is(end!.lines_fired, 0xffffffff)
    assert.is(end!.lines_sent, assembler!.counts.received)
    const given_up = end!.lines_dropped_crc
    assert.ok(given_up <= 1, `${given_up}`)
    assert.is(assembler!.counts.received + given_up + 1, bench.cart.board.transmit.count)
}
