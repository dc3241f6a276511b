// Fast reading of burst headers, of which there are thousands a second. Validity is checked by
// ../../shared/protocol/burst.ts.

import * as burst from "../../shared/protocol/burst"
import { getNumber, type Message } from "../../shared/protocol/bytes"

export type BurstHeader = Message<typeof burst.BURST_HEADER>

/**
 * Same result as `readFields(from, at, BURST_HEADER)` in a twentieth of the time, since no field name is looked up. The
 * return type makes the compiler require every field of the layout; the test compares both ways.
 */
export function readHeader(from: Uint8Array, at: number): BurstHeader {
    return {
        magic: getNumber(from, at + burst.MAGIC_AT, "u32"),
        version: from[at + burst.VERSION_AT]!,
        type: from[at + burst.TYPE_AT]!,
        header_length: from[at + burst.HEADER_LENGTH_AT]!,
        flags: from[at + burst.FLAGS_AT]!,
        session: getNumber(from, at + burst.SESSION_AT, "u32"),
        sequence: getNumber(from, at + burst.SEQUENCE_AT, "u32"),
        payload_length: getNumber(from, at + burst.PAYLOAD_LENGTH_AT, "u32"),
        tick_us: getNumber(from, at + burst.TICK_AT, "u32"),
        position_nm: getNumber(from, at + burst.POSITION_AT, "i32"),
        speed_nm_s: getNumber(from, at + burst.SPEED_AT, "i32"),
        speed_epoch: getNumber(from, at + burst.EPOCH_AT, "u16"),
        lines: getNumber(from, at + burst.LINES_AT, "u16"),
        dropped_fifo: getNumber(from, at + burst.DROPPED_FIFO_AT, "u16"),
        dropped_credit: getNumber(from, at + burst.DROPPED_CREDIT_AT, "u16"),
        dropped_crc: getNumber(from, at + burst.DROPPED_CRC_AT, "u16"),
        dropped_gate: getNumber(from, at + burst.DROPPED_GATE_AT, "u16"),
        check: getNumber(from, at + burst.CHECK_AT, "u32"),
        tag_0: getNumber(from, at + burst.TAG_AT, "u32"),
        tag_1: getNumber(from, at + burst.TAG_AT + 4, "u32"),
        tag_2: getNumber(from, at + burst.TAG_AT + 8, "u32"),
        tag_3: getNumber(from, at + burst.TAG_AT + 12, "u32"),
    }
}
