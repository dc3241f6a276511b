// Reads blocks of line records out of the line engine's FIFO.

import * as le from "../../../shared/devices/line-engine"
import { linesPerBlock } from "../../../shared/devices/line-engine"
import { LINE_SAMPLES_AT } from "../../../shared/acquisition/line-record"
import { front_status, RecordReader } from "../front-end"
import { engine_chip, engine_path, takeStatus } from "./bus"
import { crc8 } from "./crc8"

/** Records received since firing began. */
export let lines_read = 0
let record_length = 0
/** One length for all records, since a fragmented heap may have no space for another. Bytes after the last record are not used. */
const block = Buffer.alloc(le.SPI_BLOCK_MAX)
const tx = Buffer.alloc(le.COMMAND_LENGTH)

export const fifo_reader: RecordReader = {
    block: block,
    data_at: le.DATA_AT,
    lines_per_block: 0,
    setRecords: setRecords,
    read: readBlock,
}

export function clearLinesRead(): void {
    lines_read = 0
}

/** Sets the record length; one block has as many records as fit. */
function setRecords(length: number): void {
    record_length = length
    fifo_reader.lines_per_block = linesPerBlock(length)
    // The count is part of the command's CRC: another opcode makes readBlock() calculate it again.
    tx[0] = le.OP_STATUS
    tx.setAt(2, "u16", fifo_reader.lines_per_block)
}

/** Fills {@link block} from DATA_AT on. @returns number of records */
async function readBlock(): Promise<number> {
    const quad = engine_path.lanes === le.LANES_QUAD
    const op = quad ? le.OP_READ_FIFO_QUAD : le.OP_READ_FIFO
    if (tx[0] !== op) {
        tx[0] = op
        tx[8] = crc8(tx, 0, 8)
    }
    if (quad && engine_chip.transferQuad) await engine_chip.transferQuad(tx, block)
    else await engine_chip.transfer(tx, block)
    const undamaged = takeStatus(block)
    const level = front_status.level
    let lines = block.getAt(le.REPLY_AT, "u16")
    // The reply has no CRC, but it must agree with the level.
    if (!undamaged || lines !== Math.min(level, fifo_reader.lines_per_block)) lines = countRecords()
    lines_read += lines
    // 0 if unknown: the next status transfer brings the level.
    front_status.level = undamaged ? Math.max(0, level - lines) : 0
    return lines
}

/** Records in the block, by their own headers: unused bytes are zero. */
function countRecords(): number {
    let lines = 0
    let at = le.DATA_AT + LINE_SAMPLES_AT
    while (lines < fifo_reader.lines_per_block && block.getAt(at, "u16") !== 0) {
        lines++
        at += record_length
    }
    return lines
}
