// Memory for the bytes of SPI transfers: pieces of a large block, as an array of its own takes far longer to make and to collect.

const BLOCK_LENGTH = 1 << 18

let block = new Uint8Array(BLOCK_LENGTH)
let used = 0

/** @returns zeros, used by no one else; meant for a few kB */
export function zeroedBytes(length: number): Uint8Array {
    if (length > BLOCK_LENGTH / 4) return new Uint8Array(length)
    if (used + length > BLOCK_LENGTH) {
        block = new Uint8Array(BLOCK_LENGTH)
        used = 0
    }
    const piece = block.subarray(used, used + length)
    used += length
    return piece
}
