// CRC-32C (Castagnoli) for headers and short messages, in the VM and in Node. It is too slow in the VM for A-lines: their CRC is
// computed by the front end and checked by the host with a library.
// Source: RFC 3720, appendix B.4 (polynomial 0x1EDC6F41, reflected, initial and final 0xffffffff).

import type { Bytes } from "./bytes"

const REFLECTED_POLYNOMIAL = 0x82f63b78

/** One entry per byte: 2 kB of the VM's 64 kB heap, for half the time of a table of half bytes. Every burst has a header. */
const table: number[] = []
for (let byte = 0; byte < 256; ++byte) {
    let crc = byte
    for (let bit = 0; bit < 8; ++bit) crc = crc & 1 ? (crc >>> 1) ^ REFLECTED_POLYNOMIAL : crc >>> 1
    // Signed, as the VM is faster with 32-bit integers.
    table.push(crc | 0)
}

/**
 * CRC-32C of `bytes[start..end)`.
 * @param seed 0, the CRC of preceding bytes, or a layout hash
 */
export function crc32c(bytes: Bytes, start: number, end: number, seed: number): number {
    const steps = table
    let crc = ~seed
    let i = start
    if ((end - start) & 1) crc = (crc >>> 8) ^ steps[(crc ^ bytes[i++]) & 0xff]
    // Two bytes a turn, as a third of a turn's instructions in the VM are those of the loop.
    while (i < end) {
        crc = (crc >>> 8) ^ steps[(crc ^ bytes[i]) & 0xff]
        crc = (crc >>> 8) ^ steps[(crc ^ bytes[i + 1]) & 0xff]
        i += 2
    }
    return ~crc >>> 0
}

/** CRC-32C of ASCII text, for the layout hash. */
export function crc32cOfText(text: string, seed: number): number {
    let crc = ~seed
    for (let i = 0; i < text.length; ++i)
        crc = (crc >>> 8) ^ table[(crc ^ text.charCodeAt(i)) & 0xff]
    return ~crc >>> 0
}

/**
 * CRC-8 (polynomial 0x07, initial 0xff) of `bytes[start..end)`: the check of a line-engine
 * command. With initial value 0, a data line stuck low would form a valid command.
 */
export function crc8(bytes: Bytes, start: number, end: number): number {
    let crc = 0xff
    for (let i = start; i < end; ++i) {
        crc ^= bytes[i]
        for (let bit = 0; bit < 8; ++bit)
            crc = crc & 0x80 ? ((crc << 1) ^ 0x07) & 0xff : (crc << 1) & 0xff
    }
    return crc
}
