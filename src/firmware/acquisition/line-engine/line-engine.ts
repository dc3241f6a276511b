// Responsible for: the line engine over SPI: presence, a table that is read back, arming, what it says of itself.
// Not for: what the table holds (wire/sequence.ts), lines out of the FIFO (fifo-reader.ts) or where they go (line-pump.ts).
// Source: boards/line-engine.md.

import { Catheter } from "../../../shared/acquisition/catheters"
import { crc32c } from "../../../shared/protocol/crc32c"
import * as le from "../../../shared/devices/line-engine"
import { fireByPairs } from "../../../shared/acquisition/channel-data"
import { PAIRS_SENT } from "../../../shared/acquisition/line-record"
import {
    PairListInput,
    pieceCount,
    pieceElement,
    pieceFirst,
} from "../../../shared/acquisition/pair-list"
import {
    FAULT_CATHETER_UNPLUGGED,
    FAULT_ENGINE_BUDGET,
    FAULT_ENGINE_BUS,
    FAULT_ENGINE_INHIBITED,
    FAULT_ENGINE_LINES,
    FAULT_ENGINE_MISSING,
    FAULT_ENGINE_RESET,
    FAULT_ENGINE_TABLE,
    FAULT_ENGINE_TGC,
    FAULT_ENGINE_WRITE,
    GOOD,
} from "../../../shared/codes"
import {
    leastPath,
    listedPairs,
    sampleFormat,
    TABLE_ENTRY_LENGTH,
    tableEntries,
    writePairEntry,
    writeTableEntry,
} from "../../../shared/acquisition/sequence"
import { TGC_LENGTH, writeTgc } from "../../../shared/acquisition/tgc"
import { CartFault } from "../../platform/cart-fault"
import { SpiChip } from "../../platform/spi"
import { ADDRESS_STATUS } from "../../../shared/protocol/register-dump"
import { crc8 } from "./crc8"
import { FrontEnd, PairTable } from "../front-end"
import { BUDGET_REGISTERS, budgetOf, faultOf } from "./transmit-budget"
import * as ds from "@devicescript/core"

/** Entries a transfer: few, since three buffers of it are needed while 64 kB of heap hold a burst as well. */
const TABLE_CHUNK = 16
/** A transfer that was damaged on its way is made again. */
const TRIES = 3
/** Chunks that a loop of the cart may take: with 4,096 entries in one, nobody would feed the watchdog meanwhile. */
const CHUNKS_A_LOOP = 16
/** How often the lines that were fired are compared with those that came: most of them missing is noticed in two of it. */
const JUDGE_LINES_MS = 50
/** Registers of the time gain, side by side. */
const TGC_REGISTERS = TGC_LENGTH / 4
/** Longest pause between two looks at the FIFO. */
const PAUSE_MAX_MS = 10
/** Addresses that can be read; the two that cannot are actions and keep nothing. In flash, not on the heap. */
export const ENGINE_READABLE = hex`00 01 03 04 05 06 09 0a 0b 0c 0d 0e 0f 10 12 13 14 15 16 17 18 19 1a 1b 1c 1d 20 21 22 23 24 25 30 31 32 33 34 35 36 37 38 39 40 41 42 43 44 45 46 47 48 49 4a 4b 4c 4d 4e 4f 50`

export class LineEngine implements FrontEnd, PairTable {
    pause_ms = PAUSE_MAX_MS
    // As of the last transfer.
    flags = 0
    plugged!: number
    level = 0
    dropped = 0
    // As of the last service() or watch(), all of one moment: line clock, encoder, triggers of the ECG since power-on.
    tick_us = 0
    position_counts = 0
    triggers = 0
    /** What the engine has, and of lanes only as many as this board's bus has too. */
    readonly path = leastPath()
    /** CRC-32C of the table that was loaded last, and for which catheter. */
    table_crc = 0
    private loaded: Catheter | undefined = undefined
    /** The time gain that was loaded with it, and the CRC that goes on from the table's over it: what a host is told. */
    private tgc = Buffer.alloc(TGC_LENGTH)
    sequence_crc = 0

    /** Transfers that came damaged, since power-on. */
    bus_errors = 0

    /** Records that came since firing began, and how many a block has. */
    lines_read = 0
    lines_per_block = 0
    // As of the last look at them: when, lines fired, and those of which nobody knows where they are.
    private judged_ms = 0
    private judged_fired = 0
    private judged_lost = 0

    /** Entries of the table that are loaded. */
    private entries = 0
    /** The list of pairs that a host sent. */
    private pairs = new PairListInput()
    private pairs_catheter = ""

    private tx = Buffer.alloc(le.REPLY_LENGTH)
    private rx = Buffer.alloc(le.REPLY_LENGTH)
    private moment_tx = Buffer.alloc(le.COMMAND_LENGTH)
    private moment_rx = Buffer.alloc(le.MOMENT_LENGTH)

    /** @param link_bytes_per_s what the board's link to the host is taken to carry */
    constructor(
        private chip: SpiChip,
        link_bytes_per_s: number
    ) {
        this.path.link_bytes_per_s = link_bytes_per_s
        this.prepare(this.moment_tx, le.OP_STATUS, 0, 0, 0)
    }

    private prepare(tx: Buffer, op: number, address: number, count: number, value: number): void {
        tx[0] = op
        tx[1] = address
        tx.setAt(2, "u16", count)
        tx.setAt(4, "u32", value >>> 0)
        tx[8] = crc8(tx, 0, 8)
    }

    /** Takes over the status in front of an answer. @returns false, and nothing is taken, if it was damaged on its way */
    takeStatus(rx: Buffer): boolean {
        if (
            rx[le.STATUS_SYNC_AT] !== le.SYNC ||
            crc8(rx, 0, le.STATUS_CHECK_AT) !== rx[le.STATUS_CHECK_AT]
        ) {
            this.bus_errors++
            return false
        }
        this.flags = rx[le.STATUS_FLAGS_AT]
        this.plugged = this.flags & le.FLAG_CATHETER
        this.level = rx.getAt(le.STATUS_LEVEL_AT, "u16")
        this.dropped = rx.getAt(le.STATUS_DROPPED_AT, "u32")
        return true
    }

    /** A transfer until status and reply, which is checked at `check_at`, come whole. */
    private async exchange(tx: Buffer, rx: Buffer, check_at: number): Promise<void> {
        for (let tries = 0; tries < TRIES; ++tries) {
            await this.chip.transfer(tx, rx)
            if (!this.takeStatus(rx)) continue
            if (crc8(rx, le.REPLY_AT, check_at) === rx[check_at]) return
            this.bus_errors++
        }
        const sync = rx[le.STATUS_SYNC_AT]
        throw new CartFault(sync === le.SYNC ? FAULT_ENGINE_BUS : FAULT_ENGINE_MISSING, sync)
    }

    private async ask(): Promise<number> {
        await this.exchange(this.tx, this.rx, le.REPLY_CHECK_AT)
        return this.rx.getAt(le.REPLY_AT, "u32")
    }

    async read(address: number): Promise<number> {
        this.prepare(this.tx, le.OP_READ, address, 0, 0)
        return await this.ask()
    }

    /** Writes a register; the engine answers with what it took. */
    async write(address: number, value: number): Promise<void> {
        value = value >>> 0
        this.prepare(this.tx, le.OP_WRITE, address, 0, value)
        if ((await this.ask()) !== value) throw new CartFault(FAULT_ENGINE_WRITE, address)
    }

    /** Latches status, clock and position, and feeds the engine's own watchdog. */
    async service(): Promise<void> {
        const rx = this.moment_rx
        await this.exchange(this.moment_tx, rx, le.MOMENT_CHECK_AT)
        this.tick_us = rx.getAt(le.MOMENT_TICK_AT, "u32")
        this.position_counts = rx.getAt(le.MOMENT_POSITION_AT, "i32")
        this.triggers = rx.getAt(le.MOMENT_TRIGGERS_AT, "u32")
    }

    async watch(plugged: boolean, firing: boolean): Promise<CartFault | undefined> {
        await this.service()
        const flags = this.flags
        if (flags & le.FLAG_RESET) return new CartFault(FAULT_ENGINE_RESET, flags)
        if (plugged && !this.plugged) return new CartFault(FAULT_CATHETER_UNPLUGGED, 0)
        if (!firing) return undefined
        if (!(flags & le.FLAG_FIRING)) return await this.refusal()
        if (flags & le.FLAG_INHIBITED) return new CartFault(FAULT_ENGINE_INHIBITED, flags)
        return ds.millis() - this.judged_ms < JUDGE_LINES_MS ? undefined : await this.checkLines()
    }

    /** Every line that was fired is read, dropped or in the FIFO; a level that is wrong would keep it there for ever. */
    private async checkLines(): Promise<CartFault | undefined> {
        const fired = await this.read(le.REG_FIRED)
        const more = fired - this.judged_fired
        this.judged_ms = ds.millis()
        // A block may be on its way just now.
        if (more <= 2 * this.lines_per_block) return undefined
        const lost = fired - this.dropped - this.level - this.lines_read
        const more_lost = lost - this.judged_lost
        this.judged_fired = fired
        this.judged_lost = lost
        return 2 * more_lost > more ? new CartFault(FAULT_ENGINE_LINES, more_lost) : undefined
    }

    async tellRegister(address: number): Promise<number> {
        if (address !== ADDRESS_STATUS) return await this.read(address)
        await this.service()
        return this.flags
    }

    async begin(): Promise<void> {
        // What the table holds after a reset is anybody's guess.
        this.pairs.forget()
        if ((await this.read(le.REG_ID)) !== le.ENGINE_ID)
            throw new CartFault(FAULT_ENGINE_MISSING, 0)
        if ((await this.read(le.REG_VERSION)) !== le.ENGINE_VERSION)
            throw new CartFault(FAULT_ENGINE_MISSING, le.ENGINE_VERSION)
        await this.readPath()
        await this.write(le.REG_CONTROL, le.CONTROL_STOP)
        await this.write(le.REG_CONTROL, le.CONTROL_CLEAR)
        await this.write(le.REG_ROTOR_TARGET, 0)
    }

    private async readPath(): Promise<void> {
        const path = this.path
        const lanes = await this.read(le.REG_LANES)
        path.lanes = this.chip.transferQuad && lanes === le.LANES_QUAD ? lanes : le.LANES_SINGLE
        const lines = await this.read(le.REG_FIFO_LINES)
        const possible = lines >= le.FIFO_LINES && lines <= le.FIFO_LINES_MAX
        path.fifo_lines = possible ? lines : le.FIFO_LINES
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

    /** Begins to load the sequence of a catheter; {@link loadOn} does it. */
    async beginLoad(catheter: Catheter): Promise<void> {
        await this.write(le.REG_CONTROL, le.CONTROL_STOP)
        await this.write(le.REG_CONTROL, le.CONTROL_CLEAR)
        this.entries = 0
        if (catheter.pair_list === PAIRS_SENT) return
        this.pairs.forget()
        this.table_crc = 0
    }

    /** Loads a part of the table, and compares, entry by entry, what the engine then holds. @returns whether that was all */
    async loadOn(catheter: Catheter): Promise<boolean> {
        // A list that was sent stands in the table since it came.
        if (catheter.pair_list === PAIRS_SENT) return true
        const entries = tableEntries(catheter)
        const bytes = TABLE_CHUNK * TABLE_ENTRY_LENGTH
        const tx = Buffer.alloc(le.DATA_AT + bytes)
        const rx = Buffer.alloc(le.DATA_AT + bytes)
        for (let n = 0; n < CHUNKS_A_LOOP && this.entries < entries; ++n) {
            const first = this.entries
            const count = Math.min(TABLE_CHUNK, entries - first)
            for (let i = 0; i < count; ++i)
                writeTableEntry(tx, le.DATA_AT + i * TABLE_ENTRY_LENGTH, catheter, first + i)
            await this.writeChunk(tx, rx, first, count)
            await ds.sleep(0)
        }
        return this.entries >= entries
    }

    /** Takes a piece of a list of pairs straight into the table. @returns GOOD, or why not */
    async takePairs(piece: Buffer, catheter: Catheter): Promise<number> {
        const pairs = this.pairs
        const first = pieceFirst(piece, 0)
        const reason = pairs.take(piece, 0, catheter.elements)
        if (reason !== GOOD) return reason
        if (first === 0) {
            this.table_crc = 0
            this.pairs_catheter = catheter.id
        }
        // For the pulse and the samples of its entries.
        fireByPairs(catheter, PAIRS_SENT, pairs.total)
        const count = pieceCount(piece, 0)
        const bytes = TABLE_CHUNK * TABLE_ENTRY_LENGTH
        const tx = Buffer.alloc(le.DATA_AT + bytes)
        const rx = Buffer.alloc(le.DATA_AT + bytes)
        for (let from = 0; from < count; from += TABLE_CHUNK) {
            const entries = Math.min(TABLE_CHUNK, count - from)
            for (let i = 0; i < entries; ++i)
                writePairEntry(
                    tx,
                    le.DATA_AT + i * TABLE_ENTRY_LENGTH,
                    catheter,
                    first + from + i,
                    pieceElement(piece, 0, 2 * (from + i)),
                    pieceElement(piece, 0, 2 * (from + i) + 1)
                )
            await this.writeChunk(tx, rx, first + from, entries)
        }
        return GOOD
    }

    forgetPairs(): void {
        this.pairs.forget()
    }

    /** Pairs of the list that was sent and stands in the table, for this catheter; 0 if none does. */
    sentPairs(catheter: Catheter): number {
        return this.pairs.complete() && this.pairs_catheter === catheter.id ? this.pairs.total : 0
    }

    /** Pairs that have come of a list under way. */
    pairsCame(): number {
        return this.pairs.came
    }

    /** What goes with the refusal of a piece. */
    pairsValue(): number {
        return this.pairs.value
    }

    /** Sets the engine to the table that is loaded. */
    async settle(catheter: Catheter, line_period_ns: number): Promise<void> {
        await this.write(le.REG_LINES, catheter.lines_per_frame)
        await this.write(le.REG_PAIRS, listedPairs(catheter))
        await this.write(le.REG_SAMPLES, catheter.samples_per_line)
        await this.write(le.REG_SAMPLE_FORMAT, sampleFormat(catheter))
        await this.write(
            le.REG_FIRST_SAMPLE_NS,
            catheter.first_sample_ns ? catheter.first_sample_ns : 0
        )
        await this.write(le.REG_LINE_PERIOD_NS, line_period_ns)
        await this.write(
            le.REG_TRIGGER_MODE,
            catheter.rotor_sign ? le.TRIGGER_ROTOR : le.TRIGGER_FREE
        )
        const tgc = this.tgc
        writeTgc(tgc, catheter)
        for (let i = 0; i < TGC_REGISTERS; ++i)
            await this.write(le.REG_TGC_STEP_NS + i, tgc.getAt(4 * i, "u32"))
        await this.write(le.REG_ROTOR_LOCK_PPM, le.LOCK_PPM)
        for (let i = 0; i < BUDGET_REGISTERS.length; ++i) {
            const address = BUDGET_REGISTERS[i]
            await this.write(address, budgetOf(catheter, address))
        }
        this.loaded = catheter
        // The engine fires nothing that does not have this CRC.
        const table_crc = this.table_crc
        this.prepare(this.tx, le.OP_WRITE, le.REG_TABLE_CRC, 0, table_crc)
        // A list that was sent may have stood there for long: what comes back is the CRC of the table as it is.
        const crc = await this.ask()
        if (crc !== table_crc) throw new CartFault(FAULT_ENGINE_TABLE, crc | 0)
        this.sequence_crc = crc32c(tgc, 0, TGC_LENGTH, table_crc)
    }

    /** Writes entries of the table and reads them back, until they came back as they went. */
    private async writeChunk(tx: Buffer, rx: Buffer, first: number, count: number): Promise<void> {
        const end = le.DATA_AT + count * TABLE_ENTRY_LENGTH
        const command = Buffer.alloc(tx.length)
        this.prepare(tx, le.OP_WRITE_TABLE, 0, count, first)
        this.prepare(command, le.OP_READ_TABLE, 0, count, first)
        for (let tries = 0; tries < TRIES; ++tries) {
            await this.chip.transfer(tx, rx)
            await this.chip.transfer(command, rx)
            this.takeStatus(rx)
            let at = le.DATA_AT
            while (at < end && rx.getAt(at, "u32") === tx.getAt(at, "u32")) at += 4
            if (at < end) continue
            this.table_crc = crc32c(tx, le.DATA_AT, end, this.table_crc)
            this.entries = first + count
            return
        }
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

    /** Lines fired since the last clear. @throws CartFault after a reset, which forgets them */
    async fired(): Promise<number> {
        const fired = await this.read(le.REG_FIRED)
        if (this.flags & le.FLAG_RESET) throw new CartFault(FAULT_ENGINE_RESET, this.flags)
        return fired
    }

    /** Lines that came due since the last clear and were not fired: inhibited, or over the budget. */
    async refused(): Promise<number> {
        return (await this.read(le.REG_REFUSED)) + (await this.read(le.REG_OVER_BUDGET))
    }

    /** Puts one block of known lines into the FIFO; nothing is fired. */
    async sendTestLines(samples: number, format: number, lines: number): Promise<void> {
        await this.write(le.REG_SAMPLES, samples)
        await this.write(le.REG_SAMPLE_FORMAT, format)
        await this.write(le.REG_TEST, lines)
    }

    /** Compares table, transmit budget and time gain as they are now with what was loaded. @throws CartFault where they differ */
    async checkLoaded(): Promise<void> {
        const crc = await this.read(le.REG_TABLE_CRC)
        if (crc !== this.table_crc) throw new CartFault(FAULT_ENGINE_TABLE, crc | 0)
        const catheter = this.loaded
        for (let i = 0; i < BUDGET_REGISTERS.length; ++i) {
            const address = BUDGET_REGISTERS[i]
            if (!catheter || (await this.read(address)) !== budgetOf(catheter, address))
                throw new CartFault(FAULT_ENGINE_BUDGET, address)
        }
        for (let i = 0; i < TGC_REGISTERS; ++i) {
            const address = le.REG_TGC_STEP_NS + i
            if ((await this.read(address)) !== this.tgc.getAt(4 * i, "u32"))
                throw new CartFault(FAULT_ENGINE_TGC, address)
        }
    }

    /** Arms and fires. @throws CartFault with the cause when the engine refuses */
    async fire(): Promise<void> {
        await this.checkLoaded()
        // The counts were cleared before the table was loaded.
        this.lines_read = 0
        this.judged_fired = 0
        this.judged_lost = 0
        this.judged_ms = ds.millis()
        await this.act(le.CONTROL_ARM)
        await this.act(le.CONTROL_FIRE)
    }

    private async act(action: number): Promise<void> {
        this.prepare(this.tx, le.OP_WRITE, le.REG_CONTROL, 0, action)
        // Both may be repeated when a reply was lost.
        if ((await this.ask()) !== action) throw await this.refusal()
    }

    /** Why the engine does not fire, in its own words. */
    async refusal(): Promise<CartFault> {
        const cause = await this.read(le.REG_CAUSE)
        return new CartFault(faultOf(cause, this.plugged), cause)
    }

    async stop(): Promise<void> {
        await this.write(le.REG_CONTROL, le.CONTROL_STOP)
    }
}
