// Disturbs complete line bursts before they reach the host, one each; the board writes a burst in several pieces.

import {
    BURST_HEADER_LENGTH,
    PAYLOAD_LENGTH_AT,
    TYPE_AT,
    TYPE_LINES,
} from "../../../src/shared/protocol/burst"
import { getNumber } from "../../../src/shared/protocol/bytes"

/** Replaces the bytes of one burst by what arrives of it. */
export type BurstChange = (burst: Uint8Array) => Uint8Array[]

export class BurstDisturber {
    /** Of the next bursts, in order. */
    private changes: BurstChange[] = []
    /** Pieces received so far of the burst that is changed. */
    private pieces: Uint8Array[] = []
    private missing = 0

    /** Changes the next line burst, once; the one after it where another change waits already. */
    changeNext(change: BurstChange): void {
        this.changes.push(change)
    }

    /**
     * @param bytes one write of the board
     * @returns the pieces that arrive now
     */
    through(bytes: Uint8Array): Uint8Array[] {
        if (this.missing === 0) {
            if (this.changes.length === 0 || bytes[TYPE_AT] !== TYPE_LINES) return [bytes]
            this.missing = BURST_HEADER_LENGTH + getNumber(bytes, PAYLOAD_LENGTH_AT, "u32")
        }
        this.pieces.push(bytes)
        this.missing -= bytes.length
        if (this.missing > 0) return []
        const burst = Buffer.concat(this.pieces)
        const change = this.changes.shift()!
        this.pieces = []
        return change(burst)
    }
}
