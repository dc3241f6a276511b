// Responsible for: doing a link fault to one whole line burst, which leaves the board in several pieces.
// Not for: which faults there are (faults.ts), or what a network does to bytes (boards/virtual/network/faulty-network.ts).

import {
    BURST_HEADER_LENGTH,
    PAYLOAD_LENGTH_AT,
    TYPE_AT,
    TYPE_LINES,
} from "../../../shared/protocol/burst"
import { getNumber } from "../../../shared/protocol/bytes"
import type { LinkFault } from "./faults"

export class BurstFaults {
    /** Done once, to the next line burst. */
    next: LinkFault | undefined
    /** Pieces of that burst. */
    private pieces: Uint8Array[] = []
    private missing = 0

    /** Takes what the board wrote in one go. @returns what comes through now */
    through(bytes: Uint8Array): Uint8Array[] {
        if (this.missing === 0) {
            if (!this.next || bytes[TYPE_AT] !== TYPE_LINES) return [bytes]
            this.missing = BURST_HEADER_LENGTH + getNumber(bytes, PAYLOAD_LENGTH_AT, "u32")
        }
        this.pieces.push(bytes)
        this.missing -= bytes.length
        if (this.missing > 0) return []
        const burst = Buffer.concat(this.pieces)
        const fault = this.next!
        this.next = undefined
        this.pieces = []
        return fault(burst)
    }
}
