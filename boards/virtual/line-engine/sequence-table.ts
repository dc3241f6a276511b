// Memory of the sequence table and its CRC.

import { crc32c } from "@node-rs/crc32"
import { TABLE_ENTRIES } from "../../../src/shared/devices/line-engine"
import { TABLE_ENTRY_LENGTH } from "../../../src/shared/acquisition/firing-table"
import { getNumber } from "../../../src/shared/protocol/bytes"

const TX_AT = 2
const RX_AT = 3
const CYCLES_AT = 6
const SAMPLE_PERIOD_AT = 12

export class SequenceTable {
    /** A bit was flipped since power-on: only then can the CRC have changed without a write. */
    disturbed = false
    private readonly bytes = new Uint8Array(TABLE_ENTRIES * TABLE_ENTRY_LENGTH)

    /** Writes entries from `first` on, as many as `data` holds; the caller checks that they fit. */
    write(first: number, data: Uint8Array): void {
        this.bytes.set(data, first * TABLE_ENTRY_LENGTH)
    }

    read(first: number, count: number): Uint8Array {
        const from = first * TABLE_ENTRY_LENGTH
        return this.bytes.subarray(from, from + count * TABLE_ENTRY_LENGTH)
    }

    /** CRC-32C of the first `entries` entries. */
    crc(entries: number): number {
        return crc32c(Buffer.from(this.read(0, entries)))
    }

    /** Sample period of entry 0, in ps, which the TGC uses. */
    samplePeriodPs(): number {
        return getNumber(this.bytes, SAMPLE_PERIOD_AT, "u32")
    }

    /** Transmit and receive element of an entry. */
    pair(entry: number): readonly [tx: number, rx: number] {
        const at = entry * TABLE_ENTRY_LENGTH
        return [this.bytes[at + TX_AT]!, this.bytes[at + RX_AT]!]
    }

    /** Cycles of an entry's pulse. */
    cycles(entry: number): number {
        return this.bytes[entry * TABLE_ENTRY_LENGTH + CYCLES_AT]!
    }

    clear(): void {
        this.bytes.fill(0)
        this.disturbed = false
    }

    /** Flips one bit, like a memory upset. */
    disturb(byte: number, bit: number): void {
        this.disturbed = true
        this.bytes[byte % this.bytes.length]! ^= 1 << (bit & 7)
    }
}
