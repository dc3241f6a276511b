// The parts of a gzip stream (RFC 1952) around compressed slices of one size, and its CRC from those of the slices.

/** No name, no date, an unknown system: the same run gives the same bytes. */
export const GZIP_HEAD = Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255)

/** The CRC-32 polynomial, least significant bit first. */
const POLYNOMIAL = 0xedb88320

/** Product of two polynomials modulo that of the CRC; the highest bit is the coefficient of 1. */
function product(a: number, b: number): number {
    let sum = 0
    for (let bit = 0x80000000; bit !== 0; bit >>>= 1) {
        if (a & bit) sum ^= b
        b = b & 1 ? (b >>> 1) ^ POLYNOMIAL : b >>> 1
    }
    return sum >>> 0
}

/** What a CRC is multiplied with when so many bytes follow: x to the power of their bits. */
function shiftOf(bytes: number): number {
    let power = 0x80000000
    let square = 0x00800000
    for (let left = bytes; left > 0; left = Math.floor(left / 2)) {
        if (left % 2 === 1) power = product(power, square)
        square = product(square, square)
    }
    return power
}

/** The end of a stream of slices, with their CRC-32s. */
export function gzipEnd(crcs: readonly number[], sliceBytes: number): Uint8Array {
    const shift = shiftOf(sliceBytes)
    const crc = crcs.reduce((before, next) => (product(shift, before) ^ next) >>> 0, 0)
    const end = Buffer.alloc(10)
    // A last deflate block without a byte.
    end.writeUInt16LE(3, 0)
    end.writeUInt32LE(crc, 2)
    // The length is modulo 2^32.
    end.writeUInt32LE((crcs.length * sliceBytes) % 2 ** 32, 6)
    return end
}
