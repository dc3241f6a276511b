// Independent bitwise CRC of Jacdac frames, for tests of the table-driven one in jacdac-frame.ts.

/** CRC-16/CCITT-FALSE, one bit at a time. */
export function crc16(bytes: Uint8Array): number {
    let crc = 0xffff
    for (const byte of bytes)
        for (let bit = 7; bit >= 0; bit--) {
            const out = (crc >> 15) ^ ((byte >> bit) & 1)
            crc = ((crc << 1) & 0xffff) ^ (out ? 0x1021 : 0)
        }
    return crc
}
