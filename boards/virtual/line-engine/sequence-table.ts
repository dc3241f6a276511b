// Responsible for: the memory of the sequence table and its CRC.
// Not for: what may change it when (line-engine.ts) or what an entry makes the sequencer do (firing.ts).

import { crc32c } from "@node-rs/crc32"
import { TABLE_ENTRIES } from "../../../src/shared/devices/line-engine"
import { TABLE_ENTRY_LENGTH } from "../../../src/shared/acquisition/sequence"
import { getNumber } from "../../../src/shared/protocol/bytes"

const TX_AT = 2
const RX_AT = 3
const CYCLES_AT = 6
const SAMPLE_PERIOD_AT = 12

export class SequenceTable {
    /** A bit was flipped since power-on: only then can its sum have changed by itself. */
    disturbed = false
    private readonly bytes = new Uint8Array(TABLE_ENTRIES * TABLE_ENTRY_LENGTH)

    /** Entries from `first` on, as many as `data` holds; the caller has checked that they fit. */
    write(first: number, data: Uint8Array): void {
        this.bytes.set(data, first * TABLE_ENTRY_LENGTH)
    }

    read(first: number, count: number): Uint8Array {
        const from = first * TABLE_ENTRY_LENGTH
        return this.bytes.subarray(from, from + count * TABLE_ENTRY_LENGTH)
    }

    /** CRC-32C of the first `entries` entries as they are now. */
    crc(entries: number): number {
        return crc32c(Buffer.from(this.read(0, entries)))
    }

    /** Time from sample to sample of entry 0, in ps: the time gain follows it. */
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

    /** Flips one bit, as a disturbed memory would. */
    disturb(byte: number, bit: number): void {
        this.disturbed = true
        this.bytes[byte % this.bytes.length]! ^= 1 << (bit & 7)
    }
}
