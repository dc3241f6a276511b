// Responsible for: the line engine as its data sheet has it (boards/line-engine.md): commands, registers, table.
// Not for: firing (firing.ts) or what is heard (../vessel).

import { crc32c } from "@node-rs/crc32"
import * as le from "../../../src/wire/line-engine"
import { crc8 } from "../../../src/wire/crc32c"
import { TABLE_ENTRY_LENGTH } from "../../../src/wire/sequence"
import { getNumber, putNumber } from "../../../src/wire/bytes"
import { Firing, type FiringWorld } from "./firing"

/** The catheter that is plugged into the engine. */
export interface PluggedCatheter {
    /** At most 16 ASCII characters; empty when nothing is plugged in. */
    id: string
    serial: number
}

const SAMPLES_MIN = 16
const SAMPLES_MAX = 1024
const LINE_PERIOD_MIN_NS = 10_000

/** The engine on its SPI bus, one call a chip-select period. */
export class LineEngine {
    readonly firing: Firing
    private readonly table = new Uint8Array(
        le.TABLE_ENTRIES * TABLE_ENTRY_LENGTH
    )
    private badCommand = false
    private refused = false
    private wasReset = true

    constructor(
        world: FiringWorld,
        private catheter: PluggedCatheter
    ) {
        this.firing = new Firing(world, () => this.tableCrc())
    }

    /** Plugs another catheter in, or none with an empty id. */
    plug(catheter: PluggedCatheter): void {
        this.catheter = catheter
        if (catheter.id === "") this.firing.halt()
    }

    /** Supply fails and returns: every register at its reset value, the table empty. */
    powerCycle(): void {
        this.table.fill(0)
        this.firing.powerCycle()
        this.wasReset = true
    }

    /** Flips one bit of the loaded table, as a disturbed memory would. */
    disturbTable(byte: number, bit: number): void {
        this.table[byte % this.table.length]! ^= 1 << (bit & 7)
    }

    transfer(mosi: Uint8Array, timeUs: number): Uint8Array {
        this.firing.advanceTo(timeUs)
        const miso = new Uint8Array(mosi.length)
        const out = miso
        this.writeStatus(out)
        if (mosi.length < le.DATA_AT) return miso
        const command = mosi
        if (crc8(command, 0, 8) !== mosi[8]) {
            this.badCommand = true
            return miso
        }
        this.firing.serviced(timeUs)
        this.carryOut(command, out, timeUs)
        return miso
    }

    private writeStatus(out: Uint8Array): void {
        if (out.length < 8) return
        const f = this.firing
        putNumber(out, le.STATUS_SYNC_AT, "u8", le.SYNC)
        putNumber(
            out,
            le.STATUS_FLAGS_AT,
            "u8",
            (f.armed ? le.FLAG_ARMED : 0) |
                (f.firing ? le.FLAG_FIRING : 0) |
                (f.inhibited ? le.FLAG_INHIBITED : 0) |
                (f.unserviced ? le.FLAG_UNSERVICED : 0) |
                (this.wasReset ? le.FLAG_RESET : 0) |
                (this.badCommand ? le.FLAG_BAD_COMMAND : 0) |
                (this.catheter.id !== "" ? le.FLAG_CATHETER : 0) |
                (this.refused ? le.FLAG_REFUSED : 0)
        )
        putNumber(out, le.STATUS_LEVEL_AT, "u16", f.fifo.level)
        putNumber(out, le.STATUS_DROPPED_AT, "u32", f.dropped)
    }

    private carryOut(
        command: Uint8Array,
        out: Uint8Array,
        timeUs: number
    ): void {
        const op = getNumber(command, 0, "u8")
        const address = getNumber(command, 1, "u8")
        const count = getNumber(command, 2, "u16")
        const value = getNumber(command, 4, "u32")
        if (op === le.OP_READ)
            putNumber(out, le.REPLY_AT, "u32", this.register(address))
        else if (op === le.OP_WRITE)
            putNumber(
                out,
                le.REPLY_AT,
                "u32",
                this.writeRegister(address, value, timeUs)
            )
        else if (op === le.OP_READ_TABLE || op === le.OP_WRITE_TABLE)
            this.accessTable(command, out, op, count, value)
        else if (op === le.OP_READ_FIFO) this.readFifo(out, count)
        else if (op !== le.OP_STATUS) this.badCommand = true
    }

    private accessTable(
        command: Uint8Array,
        out: Uint8Array,
        op: number,
        count: number,
        first: number
    ): void {
        const from = first * TABLE_ENTRY_LENGTH
        const length = count * TABLE_ENTRY_LENGTH
        const fits =
            first + count <= le.TABLE_ENTRIES &&
            le.DATA_AT + length <= command.length
        // A table in use cannot be changed under the sequencer.
        if (!fits || (op === le.OP_WRITE_TABLE && this.firing.armed)) {
            this.refused = true
            return
        }
        if (op === le.OP_WRITE_TABLE)
            this.table.set(
                command.subarray(le.DATA_AT, le.DATA_AT + length),
                from
            )
        else out.set(this.table.subarray(from, from + length), le.DATA_AT)
        putNumber(out, le.REPLY_AT, "u32", count)
    }

    private readFifo(out: Uint8Array, count: number): void {
        const f = this.firing
        const room = Math.floor((out.length - le.DATA_AT) / f.recordLength)
        const lines = Math.min(count, room, f.fifo.level)
        f.fifo.take(lines, out, le.DATA_AT)
        putNumber(out, le.REPLY_AT, "u16", lines)
        putNumber(out, le.REPLY_AT + 2, "u16", f.recordLength)
    }

    private tableCrc(): number {
        const used = this.firing.settings.lines * TABLE_ENTRY_LENGTH
        return crc32c(Buffer.from(this.table.subarray(0, used)))
    }

    private register(address: number): number {
        const f = this.firing
        const s = f.settings
        switch (address) {
            case le.REG_ID:
                return le.ENGINE_ID
            case le.REG_VERSION:
                return le.ENGINE_VERSION
            case le.REG_LINES:
                return s.lines
            case le.REG_SAMPLES:
                return s.samples
            case le.REG_LINE_PERIOD_NS:
                return s.linePeriodNs
            case le.REG_TABLE_CRC:
                return this.tableCrc()
            case le.REG_TGC_START_CDB:
                return s.tgcStartCdb
            case le.REG_TGC_SLOPE_CDB_PER_MM:
                return s.tgcSlopeCdbPerMm
            case le.REG_POSITION:
                return f.positionCounts >>> 0
            case le.REG_WINDOW_START:
                return s.windowStart >>> 0
            case le.REG_WINDOW_END:
                return s.windowEnd >>> 0
            case le.REG_GATE:
                return s.gate ? 1 : 0
            case le.REG_TICK:
                return f.tickUs()
            case le.REG_FIRED:
                return f.fired
            case le.REG_DROPPED:
                return f.dropped
            case le.REG_REFUSED:
                return f.refusedLines
            case le.REG_CATHETER_SERIAL:
                return this.catheter.serial
        }
        if (address >= le.REG_CATHETER_0 && address < le.REG_CATHETER_0 + 4)
            return this.catheterWord(address - le.REG_CATHETER_0)
        this.badCommand = true
        return 0
    }

    private catheterWord(word: number): number {
        let value = 0
        for (let i = 0; i < 4; i++)
            value |= (this.catheter.id.charCodeAt(4 * word + i) || 0) << (8 * i)
        return value >>> 0
    }

    /** @returns what the register holds afterwards, or all ones for a control that was refused */
    private writeRegister(
        address: number,
        value: number,
        timeUs: number
    ): number {
        const f = this.firing
        const s = f.settings
        const free = !f.armed
        switch (address) {
            case le.REG_CONTROL:
                if (this.control(value, timeUs)) return value
                this.refused = true
                return 0xffffffff
            case le.REG_LINES:
                if (free && value >= 1 && value <= le.TABLE_ENTRIES)
                    s.lines = value
                break
            case le.REG_SAMPLES:
                if (free && value >= SAMPLES_MIN && value <= SAMPLES_MAX)
                    f.setSamples(value)
                break
            case le.REG_LINE_PERIOD_NS:
                if (free && value >= LINE_PERIOD_MIN_NS) s.linePeriodNs = value
                break
            case le.REG_TABLE_CRC:
                if (free) s.tableCrc = value
                break
            case le.REG_TGC_START_CDB:
                if (free) s.tgcStartCdb = value & 0xffff
                break
            case le.REG_TGC_SLOPE_CDB_PER_MM:
                if (free) s.tgcSlopeCdbPerMm = value & 0xffff
                break
            case le.REG_POSITION:
                f.positionCounts = value | 0
                break
            case le.REG_WINDOW_START:
                s.windowStart = value | 0
                break
            case le.REG_WINDOW_END:
                s.windowEnd = value | 0
                break
            case le.REG_GATE:
                s.gate = (value & 1) !== 0
                break
            case le.REG_TEST:
                if (free) f.pushTestLines(value)
                return value
            default:
                this.badCommand = true
                return 0
        }
        return this.register(address)
    }

    private control(action: number, timeUs: number): boolean {
        const f = this.firing
        switch (action) {
            case le.CONTROL_STOP:
                f.halt()
                return true
            case le.CONTROL_CLEAR:
                if (f.armed) return false
                f.clear()
                this.wasReset = this.badCommand = this.refused = false
                return true
            case le.CONTROL_ARM:
                return this.catheter.id !== "" && f.arm(this.table)
            case le.CONTROL_FIRE:
                return f.fire(timeUs)
        }
        return false
    }
}
