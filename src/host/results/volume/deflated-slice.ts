// Compresses one slice of the volume, in any thread, so that slices in any order make one gzip stream.

import { constants, deflateRawSync } from "node:zlib"
import { crc32 } from "@node-rs/crc32"

/** A whole number of deflate blocks, none of them the last of a stream, that refer to nothing before them. */
export interface DeflatedSlice {
    readonly bytes: Uint8Array<ArrayBuffer>
    /** Of the slice itself. */
    readonly crc32: number
}

/** As of a PNG: other strategies take longer, and save nothing on speckle. A flush in place of an end leaves whole bytes. */
const DEFLATE = {
    ...{ level: 1, strategy: constants.Z_RLE, memLevel: 9 },
    finishFlush: constants.Z_SYNC_FLUSH,
}

export function deflateSlice(greys: Uint8Array): DeflatedSlice {
    // A copy, because Node keeps small buffers in one that no thread may give away.
    return { bytes: new Uint8Array(deflateRawSync(greys, DEFLATE)), crc32: crc32(greys) }
}
