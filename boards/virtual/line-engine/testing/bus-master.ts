// SPI bus master for tests of a line engine, with an encoder moved by the test.

import { crc8 } from "../../../../src/shared/protocol/crc32c"
import * as le from "../../../../src/shared/devices/line-engine"
import { getNumber, putNumber, readFields } from "../../../../src/shared/protocol/bytes"
import type { Message } from "../../../../src/shared/protocol/bytes"
import {
    LINE_HEADER,
    LINE_HEADER_LENGTH,
    recordLength,
} from "../../../../src/shared/acquisition/line-record"
import { TABLE_ENTRY_LENGTH } from "../../../../src/shared/acquisition/firing-table"
import type { ChannelDataShot } from "../environment"
import { type EngineBuild, LineEngine } from "../line-engine"
import type { RotorOptions } from "../rotor"

/** Offset in an entry of the sequence table. */
const CYCLES_AT = 6

export const CATHETER = { id: "array-20mhz", serial: 7 }

/** A decoded, unchecked record. */
export type LineRecord = Message<typeof LINE_HEADER> & { bytes: Uint8Array }

/** The bytes of a transaction. */
export function command(
    op: number,
    address: number,
    count: number,
    value: number,
    length: number = le.DATA_AT,
    data?: Uint8Array
): Uint8Array {
    const mosi = new Uint8Array(length)
    putNumber(mosi, 0, "u8", op)
    putNumber(mosi, 1, "u8", address)
    putNumber(mosi, 2, "u16", count)
    putNumber(mosi, 4, "u32", value)
    putNumber(mosi, 8, "u8", crc8(mosi, 0, 8))
    if (data) mosi.set(data, le.DATA_AT)
    return mosi
}

export class BusMaster {
    readonly engine: LineEngine
    /** Times of all transmit pulses, in us. */
    readonly pulses: number[] = []
    timeUs = 0
    /** Clock of the bus; by default bytes take no time, so that a command acts at `timeUs`. */
    hz = Infinity
    /** Encoder speed from time 0; set it before advancing time. */
    countsPerUs = 0
    /** Called at each pulse. */
    onPulse: ((timeUs: number) => void) | undefined
    private counts = 0

    constructor(
        echo: (index: number, out: Float32Array) => void = () => undefined,
        channelDataEcho: (shot: ChannelDataShot, out: Float32Array) => void = () => undefined,
        rotor?: RotorOptions,
        build?: EngineBuild
    ) {
        this.engine = new LineEngine(
            {
                advanceTo: timeUs => this.turnTo(timeUs),
                echo,
                channelDataEcho,
                onTransmit: timeUs => {
                    this.pulses.push(timeUs)
                    this.onPulse?.(timeUs)
                },
            },
            CATHETER,
            rotor,
            build
        )
    }

    private turnTo(timeUs: number): void {
        const counts = Math.floor(timeUs * this.countsPerUs)
        if (counts === this.counts) return
        this.engine.firing.onCounts(counts - this.counts)
        this.counts = counts
    }

    wait(us: number): this {
        this.timeUs += us
        return this
    }

    transfer(mosi: Uint8Array, lanes: number = le.LANES_SINGLE): Uint8Array {
        return this.engine.transfer(mosi, this.timeUs, lanes, this.hz)
    }

    /** Present flags. The STATUS command that reads them counts as service. */
    flags(): number {
        return this.transfer(command(le.OP_STATUS, 0, 0, 0))[1]!
    }

    /** Present flags, read by a transaction too short to count as service. */
    peekFlags(): number {
        return this.transfer(new Uint8Array(8))[1]!
    }

    read(address: number): number {
        const miso = this.transfer(command(le.OP_READ, address, 0, 0))
        return getNumber(miso, le.REPLY_AT, "u32")
    }

    /** @returns the reply */
    write(address: number, value: number): number {
        const miso = this.transfer(command(le.OP_WRITE, address, 0, value))
        return getNumber(miso, le.REPLY_AT, "u32")
    }

    control(action: number): boolean {
        return this.write(le.REG_CONTROL, action) === action
    }

    /** Configures lines every `periodUs`, announces the table and arms; counters and FIFO at 0. */
    arm(lines: number, samples: number, periodUs: number): boolean {
        this.control(le.CONTROL_STOP)
        this.control(le.CONTROL_CLEAR)
        this.write(le.REG_LINES, lines)
        this.write(le.REG_SAMPLES, samples)
        this.write(le.REG_LINE_PERIOD_NS, periodUs * 1000)
        this.fillTable()
        this.loadBudget()
        this.write(le.REG_TABLE_CRC, this.read(le.REG_TABLE_CRC))
        return this.control(le.CONTROL_ARM)
    }

    /** A budget that no test exceeds by accident. */
    loadBudget(pulses = 1_000_000): void {
        this.write(le.REG_BUDGET_PULSES, pulses)
        this.write(le.REG_BUDGET_CYCLES, 255)
        this.write(le.REG_BUDGET_SUPPLY_MV, 100_000)
        this.write(le.REG_BUDGET_ENERGY_NJ, 20_000_000)
    }

    /** Sets one cycle in the entries in use that have none. */
    fillTable(): void {
        const entries = this.read(le.REG_PAIRS) || this.read(le.REG_LINES)
        const table = this.readTable(0, entries)
        const empty = Uint8Array.from(table)
        for (let at = CYCLES_AT; at < table.length; at += TABLE_ENTRY_LENGTH) table[at] ||= 1
        if (!Buffer.from(table).equals(empty)) this.writeTable(0, table)
    }

    fire(): boolean {
        return this.control(le.CONTROL_FIRE)
    }

    writeTable(first: number, data: Uint8Array): number {
        const count = data.length / TABLE_ENTRY_LENGTH
        const length = le.DATA_AT + data.length
        const miso = this.transfer(command(le.OP_WRITE_TABLE, 0, count, first, length, data))
        return getNumber(miso, le.REPLY_AT, "u32")
    }

    readTable(first: number, count: number): Uint8Array {
        const length = le.DATA_AT + count * TABLE_ENTRY_LENGTH
        return this.transfer(command(le.OP_READ_TABLE, 0, count, first, length)).subarray(
            le.DATA_AT
        )
    }

    /** Reads up to `count` records with this many bytes of samples. */
    records(count: number, samples: number): LineRecord[] {
        const length = le.DATA_AT + count * recordLength(samples)
        return recordsOf(this.transfer(command(le.OP_READ_FIFO, 0, count, 0, length)))
    }
}

/** The whole records of a reply to READ_FIFO. */
export function recordsOf(miso: Uint8Array): LineRecord[] {
    const size = getNumber(miso, le.REPLY_AT + 2, "u16")
    const clocked = Math.floor((miso.length - le.DATA_AT) / size)
    const lines = Math.min(getNumber(miso, le.REPLY_AT, "u16"), clocked)
    return Array.from({ length: lines }, (_, i) => {
        const at = le.DATA_AT + i * size
        const bytes = miso.subarray(at, at + size)
        return { ...readFields(bytes, 0, LINE_HEADER), bytes }
    })
}

/** Samples of a record. */
export function samplesOf(record: LineRecord): Uint8Array {
    return record.bytes.subarray(LINE_HEADER_LENGTH, LINE_HEADER_LENGTH + record.samples)
}
