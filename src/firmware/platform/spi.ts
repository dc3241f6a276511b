// One chip on the SPI bus as drivers see it, and the lock that chips on one bus share.

import * as ds from "@devicescript/core"

/** A chip behind its own chip select. */
export interface SpiChip {
    /**
     * Sends `tx`, then zeros, while filling `rx`, which is not shorter than `tx` and at most SPI_BLOCK_MAX long.
     */
    transfer(tx: Buffer, rx: Buffer): Promise<void>
    /**
     * Sends `tx` as transfers of `length` bytes. The chip is selected anew for each, and no other transfer comes
     * between them.
     */
    transferEach(tx: Buffer, rx: Buffer, length: number): Promise<void>
    /**
     * Like {@link transfer}, but the bytes of `rx` from SPI_WIDE_AT on use four lanes. Undefined on a bus with one
     * lane; DeviceScript's own SPI has one.
     */
    transferQuad?: (tx: Buffer, rx: Buffer) => Promise<void>
}

/**
 * Mutual exclusion of fibers, first come, first served. Released by handing it to the next waiting fiber: if it were
 * set free, the data path would take it again at once, and the control loop would never get it.
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
