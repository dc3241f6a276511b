// Writes header and CRC of a line record (boards/line-engine.md, "Line records").

import { crc32c } from "@node-rs/crc32"
import * as record from "../../../src/shared/acquisition/line-record"
import { putNumber } from "../../../src/shared/protocol/bytes"

export interface RecordHeader {
    readonly line: number
    readonly frame: number
    readonly index: number
    readonly tickUs: number
    readonly positionCounts: number
    readonly flags: number
    readonly samples: number
}

/** Completes a record whose samples are already in `slot`. */
export function sealRecord(slot: Uint8Array, header: RecordHeader): void {
    putNumber(slot, record.LINE_NUMBER_AT, "u32", header.line)
    putNumber(slot, record.LINE_FRAME_AT, "u16", header.frame)
    putNumber(slot, record.LINE_INDEX_AT, "u16", header.index)
    putNumber(slot, record.LINE_TICK_AT, "u32", header.tickUs)
    putNumber(slot, record.LINE_POSITION_AT, "i32", header.positionCounts)
    putNumber(slot, record.LINE_FLAGS_AT, "u16", header.flags)
    putNumber(slot, record.LINE_SAMPLES_AT, "u16", header.samples)
    const end = slot.length - record.LINE_CRC_LENGTH
    putNumber(slot, end, "u32", crc32c(slot.subarray(0, end)))
}
