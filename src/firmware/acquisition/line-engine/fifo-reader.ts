// Responsible for: blocks of line records out of the line engine's FIFO.
// Not for: the engine's other business (line-engine.ts), or where the lines go (line-pump.ts).

import * as le from "../../../shared/devices/line-engine"
import { linesPerBlock } from "../../../shared/devices/line-engine"
import { LINE_SAMPLES_AT } from "../../../shared/acquisition/line-record"
import { SpiChip } from "../../platform/spi"
import { crc8 } from "./crc8"
import { RecordReader } from "../front-end"
import { LineEngine } from "./line-engine"

/** Reads the FIFO in blocks of whole records, into one buffer. */
export class FifoReader implements RecordReader {
    record_length = 0
    lines_per_block = 0
    /** Made once, for records of any length: a heap in use has no room for another. What is behind the last is clocked for nothing. */
    block = Buffer.alloc(le.SPI_BLOCK_MAX)
    data_at = le.DATA_AT
    private tx = Buffer.alloc(le.COMMAND_LENGTH)

    constructor(
        private engine: LineEngine,
        private chip: SpiChip
    ) {}

    /** Makes ready for records of this length: as many as an SPI block holds come at once. */
    setRecords(length: number): void {
        const lines = linesPerBlock(length)
        this.record_length = length
        this.lines_per_block = lines
        this.engine.lines_per_block = lines
        // Another count: read() seals it, when the engine's lanes are known.
        this.tx[0] = le.OP_STATUS
        this.tx.setAt(2, "u16", lines)
    }

    /** Fills {@link block} from offset DATA_AT. @returns records that came, at most lines_per_block */
    async read(): Promise<number> {
        const block = this.block
        const engine = this.engine
        const tx = this.tx
        const wide = engine.path.lanes === le.LANES_QUAD
        const op = wide ? le.OP_READ_FIFO_QUAD : le.OP_READ_FIFO
        if (tx[0] !== op) {
            tx[0] = op
            tx[8] = crc8(tx, 0, 8)
        }
        const chip = this.chip
        if (wide && chip.transferQuad) await chip.transferQuad(tx, block)
        else await chip.transfer(tx, block)
        const whole = engine.takeStatus(block)
        let lines = block.getAt(le.REPLY_AT, "u16")
        // The reply has no check of its own, but the level says what it has to be.
        if (!whole || lines !== Math.min(engine.level, this.lines_per_block)) lines = this.present()
        engine.lines_read += lines
        // Unknown: the next service tells.
        engine.level = whole ? Math.max(0, engine.level - lines) : 0
        return lines
    }

    /** Records in the block, by their own heads: what is not there is zeros. */
    private present(): number {
        let lines = 0
        let at = le.DATA_AT + LINE_SAMPLES_AT
        while (lines < this.lines_per_block && this.block.getAt(at, "u16") !== 0) {
            lines++
            at += this.record_length
        }
        return lines
    }
}
