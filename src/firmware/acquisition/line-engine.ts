// Responsible for: the line engine over SPI: presence, a table that is read back, arming, its FIFO in blocks.
// Not for: what the table holds (wire/sequence.ts) or where the lines go (line-pump.ts).
// Source: boards/line-engine.md.

import { Catheter } from "../../wire/catheters"
import { crc32c, crc8 } from "../../wire/crc32c"
import * as le from "../../wire/line-engine"
import { recordLength } from "../../wire/line-record"
import {
    FAULT_ENGINE_MISSING,
    FAULT_ENGINE_TABLE,
    FAULT_ENGINE_WRITE,
} from "../../wire/reasons"
import {
    listedPairs,
    TABLE_ENTRY_LENGTH,
    tableEntries,
    writeTableEntry,
} from "../../wire/sequence"
import { CartFault } from "../platform/fault"
import { SPI_BLOCK_MAX, SpiChip } from "../platform/spi"
import * as ds from "@devicescript/core"

const REGISTER_TRANSFER = le.DATA_AT
/** Entries a transfer: few, since three buffers of it are needed while 64 kB of heap hold a burst as well. */
const TABLE_CHUNK = 16
const WRITE_TRIES = 3

export class LineEngine {
    // As of the last transfer.
    flags = 0
    level = 0
    dropped = 0
    // As of the last service(), all of one moment: line clock, encoder, triggers of the ECG since power-on.
    tick_us = 0
    position_counts = 0
    triggers = 0
    /** CRC-32C of the table that was loaded last. */
    table_crc = 0

    private tx = Buffer.alloc(REGISTER_TRANSFER)
    private rx = Buffer.alloc(REGISTER_TRANSFER)
    private moment_tx = Buffer.alloc(le.COMMAND_LENGTH)
    private moment_rx = Buffer.alloc(le.MOMENT_LENGTH)

    constructor(private chip: SpiChip) {
        this.prepare(this.moment_tx, le.OP_STATUS, 0, 0, 0)
    }

    private prepare(
        tx: Buffer,
        op: number,
        address: number,
        count: number,
        value: number
    ): void {
        tx[0] = op
        tx[1] = address
        tx.setAt(2, "u16", count)
        tx.setAt(4, "u32", value >>> 0)
        tx[8] = crc8(tx, 0, 8)
    }

    private async exchange(tx: Buffer, rx: Buffer): Promise<void> {
        await this.chip.transfer(tx, rx)
        this.takeStatus(rx)
    }

    private takeStatus(rx: Buffer): void {
        if (rx[le.STATUS_SYNC_AT] !== le.SYNC)
            throw new CartFault(FAULT_ENGINE_MISSING, rx[le.STATUS_SYNC_AT])
        this.flags = rx[le.STATUS_FLAGS_AT]
        this.level = rx.getAt(le.STATUS_LEVEL_AT, "u16")
        this.dropped = rx.getAt(le.STATUS_DROPPED_AT, "u32")
    }

    async read(address: number): Promise<number> {
        this.prepare(this.tx, le.OP_READ, address, 0, 0)
        await this.exchange(this.tx, this.rx)
        return this.rx.getAt(le.REPLY_AT, "u32")
    }

    /** Writes a register; the engine answers with what it took. */
    async write(address: number, value: number): Promise<void> {
        value = value >>> 0
        for (let tries = 0; tries < WRITE_TRIES; ++tries) {
            this.prepare(this.tx, le.OP_WRITE, address, 0, value)
            await this.exchange(this.tx, this.rx)
            if (this.rx.getAt(le.REPLY_AT, "u32") === value) return
        }
        throw new CartFault(FAULT_ENGINE_WRITE, address)
    }

    /** Latches status, clock and position, and feeds the engine's own watchdog. */
    async service(): Promise<void> {
        const rx = this.moment_rx
        await this.chip.transfer(this.moment_tx, rx)
        this.takeStatus(rx)
        this.tick_us = rx.getAt(le.MOMENT_TICK_AT, "u32")
        this.position_counts = rx.getAt(le.MOMENT_POSITION_AT, "i32")
        this.triggers = rx.getAt(le.MOMENT_TRIGGERS_AT, "u32")
    }

    async begin(): Promise<void> {
        if ((await this.read(le.REG_ID)) !== le.ENGINE_ID)
            throw new CartFault(FAULT_ENGINE_MISSING, 0)
        if ((await this.read(le.REG_VERSION)) !== le.ENGINE_VERSION)
            throw new CartFault(FAULT_ENGINE_MISSING, le.ENGINE_VERSION)
        await this.write(le.REG_CONTROL, le.CONTROL_STOP)
        await this.write(le.REG_CONTROL, le.CONTROL_CLEAR)
        await this.write(le.REG_ROTOR_TARGET, 0)
    }

    /** Id of the catheter that is plugged in; empty when there is none. */
    async catheterId(): Promise<string> {
        let id = ""
        for (let i = 0; i < 4; ++i) {
            const word = await this.read(le.REG_CATHETER_0 + i)
            for (let shift = 0; shift < 32; shift += 8) {
                const code = (word >>> shift) & 0xff
                if (code) id += String.fromCharCode(code)
            }
        }
        return id
    }

    async catheterSerial(): Promise<number> {
        return await this.read(le.REG_CATHETER_SERIAL)
    }

    /** Loads the sequence of a catheter and compares, entry by entry, what the engine then holds. */
    async load(catheter: Catheter, line_period_ns: number): Promise<void> {
        await this.write(le.REG_CONTROL, le.CONTROL_STOP)
        await this.write(le.REG_CONTROL, le.CONTROL_CLEAR)
        const bytes = TABLE_CHUNK * TABLE_ENTRY_LENGTH
        const tx = Buffer.alloc(le.DATA_AT + bytes)
        const rx = Buffer.alloc(le.DATA_AT + bytes)
        const entries = tableEntries(catheter)
        let crc = 0
        for (let first = 0; first < entries; first += TABLE_CHUNK) {
            for (let i = 0; i < TABLE_CHUNK; ++i)
                writeTableEntry(
                    tx,
                    le.DATA_AT + i * TABLE_ENTRY_LENGTH,
                    catheter,
                    first + i
                )
            crc = crc32c(tx, le.DATA_AT, tx.length, crc)
            this.prepare(tx, le.OP_WRITE_TABLE, 0, TABLE_CHUNK, first)
            await this.exchange(tx, rx)
            await this.checkChunk(tx, rx, first)
            await ds.sleep(0)
        }
        this.table_crc = crc
        await this.write(le.REG_LINES, catheter.lines_per_frame)
        await this.write(le.REG_PAIRS, listedPairs(catheter))
        await this.write(le.REG_SAMPLES, catheter.samples_per_line)
        await this.write(le.REG_LINE_PERIOD_NS, line_period_ns)
        await this.write(
            le.REG_TRIGGER_MODE,
            catheter.rotor_sign ? le.TRIGGER_ROTOR : le.TRIGGER_FREE
        )
        await this.write(le.REG_TGC_START_CDB, catheter.tgc_start_cdb)
        await this.write(
            le.REG_TGC_SLOPE_CDB_PER_MM,
            catheter.tgc_slope_cdb_per_mm
        )
        // The engine fires nothing that does not have this CRC.
        await this.write(le.REG_TABLE_CRC, crc)
    }

    private async checkChunk(
        sent: Buffer,
        rx: Buffer,
        first: number
    ): Promise<void> {
        const command = Buffer.alloc(sent.length)
        this.prepare(command, le.OP_READ_TABLE, 0, TABLE_CHUNK, first)
        await this.exchange(command, rx)
        for (let at = le.DATA_AT; at < sent.length; at += 4)
            if (rx.getAt(at, "u32") !== sent.getAt(at, "u32"))
                throw new CartFault(FAULT_ENGINE_TABLE, first)
    }

    /** Lines from this position to that one are flagged at speed while the gate is open. */
    async setWindow(start_counts: number, end_counts: number): Promise<void> {
        await this.write(le.REG_WINDOW_START, start_counts)
        await this.write(le.REG_WINDOW_END, end_counts)
    }

    /** Opens or shuts the gate, and marks every line from then on with this epoch of the speed, in one write. */
    async setGate(open: boolean, epoch: number): Promise<void> {
        await this.write(
            le.REG_GATE,
            (open ? le.GATE_OPEN : 0) | ((epoch & 0xff) << le.GATE_EPOCH_SHIFT)
        )
    }

    /** Line clock at the last trigger. */
    async triggerTickUs(): Promise<number> {
        return await this.read(le.REG_TRIGGER_TICK)
    }

    /** Sets the engine's own count of the sled's encoder. */
    async setPosition(counts: number): Promise<void> {
        await this.write(le.REG_POSITION, counts)
    }

    /** Lines fired since the last clear. */
    async fired(): Promise<number> {
        return await this.read(le.REG_FIRED)
    }

    /** Puts one block of known lines into the FIFO; nothing is fired. */
    async sendTestLines(samples: number): Promise<void> {
        await this.write(le.REG_SAMPLES, samples)
        await this.write(le.REG_TEST, LineEngine.linesPerBlock(samples))
    }

    /** Compares the CRC of the table as it is now with that of the table as it was loaded. */
    async checkTable(): Promise<void> {
        const crc = await this.read(le.REG_TABLE_CRC)
        if (crc !== this.table_crc)
            throw new CartFault(FAULT_ENGINE_TABLE, crc | 0)
    }

    async fire(): Promise<void> {
        await this.write(le.REG_CONTROL, le.CONTROL_ARM)
        await this.write(le.REG_CONTROL, le.CONTROL_FIRE)
    }

    async stop(): Promise<void> {
        await this.write(le.REG_CONTROL, le.CONTROL_STOP)
    }

    /** Whole records that fit into one SPI block. */
    static linesPerBlock(samples: number): number {
        return Math.floor((SPI_BLOCK_MAX - le.DATA_AT) / recordLength(samples))
    }
}

/** Reads the FIFO in blocks of one size, into one buffer allocated once. */
export class FifoReader {
    readonly lines_per_block: number
    readonly block: Buffer
    private tx: Buffer

    constructor(
        private engine: LineEngine,
        private chip: SpiChip,
        readonly record_length: number,
        samples: number
    ) {
        this.lines_per_block = LineEngine.linesPerBlock(samples)
        const length = le.DATA_AT + this.lines_per_block * record_length
        this.block = Buffer.alloc(length)
        this.tx = Buffer.alloc(le.COMMAND_LENGTH)
        this.tx[0] = le.OP_READ_FIFO
        this.tx.setAt(2, "u16", this.lines_per_block)
        this.tx[8] = crc8(this.tx, 0, 8)
    }

    /** Fills {@link block} from offset DATA_AT. @returns records that came, at most lines_per_block */
    async read(): Promise<number> {
        await this.chip.transfer(this.tx, this.block)
        const engine = this.engine
        if (this.block[le.STATUS_SYNC_AT] !== le.SYNC)
            throw new CartFault(
                FAULT_ENGINE_MISSING,
                this.block[le.STATUS_SYNC_AT]
            )
        engine.flags = this.block[le.STATUS_FLAGS_AT]
        engine.dropped = this.block.getAt(le.STATUS_DROPPED_AT, "u32")
        const lines = this.block.getAt(le.REPLY_AT, "u16")
        engine.level = this.block.getAt(le.STATUS_LEVEL_AT, "u16") - lines
        return lines
    }
}
