// Reads and writes blocks of the FRAM, an MB85RS64V (Fujitsu DS501-00015). Its layout: src/firmware/cart/README.md, "FRAM".

import { SpiChip } from "./spi"

const WRITE_ENABLE = hex`06`
const WRITE = 0x02
const READ = 0x03
/** Op-code and address come before the data. */
export const FRAM_DATA_AT = 3
/** Bytes of a block. */
export const FRAM_BLOCK = 32

let chip: SpiChip
const status_rx = Buffer.alloc(1)

/** The block to be written, and the block read, both from {@link FRAM_DATA_AT} on. */
export const fram_tx = Buffer.alloc(FRAM_DATA_AT + FRAM_BLOCK)
export const fram_rx = Buffer.alloc(FRAM_DATA_AT + FRAM_BLOCK)

/** To be called once, before any other function of this file. */
export function openFram(fram: SpiChip): void {
    chip = fram
}

/** Reads a block into {@link fram_rx}. */
export async function readFram(block: number): Promise<void> {
    await transferBlock(READ, block)
}

/** To be called before each {@link writeFram}, which has no effect if the chip did not answer then. */
export async function enableWrite(): Promise<void> {
    await chip.transfer(WRITE_ENABLE, status_rx)
}

/** Writes {@link fram_tx}. Each byte is stored as soon as it has arrived. */
export async function writeFram(block: number): Promise<void> {
    await transferBlock(WRITE, block)
}

async function transferBlock(op: number, block: number): Promise<void> {
    const address = block * FRAM_BLOCK
    fram_tx[0] = op
    fram_tx[1] = address >> 8
    fram_tx[2] = address & 0xff
    await chip.transfer(fram_tx, fram_rx)
}
