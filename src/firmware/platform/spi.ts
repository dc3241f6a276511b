// Responsible for: what a driver sees of the SPI bus: one chip, full-duplex transfers, one at a time.
// Not for: which bus that is (board.ts).

import * as ds from "@devicescript/core"

/** A chip behind its own chip select. */
export interface SpiChip {
    /**
     * Sends `tx`, then zeros, while `rx` is filled; `rx` is as long or longer, at most SPI_BLOCK_MAX of wire/line-engine.ts.
     */
    transfer(tx: Buffer, rx: Buffer): Promise<void>
    /**
     * Transfers of `length` bytes one after the other, all of `tx`, with nothing else on the bus
     * between them; the chip is selected anew for each.
     */
    transferEach(tx: Buffer, rx: Buffer, length: number): Promise<void>
    /**
     * As {@link transfer}, but bytes of `rx` from SPI_WIDE_AT on come over four lanes. Not there on a bus that has
     * one lane each way, which is all that DeviceScript's own SPI drives.
     */
    transferQuad?: (tx: Buffer, rx: Buffer) => Promise<void>
}

/**
 * Lets one fiber at a time through, in the order in which they came; several chips share the bus. It is handed
 * over and not set free: the data path, which asks again at once, would keep the control path out for ever.
 */
export class Lock {
    private held = false
    private waiting: ds.Fiber[] = []

    async take(): Promise<void> {
        if (!this.held) {
            this.held = true
            return
        }
        this.waiting.push(ds.Fiber.self())
        await ds.suspend<void>()
    }

    give(): void {
        const next = this.waiting.shift()
        if (next) next.resume(undefined)
        else this.held = false
    }
}
