// Responsible for: an un0rick as the cart's front end: lines fired one by one when they are due, each as a whole record.
// Not for: the board itself (un0rick.ts) or where the records go (line-pump.ts).
// The board has no clock, counters, FIFO or inputs of its own: what a line engine does, this does in ms of the controller's
// clock. A line fires when the pump asks for it, so that none can wait unread; one that nobody asks for in time is refused.

import * as ds from "@devicescript/core"
import { Catheter } from "../../../shared/acquisition/catheters"
import * as rec from "../../../shared/acquisition/line-record"
import * as codes from "../../../shared/codes"
import { ADDRESS_STATUS } from "../../../shared/protocol/register-dump"
import * as un from "../../../shared/devices/un0rick"
import { un0rickElement, un0rickSwitch } from "../../../shared/devices/un0rick"
import { sha256 } from "../../platform/crypto"
import { CartFault } from "../../platform/cart-fault"
import { SpiChip } from "../../platform/spi"
import { FrontEnd, RecordReader } from "../front-end"
import { Un0rick } from "./un0rick"

/** Longest pause of the pump; shorter where a line is due earlier. */
const PAUSE_MAX_MS = 10
/** While lines come, each of them shows that the board is there; without one for so long, it is asked. */
const QUIET_MS = 50
const CLOCK_US = 4294967296
/**
 * An acquisition takes half a ms, and the board is asked right after its start. One that has been seen at it so many times in
 * a row, and then never in so many lines, does not start any more: what is read is an old line. A controller that asks too
 * late sees none, and finds nothing out.
 */
const SEEN_LINES = 8
const UNSEEN_LINES = 32
/** Registers of the board that can be read and that are used. In flash, not on the heap. */
export const UN0RICK_READABLE = hex`00 01 02 03 04 07 20 21 22 23 24 25 26 27 28 29 2a 2b 2c 2d 2e 2f 30 31 32 33 34 35 36 37 38 39 3a 3b 3c 3d 3e 3f 51 52 53 6f 70 a6 f0 f1`

/** The sled's encoder, which this board does not see. */
export interface EncoderInput {
    nmPerCount(): number
    /** As of the last poll of the control loop. */
    positionNm(): number
    /** As it is now. */
    measureNm(): Promise<number>
}

/** Microseconds of the controller's clock, modulo 2^32. */
function clockUs(): number {
    const us = ds.millis() * 1000
    return us - Math.floor(us / CLOCK_US) * CLOCK_US
}

export class Un0rickFrontEnd implements FrontEnd, RecordReader {
    level = 0
    dropped = 0
    pause_ms = PAUSE_MAX_MS
    /** It cannot tell: as the board's setting says. */
    plugged = 1
    tick_us = 0
    position_counts = 0
    triggers = 0
    sequence_crc = 0
    bus_errors = 0

    lines_per_block = 1
    block = Buffer.alloc(0)
    data_at = 0
    /** The block as what a digest covers. */
    private covered = [this.block]

    private board: Un0rick
    private armed = false
    /** The pump is at it: between its transfers nobody else talks to the board. */
    private acquiring = false
    private checking = false
    private heard_ms = 0
    private period_ms = 0
    /** When the next line is due, in ms; not whole. */
    private due_ms = 0
    private test_lines = 0

    private lines_fired = 0
    private lines_refused = 0
    /** A line was started and its end not seen: when it is not under way any more, nobody knows whether it fired. */
    private in_doubt = false
    /** Starts in a row after which the board was seen at work, and how many more may not be. */
    private seen = 0
    private unseen = 0
    private frame = 0
    private index = 0
    private gate = false
    private was_at_speed = false
    private epoch = 0
    private window_start = 0
    private window_end = 0

    /** @param catheter that is wired to the board, which cannot tell; undefined where the setting names none */
    constructor(
        chip: SpiChip,
        private catheter: Catheter | undefined,
        private encoder: EncoderInput
    ) {
        this.board = new Un0rick(chip)
    }

    async tellRegister(address: number): Promise<number> {
        // Not more: what a board that was reset holds is worth telling.
        await this.board.present()
        // Nothing comes with a transfer of this board but its data.
        if (address === ADDRESS_STATUS) return this.armed ? 1 : 0
        return await this.board.read(address)
    }

    async begin(): Promise<void> {
        this.armed = false
        await this.quiet()
        try {
            await this.board.begin()
            const catheter = this.catheter
            if (!catheter) throw new CartFault(codes.FAULT_UN0RICK_CATHETER, 0)
            await this.loadBoard(catheter)
            await this.board.selfTest()
        } finally {
            this.checking = false
        }
    }

    /** Waits until no line is being acquired, and keeps the pump from the next one until `checking` is taken back. */
    private async quiet(): Promise<void> {
        this.checking = true
        while (this.acquiring) await ds.sleep(1)
    }

    async watch(_plugged: boolean, firing: boolean): Promise<CartFault | undefined> {
        this.tick_us = clockUs()
        this.position_counts = this.countsOf(this.encoder.positionNm())
        if (this.acquiring || ds.millis() - this.heard_ms < QUIET_MS) return undefined
        this.checking = true
        try {
            await this.board.isDone()
            this.heard_ms = ds.millis()
        } finally {
            this.checking = false
        }
        return firing && !this.armed ? new CartFault(codes.FAULT_ENGINE_STOPPED, 0) : undefined
    }

    private countsOf(nm: number): number {
        return Math.round(nm / this.encoder.nmPerCount())
    }

    async catheterId(): Promise<string> {
        return this.catheter ? this.catheter.id : ""
    }

    async catheterSerial(): Promise<number> {
        return 0
    }

    async beginLoad(_catheter: Catheter): Promise<void> {
        await this.stop()
        this.lines_fired = 0
        this.lines_refused = 0
        this.in_doubt = false
        this.frame = 0
        this.index = 0
        this.was_at_speed = false
    }

    async loadOn(catheter: Catheter): Promise<boolean> {
        await this.quiet()
        try {
            await this.loadBoard(catheter)
        } finally {
            this.checking = false
        }
        this.catheter = catheter
        this.sequence_crc = this.board.crc
        return true
    }

    async settle(_catheter: Catheter, line_period_ns: number): Promise<void> {
        this.period_ms = line_period_ns / 1000000
    }

    async checkLoaded(): Promise<void> {
        await this.quiet()
        try {
            await this.board.isDone()
            await this.board.verify()
        } finally {
            this.checking = false
        }
    }

    async fire(): Promise<void> {
        await this.checkLoaded()
        this.due_ms = ds.millis()
        this.armed = true
    }

    /** A line that has been started comes to its end. */
    async stop(): Promise<void> {
        if (this.armed) this.skipTo(ds.millis())
        this.armed = false
        this.level = 0
    }

    /** Counts the lines that were due before `now_ms` by more than a period: they were not fired. */
    private skipTo(now_ms: number): void {
        const missed = Math.floor((now_ms - this.due_ms) / this.period_ms)
        if (missed <= 0) return
        this.lines_refused += missed
        this.due_ms += missed * this.period_ms
    }

    async setWindow(start_counts: number, end_counts: number): Promise<void> {
        this.window_start = start_counts
        this.window_end = end_counts
    }

    async setGate(open: boolean, epoch: number): Promise<void> {
        this.gate = open
        this.epoch = epoch & 0xff
    }

    async setPosition(_counts: number): Promise<void> {
        // The motor chip's own encoder was set to it.
    }

    async triggerTickUs(): Promise<number> {
        return 0
    }

    async fired(): Promise<number> {
        if (this.in_doubt && !this.acquiring) throw new CartFault(codes.FAULT_UN0RICK_MISSING, 0)
        return this.lines_fired
    }

    async refused(): Promise<number> {
        return this.lines_refused
    }

    async sendTestLines(_samples: number, _format: number, lines: number): Promise<void> {
        this.test_lines = lines
    }

    async service(): Promise<void> {
        const wait_ms = Math.ceil(this.due_ms - ds.millis())
        const due = this.test_lines > 0 || (this.armed && wait_ms <= 0)
        this.level = due ? 1 : 0
        this.pause_ms = this.armed && wait_ms < PAUSE_MAX_MS ? Math.max(1, wait_ms) : PAUSE_MAX_MS
    }

    setRecords(_length: number): void {
        // Its length follows from the catheter, for which the board was loaded.
    }

    /** A record is made in the buffer into which the board is read. */
    private async loadBoard(catheter: Catheter): Promise<void> {
        await this.board.load(catheter)
        this.block = this.board.block
        this.covered[0] = this.block
    }

    /** Fires a line that is due. @returns 1 when it is in {@link block} */
    async read(): Promise<number> {
        this.level = 0
        if (this.test_lines > 0) {
            this.test_lines--
            this.makeTestLine()
            return 1
        }
        const now_ms = ds.millis()
        if (!this.armed || this.checking || now_ms < this.due_ms) return 0
        this.acquiring = true
        let lines = 0
        try {
            lines = await this.acquire(now_ms)
        } finally {
            this.acquiring = false
        }
        return lines
    }

    /** @returns lines fired: none when it was stopped before the pulse */
    private async acquire(now_ms: number): Promise<number> {
        const catheter = this.catheter
        const board = this.board
        if (!catheter) return 0
        if (this.index === 0) await board.verify()
        const element = un0rickElement(catheter, this.index)
        await board.prepareLine(un0rickSwitch(element))
        if (!this.armed) return 0
        this.skipTo(now_ms)
        this.due_ms += this.period_ms
        this.in_doubt = true
        await board.start()
        const tick_us = clockUs()
        await this.seeStart()
        const nm = await this.encoder.measureNm()
        const line = this.lines_fired
        const flags = this.place(this.countsOf(nm))
        await board.finish()
        this.heard_ms = ds.millis()
        this.lines_fired++
        this.in_doubt = false
        const record = this.block
        // Before the pulse the board samples a few words.
        record.blitAt(
            rec.LINE_HEADER_LENGTH,
            record,
            un.UN_CONTROL_LENGTH + un.UN_LEAD_WORDS * un.UN_WORD_LENGTH,
            catheter.samples_per_line * un.UN_WORD_LENGTH
        )
        record.setAt(rec.LINE_NUMBER_AT, "u32", line)
        record.setAt(rec.LINE_FRAME_AT, "u16", this.frame)
        record.setAt(rec.LINE_INDEX_AT, "u16", this.index)
        record.setAt(rec.LINE_TICK_AT, "u32", tick_us)
        record.setAt(rec.LINE_POSITION_AT, "i32", this.countsOf(nm))
        record.setAt(rec.LINE_FLAGS_AT, "u16", flags)
        this.seal(catheter.samples_per_line)
        if (++this.index < catheter.lines_per_frame) return 1
        this.index = 0
        this.frame = (this.frame + 1) & 0xffff
        return 1
    }

    /** @throws CartFault when the board acquires nothing any more and calls it done */
    private async seeStart(): Promise<void> {
        if (await this.board.isDone()) {
            this.seen = 0
            if (this.unseen > 0 && --this.unseen === 0)
                throw new CartFault(codes.FAULT_UN0RICK_LATE, un.UN_ACQSTART)
        } else if (++this.seen >= SEEN_LINES) this.unseen = UNSEEN_LINES
    }

    /** Flags of a line that fires here. Every imaged stretch begins with a whole frame, wherever the last one was. */
    private place(counts: number): number {
        let flags = rec.LINE_DIGEST | (this.epoch << rec.LINE_EPOCH_SHIFT)
        const at_speed = this.gate && counts >= this.window_start && counts < this.window_end
        if (at_speed) flags |= rec.LINE_AT_SPEED
        if (at_speed && !this.was_at_speed && this.index !== 0) {
            flags |= rec.LINE_FRAME_CUT
            this.index = 0
            this.frame = (this.frame + 1) & 0xffff
        }
        this.was_at_speed = at_speed
        return this.index === 0 ? flags | rec.LINE_FRAME_START : flags
    }

    private makeTestLine(): void {
        const record = this.block
        const end = record.length - rec.LINE_CRC_LENGTH
        record.fillAt(0, record.length, 0)
        record.setAt(rec.LINE_FLAGS_AT, "u16", rec.LINE_TEST | rec.LINE_DIGEST)
        // The wire's testSample() of line 0.
        for (let at = rec.LINE_HEADER_LENGTH; at < end; ++at)
            record[at] = at - rec.LINE_HEADER_LENGTH
        this.seal((end - rec.LINE_HEADER_LENGTH) / un.UN_WORD_LENGTH)
    }

    /** Ends the record with its digest. */
    private seal(samples: number): void {
        const record = this.block
        const end = record.length - rec.LINE_CRC_LENGTH
        record.setAt(rec.LINE_SAMPLES_AT, "u16", samples)
        record.setAt(end, "u32", 0)
        record.blitAt(end, sha256(this.covered), 0, rec.LINE_CRC_LENGTH)
    }
}
