// The line engine of boards/line-engine.md on its SPI bus: transactions, status, opcodes. Registers are in registers.ts,
// firing in firing.ts.

import * as le from "../../../src/shared/devices/line-engine"
import { crc8 } from "../../../src/shared/protocol/crc32c"
import { TABLE_ENTRY_LENGTH } from "../../../src/shared/acquisition/firing-table"
import { getNumber, putNumber } from "../../../src/shared/protocol/bytes"
import { zeroedBytes } from "../spi/zeroed-bytes"
import { actsAfterUs, repliesAfterUs } from "./bus-timing"
import type { EngineEnvironment } from "./environment"
import { Firing } from "./firing"
import type { RotorOptions } from "./rotor"
import { Registers, type Latches, type PluggedCatheter } from "./registers"
import { SequenceTable } from "./sequence-table"

export type { PluggedCatheter } from "./registers"

const STATUS_LENGTH = le.STATUS_CHECK_AT + 1
/** Offset of a command's CRC-8. */
const CHECK_AT = le.COMMAND_LENGTH - 1

/** Build variant of a line engine, readable from its registers. */
export interface EngineBuild {
    /** Data lanes for reading the FIFO: 1, or 4 in addition. */
    readonly lanes: number
    readonly fifoLines: number
}

const SINGLE_LANE: EngineBuild = {
    lanes: le.LANES_SINGLE,
    fifoLines: le.FIFO_LINES,
}

/** The engine on its SPI bus; one call per chip-select period. */
export class LineEngine {
    readonly firing: Firing
    private readonly table = new SequenceTable()
    private readonly latches: Latches = {
        reset: true,
        badCommand: false,
        refused: false,
    }
    private readonly registers: Registers
    private stuckLevel: number | undefined

    constructor(
        environment: EngineEnvironment,
        private catheter: PluggedCatheter,
        rotor: RotorOptions = { seed: 1 },
        private readonly build: EngineBuild = SINGLE_LANE
    ) {
        this.firing = new Firing(environment, this.table, rotor, build.fifoLines)
        this.registers = new Registers(
            this.firing,
            this.table,
            this.latches,
            build.lanes,
            () => this.catheter
        )
    }

    get plugged(): PluggedCatheter {
        return this.catheter
    }

    /** Plugs in another catheter; an empty id means none. The previous one is unplugged first, which stops firing. */
    plug(catheter: PluggedCatheter): void {
        this.catheter = catheter
        this.firing.unplug()
    }

    /** Power failure and restart: registers at their reset values, table and FIFO empty, line clock at 0. */
    powerCycle(timeUs: number): void {
        this.firing.powerCycle(timeUs)
        this.table.clear()
        this.latches.reset = true
        this.latches.badCommand = false
        this.latches.refused = false
    }

    /** Flips one bit of the loaded table, like a memory upset. */
    disturbTable(byte: number, bit: number): void {
        this.table.disturb(byte, bit)
    }

    /** Freezes the FIFO level in status and replies, like a stuck counter; undefined releases it. */
    stickLevel(records: number | undefined): void {
        this.stuckLevel = records
    }

    /** FIFO level as reported. */
    private level(): number {
        return this.stuckLevel ?? this.firing.fifo.level
    }

    /**
     * One transaction. Status and moment are those of `timeUs`, the falling edge of chip select; the command acts when its
     * 16th byte is complete.
     * @param lanes on which the controller clocks the bytes from DATA_AT on
     * @param hz SPI clock; without it the bytes take no time, so that the command acts at `timeUs`
     * @throws RangeError when these are not the command's lanes, which is a defect of the firmware
     */
    transfer(
        mosi: Uint8Array,
        timeUs: number,
        lanes: number = le.LANES_SINGLE,
        hz = Infinity
    ): Uint8Array {
        this.firing.advanceTo(timeUs)
        const miso = zeroedBytes(mosi.length)
        miso.set(this.status().subarray(0, mosi.length))
        if (mosi.length < le.DATA_AT) return miso
        if (crc8(mosi, 0, CHECK_AT) !== mosi[CHECK_AT]) {
            this.latches.badCommand = true
            return miso
        }
        const has = mosi[0] === le.OP_READ_FIFO_QUAD ? this.build.lanes : le.LANES_SINGLE
        if (lanes !== has)
            throw new RangeError(`the data of opcode ${mosi[0]} are on ${has} lanes, not ${lanes}`)
        const writes = mosi[0] === le.OP_WRITE || mosi[0] === le.OP_WRITE_TABLE
        if (mosi[0] === le.OP_STATUS) this.moment(miso)
        else if (!writes) {
            this.firing.advanceTo(timeUs + repliesAfterUs(hz))
            this.execute(mosi, miso, timeUs)
        }
        const actsUs = timeUs + actsAfterUs(hz)
        this.firing.advanceTo(actsUs)
        this.firing.serviced(actsUs)
        if (writes) this.execute(mosi, miso, actsUs)
        return miso
    }

    private status(): Uint8Array {
        const out = new Uint8Array(STATUS_LENGTH)
        const f = this.firing
        const { reset, badCommand, refused } = this.latches
        putNumber(out, le.STATUS_SYNC_AT, "u8", le.SYNC)
        putNumber(
            out,
            le.STATUS_FLAGS_AT,
            "u8",
            (f.armed ? le.FLAG_ARMED : 0) |
                (f.firing ? le.FLAG_FIRING : 0) |
                (f.inhibited ? le.FLAG_INHIBITED : 0) |
                (f.unserviced ? le.FLAG_UNSERVICED : 0) |
                (reset ? le.FLAG_RESET : 0) |
                (badCommand ? le.FLAG_BAD_COMMAND : 0) |
                (this.catheter.id !== "" ? le.FLAG_CATHETER : 0) |
                (refused || f.budgetRefused ? le.FLAG_REFUSED : 0)
        )
        putNumber(out, le.STATUS_LEVEL_AT, "u16", this.level())
        putNumber(out, le.STATUS_DROPPED_AT, "u32", f.dropped)
        out[le.STATUS_CHECK_AT] = crc8(out, 0, le.STATUS_CHECK_AT)
        return out
    }

    private execute(command: Uint8Array, out: Uint8Array, timeUs: number): void {
        const op = getNumber(command, 0, "u8")
        const address = getNumber(command, 1, "u8")
        const count = getNumber(command, 2, "u16")
        const value = getNumber(command, 4, "u32")
        const { registers } = this
        switch (op) {
            case le.OP_READ:
                reply(out, registers.read(address))
                break
            case le.OP_WRITE:
                reply(out, registers.write(address, value, timeUs))
                break
            case le.OP_READ_TABLE:
                this.readTable(out, count, value)
                break
            case le.OP_WRITE_TABLE:
                this.writeTable(command, out, count, value)
                break
            case le.OP_READ_FIFO:
                this.readFifo(out, count)
                break
            case le.OP_READ_FIFO_QUAD:
                if (this.build.lanes === le.LANES_QUAD) this.readFifo(out, count)
                else this.latches.badCommand = true
                break
            default:
                this.latches.badCommand = true
        }
    }

    /** Clock, position and triggers at one instant, as far as clocked. */
    private moment(out: Uint8Array): void {
        const f = this.firing
        putNumber(out, le.MOMENT_TICK_AT, "u32", f.tickUs())
        if (out.length < le.MOMENT_CHECK_AT) return
        putNumber(out, le.MOMENT_POSITION_AT, "i32", f.positionCounts)
        putNumber(out, le.MOMENT_TRIGGERS_AT, "u32", f.triggers)
        check(out, le.MOMENT_CHECK_AT)
    }

    // The reply is sent before the number of clocked bytes is known, so it reports the accepted entries.

    private readTable(out: Uint8Array, count: number, first: number): void {
        if (first + count > le.TABLE_ENTRIES) {
            this.latches.refused = true
            return
        }
        putNumber(out, le.REPLY_AT, "u32", count)
        const clocked = clockedOf(out.length, TABLE_ENTRY_LENGTH)
        out.set(this.table.read(first, Math.min(count, clocked)), le.DATA_AT)
    }

    private writeTable(command: Uint8Array, out: Uint8Array, count: number, first: number): void {
        // The table cannot change while the sequencer uses it.
        if (first + count > le.TABLE_ENTRIES || this.firing.armed) {
            this.latches.refused = true
            return
        }
        putNumber(out, le.REPLY_AT, "u32", count)
        const received = Math.min(count, clockedOf(command.length, TABLE_ENTRY_LENGTH))
        const end = le.DATA_AT + received * TABLE_ENTRY_LENGTH
        this.table.write(first, command.subarray(le.DATA_AT, end))
        if (received < count) this.latches.refused = true
    }

    private readFifo(out: Uint8Array, count: number): void {
        const { fifo, recordLength } = this.firing
        const lines = Math.min(count, fifo.level, this.level())
        putNumber(out, le.REPLY_AT, "u16", lines)
        putNumber(out, le.REPLY_AT + 2, "u16", recordLength)
        // A record leaves the FIFO when its last byte has been clocked out.
        const clocked = clockedOf(out.length, recordLength)
        fifo.take(Math.min(lines, clocked), out, le.DATA_AT)
    }
}

/** The value of a register, and its CRC if that is clocked. */
function reply(out: Uint8Array, value: number): void {
    putNumber(out, le.REPLY_AT, "u32", value)
    check(out, le.REPLY_CHECK_AT)
}

/** The CRC-8 over the reply and the bytes after it up to `at`. */
function check(out: Uint8Array, at: number): void {
    if (out.length > at) out[at] = crc8(out, le.REPLY_AT, at)
}

/** Number of complete items of `size` bytes after the reply of a transaction of `length` bytes. */
function clockedOf(length: number, size: number): number {
    return Math.floor((length - le.DATA_AT) / size)
}
