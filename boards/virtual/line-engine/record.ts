// Writes header and CRC of a line record (boards/line-engine.md, "Line records").

import { crc32c } from "@node-rs/crc32"
import * as record from "../../../src/shared/acquisition/line-record"

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
    const view = new DataView(slot.buffer, slot.byteOffset, slot.length)
    view.setUint32(record.LINE_NUMBER_AT, header.line, true)
    view.setUint16(record.LINE_FRAME_AT, header.frame, true)
    view.setUint16(record.LINE_INDEX_AT, header.index, true)
    view.setUint32(record.LINE_TICK_AT, header.tickUs, true)
    view.setInt32(record.LINE_POSITION_AT, header.positionCounts, true)
    view.setUint16(record.LINE_FLAGS_AT, header.flags, true)
    view.setUint16(record.LINE_SAMPLES_AT, header.samples, true)
    const end = slot.length - record.LINE_CRC_LENGTH
    view.setUint32(end, crc32c(slot.subarray(0, end)), true)
}
