// Responsible for: the data path: FIFO blocks into one burst buffer, a header before them, out to the host.
// Not for: starting and stopping the front end (../cart) or the session (../link).
// Allocates nothing in a run: full bursts go out of one buffer, the rest of a run line by line out of another.
// Few calls per block: before the VM finds a method it compares its name with that of every field of the object.

import * as ds from "@devicescript/core"
import { BURST_HEADER_LENGTH, FLAG_TEST_LINES } from "../../wire/burst"
import { DATA_AT } from "../../wire/line-engine"
import {
    LINE_EPOCH_AT,
    LINE_POSITION_AT,
    LINE_TICK_AT,
    recordLength,
    sampleBytes,
} from "../../wire/line-record"
import { BurstMoment, Link } from "../link/link"
import { SPI_BLOCK_MAX } from "../platform/spi"
import { FifoReader, LineEngine, NO_MEMORY } from "./line-engine"

/** Three blocks of A-lines: a longer burst leaves the heap too little for keys, tables and requests. */
const BURST_PAYLOAD_MAX = 12288
/** Lines wait no longer than this for their burst to fill. */
const FLUSH_MS = 50
/** Longest pause between two looks at the FIFO. */
const PAUSE_MAX_MS = 10
const U16_MAX = 0xffff
/** Burst, block and single line of records of 256 codes, without their headers. */
const RESERVED = 42 * 280 + 14 * 280 + 280

/** The set-point of the sled's speed, now and a few changes ago. */
export interface SpeedHistory {
    speed_epoch: number
    speedBefore(epochs: number): number
}

export class LinePump {
    // Of this run.
    lines_sent = 0
    bursts_sent = 0
    dropped_fifo = 0
    dropped_credit = 0
    /** Lines that came due and were not fired. */
    dropped_gate = 0
    /** What stopped the pump, to be dealt with by the control loop. */
    failure: any = undefined

    /** Of the records that buffers are made for. */
    samples = 0
    format = 0

    private burst = NO_MEMORY
    /** A burst of one line. The native write takes whole buffers only, so a shorter burst has its own. */
    private single = NO_MEMORY
    /** Keeps what longer records will need: what others put there would stand in the way of their buffers for good. */
    spare = NO_MEMORY
    private filled = 0
    /** Lines that a burst takes. */
    private capacity = 0
    private record_length = 0
    private lines_per_block = 0
    /** Lowest bits of the epoch of the lines in the burst: it never holds two speeds. */
    private epoch = 0
    private sent_ms = 0
    private running = false
    private draining = false
    private test = false
    private line_period_ns = 0
    private seen_dropped = 0
    private untold_fifo = 0
    private untold_credit = 0
    private untold_gate = 0
    private starved = false
    private moment: BurstMoment = {
        tick_us: 0,
        position_nm: 0,
        speed_nm_s: 0,
        speed_epoch: 0,
        lines: 0,
        dropped_fifo: 0,
        dropped_credit: 0,
        dropped_gate: 0,
    }

    constructor(
        private engine: LineEngine,
        private reader: FifoReader,
        private link: Link,
        private speeds: SpeedHistory,
        private nm_per_count: number
    ) {}

    /**
     * Makes the buffers for records of so many samples, unless they are such already; only between two runs. All
     * of the old ones are given up first: there is no room for two bursts.
     */
    setRecords(samples: number, format: number): void {
        if (samples === this.samples && format === this.format) return
        const reader = this.reader
        const length = recordLength(samples * sampleBytes(format))
        this.burst = NO_MEMORY
        this.single = NO_MEMORY
        this.spare = NO_MEMORY
        reader.release()
        const lines = Math.floor((SPI_BLOCK_MAX - DATA_AT) / length)
        const block = lines * length
        const payload = Math.floor(BURST_PAYLOAD_MAX / block) * block
        this.burst = Buffer.alloc(BURST_HEADER_LENGTH + payload)
        reader.setRecords(length)
        this.single = Buffer.alloc(BURST_HEADER_LENGTH + length)
        const spare = RESERVED - payload - block - length
        if (spare > 0) this.spare = Buffer.alloc(spare)
        this.samples = samples
        this.format = format
        this.record_length = length
        this.lines_per_block = lines
        this.capacity = payload / length
    }

    /** Starts a run, all counts at zero. */
    begin(line_period_ns: number, test: boolean): void {
        this.line_period_ns = line_period_ns
        this.test = test
        this.lines_sent = 0
        this.bursts_sent = 0
        this.dropped_fifo = 0
        this.dropped_credit = 0
        this.untold_fifo = 0
        this.untold_credit = 0
        this.dropped_gate = 0
        this.untold_gate = 0
        this.seen_dropped = this.engine.dropped
        this.filled = 0
        this.sent_ms = ds.millis()
        this.draining = false
        this.running = true
    }

    /** The front end has stopped: sends what is left; {@link idle} then tells when it has gone. */
    finish(): void {
        this.draining = true
    }

    /** The front end has refused so many lines since its counts were cleared; the next burst says so. */
    gated(lines: number): void {
        this.untold_gate += lines - this.dropped_gate
        this.dropped_gate = lines
    }

    /** Gives up what has not been sent; what waited for credit is counted as dropped for the want of it. */
    abandon(): void {
        if (this.running && this.starved)
            this.dropped_credit += this.filled + this.engine.level
        this.running = false
        this.filled = 0
    }

    linesPerBlock(): number {
        return this.lines_per_block
    }

    idle(): boolean {
        return !this.running
    }

    /** The pump's own fiber. */
    async run(): Promise<void> {
        for (;;) {
            if (!this.running) {
                await ds.sleep(2)
                continue
            }
            try {
                await this.turn()
            } catch (e) {
                this.abandon()
                this.failure = e
            }
        }
    }

    private async turn(): Promise<void> {
        const engine = this.engine
        const block = this.lines_per_block
        if (this.link.credit() < this.burst.length) {
            this.starved = true
            this.countDropped()
            await ds.sleep(1)
            return
        }
        // What the last transfer told of the FIFO still holds: only the pump takes lines out.
        if (engine.level < block) await engine.service()
        if (this.starved || engine.dropped !== this.seen_dropped)
            this.countDropped()
        const level = engine.level
        if (level >= block || (level > 0 && (this.draining || this.isOld()))) {
            const lines = await this.reader.read()
            // abandon() may have come while the bus was busy.
            if (!this.running) return
            if (lines > 0) await this.take(lines)
        }
        if (this.capacity - this.filled < block) await this.sendBurst()
        else if (this.draining && engine.level === 0) {
            await this.sendRest()
            this.running = false
        } else if (this.isOld()) await this.sendRest()
        else if (engine.level < block) await ds.sleep(this.pauseMs())
    }

    private isOld(): boolean {
        return ds.millis() - this.sent_ms > FLUSH_MS
    }

    /** Until the lines for the rest of the burst are there, as far as is known. */
    private pauseMs(): number {
        const missing = this.capacity - this.filled - this.engine.level
        const ms = Math.ceil((missing * this.line_period_ns) / 1000000)
        return ms < 1 ? 1 : ms > PAUSE_MAX_MS ? PAUSE_MAX_MS : ms
    }

    private countDropped(): void {
        const more = (this.engine.dropped - this.seen_dropped) >>> 0
        this.seen_dropped = this.engine.dropped
        if (this.starved) {
            this.untold_credit += more
            this.dropped_credit += more
        } else {
            this.untold_fifo += more
            this.dropped_fifo += more
        }
        if (this.engine.level === 0) this.starved = false
    }

    /** Moves a block's lines into the burst; where the speed has changed, the burst under way is closed first. */
    private async take(lines: number): Promise<void> {
        const length = this.record_length
        const block = this.reader.block
        const epochs_at = DATA_AT + LINE_EPOCH_AT
        const last_epoch = block[epochs_at + (lines - 1) * length]
        let from = 0
        if (this.filled === 0) this.epoch = block[epochs_at]
        while (last_epoch !== this.epoch) {
            let to = from
            while (block[epochs_at + to * length] === this.epoch) to++
            this.append(from, to)
            await this.sendRest()
            from = to
            this.epoch = block[epochs_at + from * length]
        }
        this.append(from, lines)
    }

    private append(from: number, to: number): void {
        const length = this.record_length
        this.burst.blitAt(
            BURST_HEADER_LENGTH + this.filled * length,
            this.reader.block,
            DATA_AT + from * length,
            (to - from) * length
        )
        this.filled += to - from
    }

    /** The burst is full, or has no room for another block. */
    private async sendBurst(): Promise<void> {
        if (this.filled < this.capacity) return await this.sendRest()
        await this.send(this.burst, this.filled)
        this.filled = 0
    }

    /** Sends lines that do not fill a burst, each as a burst of its own. */
    private async sendRest(): Promise<void> {
        const length = this.record_length
        for (let i = 0; i < this.filled; ++i) {
            this.single.blitAt(
                BURST_HEADER_LENGTH,
                this.burst,
                BURST_HEADER_LENGTH + i * length,
                length
            )
            await this.send(this.single, 1)
        }
        this.filled = 0
        this.sent_ms = ds.millis()
    }

    private async send(message: Buffer, lines: number): Promise<void> {
        const moment = this.moment
        moment.tick_us = message.getAt(
            BURST_HEADER_LENGTH + LINE_TICK_AT,
            "u32"
        )
        moment.position_nm =
            message.getAt(BURST_HEADER_LENGTH + LINE_POSITION_AT, "i32") *
            this.nm_per_count
        // Lines that waited were fired under an earlier set-point than the one now.
        const speeds = this.speeds
        const epochs = this.test ? 0 : (speeds.speed_epoch - this.epoch) & 0xff
        moment.speed_nm_s = speeds.speedBefore(epochs)
        moment.speed_epoch = (speeds.speed_epoch - epochs) & 0xffff
        moment.lines = lines
        moment.dropped_fifo = Math.min(this.untold_fifo, U16_MAX)
        moment.dropped_credit = Math.min(this.untold_credit, U16_MAX)
        moment.dropped_gate = Math.min(this.untold_gate, U16_MAX)
        const flags = this.test ? FLAG_TEST_LINES : 0
        while (!this.link.sendLines(message, moment, flags)) {
            if (!this.running || !this.link.isOpen()) return this.abandon()
            await ds.sleep(1)
        }
        this.untold_fifo -= moment.dropped_fifo
        this.untold_credit -= moment.dropped_credit
        this.untold_gate -= moment.dropped_gate
        this.lines_sent += lines
        this.bursts_sent++
        this.sent_ms = ds.millis()
    }
}
