// The bytes around encapsulated pictures (PS3.5, A.4): one fragment for each, with a table of their offsets.

/** Item (FFFE,E000); the length follows. */
const ITEM = [0xfe, 0xff, 0x00, 0xe0]
export const ITEM_HEAD_BYTES = 8
/** Sequence Delimitation Item (FFFE,E0DD) of length 0. */
export const SEQUENCE_END = Uint8Array.of(0xfe, 0xff, 0xdd, 0xe0, 0, 0, 0, 0)
/** PixelData (7FE0,0010), OB, two zero bytes, undefined length. */
const PIXEL_DATA = Uint8Array.of(
    ...[0xe0, 0x7f, 0x10, 0x00, 0x4f, 0x42, 0x00, 0x00],
    ...[0xff, 0xff, 0xff, 0xff]
)
/** Extended Offset Table (7FE0,0001) and its lengths (7FE0,0002): OV, two zero bytes; the length follows. */
const EXTENDED_OFFSETS = [0xe0, 0x7f, 0x01, 0x00, 0x4f, 0x56, 0x00, 0x00]
const EXTENDED_LENGTHS = [0xe0, 0x7f, 0x02, 0x00, 0x4f, 0x56, 0x00, 0x00]
/** Offsets of the basic table have 32 bits. */
const BASIC_OFFSET_MAX = 0xffffffff

/** What stands in front of a picture, or of the basic offset table. */
export function itemHead(bytes: number): Uint8Array {
    return Buffer.concat([Uint8Array.from(ITEM), uint32(bytes)])
}

/**
 * Everything between the data set and the first picture: the basic offset table, or the extended one where the basic one cannot
 * hold the offsets.
 * @param lengths of the pictures, without the heads of their items
 */
export function encapsulationHead(
    lengths: readonly number[],
    basicOffsetMax = BASIC_OFFSET_MAX
): Uint8Array {
    let end = 0
    const offsets = lengths.map(length => {
        const offset = end
        end += ITEM_HEAD_BYTES + length
        return offset
    })
    // Readers may also compute the end.
    if (end <= basicOffsetMax) {
        const table = Buffer.concat(offsets.map(uint32))
        return Buffer.concat([PIXEL_DATA, itemHead(table.length), table])
    }
    return Buffer.concat([
        ...[Uint8Array.from(EXTENDED_OFFSETS), uint32(8 * lengths.length), uint64s(offsets)],
        ...[Uint8Array.from(EXTENDED_LENGTHS), uint32(8 * lengths.length), uint64s(lengths)],
        ...[PIXEL_DATA, itemHead(0)],
    ])
}

function uint32(value: number): Uint8Array {
    const bytes = Buffer.alloc(4)
    bytes.writeUInt32LE(value)
    return bytes
}

function uint64s(values: readonly number[]): Uint8Array {
    const bytes = Buffer.alloc(8 * values.length)
    for (const [i, value] of values.entries()) bytes.writeBigUInt64LE(BigInt(value), 8 * i)
    return bytes
}
