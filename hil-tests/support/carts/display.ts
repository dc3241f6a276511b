// A bench cart with the bedside unit's screen, and checks of the text on it.

import * as assert from "uvu/assert"
import type { VirtualCartOptions } from "../../../src/host/targets/virtual/virtual-cart"
import { sentenceOf } from "../../../src/shared/codes"
import { BenchCart, EVEN_SLED as SLED, REQUEST } from "./bench-cart"

/** On a screen of this size every sentence fits on one page. */
export const EVEN_SLED = { ...SLED, panel: { rows: 8, columns: 21 } }
export const NONE = { id: "", serial: 0 }
export const UNKNOWN = { id: "array-99mhz", serial: 5 }
/** Time until a text is shown: two refreshes of 250 ms and the packets. */
export const SHOWN_MS = 600

export const panelOf = (bench: BenchCart) => bench.cart.board.panel
export const plug = (bench: BenchCart, catheter: typeof NONE): void =>
    bench.cart.board.engine.plug(catheter)

/** The visible text, with lines joined. */
export const read = (bench: BenchCart): string => panelOf(bench).visible.replaceAll("\n", " ")

export async function shows(bench: BenchCart, code: number): Promise<void> {
    await bench.wait(SHOWN_MS)
    const text = read(bench)
    assert.ok(text.includes(sentenceOf(code)), `${sentenceOf(code)} | ${text}`)
}

export async function doesNotShow(bench: BenchCart, code: number): Promise<void> {
    await bench.wait(SHOWN_MS)
    assert.not.ok(read(bench).includes(sentenceOf(code)), read(bench))
}

/** Without options, the cart of the earlier tests is set back ({@link BenchCart.homed}). */
export async function homed(options?: Partial<VirtualCartOptions>): Promise<BenchCart> {
    if (!options) return BenchCart.homed(REQUEST, EVEN_SLED)
    const bench = await BenchCart.boot(REQUEST, { ...EVEN_SLED, ...options })
    await bench.home()
    return bench
}

export const fired = (bench: BenchCart): number => bench.cart.board.transmit.count
