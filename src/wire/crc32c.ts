// Responsible for: CRC-32C (Castagnoli) in a form that runs in the VM too, for headers and short messages.
// Not for: samples: in the VM a byte costs microseconds, so lines carry the CRC that the front end
// computed, and the host checks them with a library.
// Source: RFC 3720, appendix B.4 (polynomial 0x1EDC6F41, reflected, initial and final 0xffffffff).

import type { Bytes } from "./bytes"

const REFLECTED_POLYNOMIAL = 0x82f63b78

const table: number[] = []
for (let byte = 0; byte < 256; ++byte) {
    let crc = byte
    for (let bit = 0; bit < 8; ++bit)
        crc = crc & 1 ? (crc >>> 1) ^ REFLECTED_POLYNOMIAL : crc >>> 1
    // Signed, as the VM computes faster with what fits 32 bits.
    table.push(crc | 0)
}

/**
 * CRC-32C of `bytes[start..end)`.
 * @param seed a CRC to go on from; 0 starts anew, a layout hash starts a seeded one
 */
export function crc32c(
    bytes: Bytes,
    start: number,
    end: number,
    seed: number
): number {
    const steps = table
    let crc = ~seed
    let i = start
    // Four bytes a turn: in the VM the turn itself costs as much as a byte does.
    for (; i + 4 <= end; i += 4) {
        crc = (crc >>> 8) ^ steps[(crc ^ bytes[i]) & 0xff]
        crc = (crc >>> 8) ^ steps[(crc ^ bytes[i + 1]) & 0xff]
        crc = (crc >>> 8) ^ steps[(crc ^ bytes[i + 2]) & 0xff]
        crc = (crc >>> 8) ^ steps[(crc ^ bytes[i + 3]) & 0xff]
    }
    for (; i < end; ++i) crc = (crc >>> 8) ^ steps[(crc ^ bytes[i]) & 0xff]
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
 * command. With an initial 0 a data line that is stuck low would be a valid command.
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
