// Responsible for: the data path: FIFO blocks into the parts of a burst, a header before them, out to the host.
// Not for: starting and stopping the front end (../cart) or the session (../link).
// All memory is made once (burst-buffer.ts). Garbage is the tag of a burst and the calls.
// Few calls per block: before the VM finds a method it compares its name with that of every field of the object.

import * as ds from "@devicescript/core"
import { BURST_HEADER_LENGTH, FLAG_TEST_LINES } from "../../shared/protocol/burst"
import {
    LINE_EPOCH_AT,
    LINE_POSITION_AT,
    LINE_TICK_AT,
    recordLength,
    sampleBytes,
} from "../../shared/acquisition/line-record"
import { BurstMoment, Link } from "../link/link"
import { BurstBuffer } from "./burst-buffer"
import { LineSource, RecordReader } from "./front-end"

/** Lines wait no longer than this for their burst to fill. */
const FLUSH_MS = 50
const U16_MAX = 0xffff

/** The set-point of the sled's speed, now and a few changes ago. */
export interface SpeedHistory {
    speedEpoch(): number
    speedBefore(epochs: number): number
}

export class LinePump {
    // Of this run.
    lines_sent = 0
    bursts_sent = 0
    dropped_fifo = 0
    /** For want of credit, or of a link. */
    dropped_credit = 0
    /** Lines that came due and were not fired. */
    dropped_gate = 0
    /** What stopped the pump, to be dealt with by the control loop. */
    failure: any = undefined

    /** Of the records that buffers are made for. */
    samples = 0
    format = 0

    private filled = 0
    /** Lines that came over the bus and are not on their way out yet. */
    private waiting = 0
    /** The run was given up for want of credit or a link, and so is what the front end still holds. */
    private given_up = false
    private record_length = 0
    private lines_per_block = 0
    /** Bytes of a full burst. */
    private burst_length = 0
    /** Lowest bits of the epoch of the lines in the burst: it never holds two speeds. */
    private epoch = 0
    private sent_ms = 0
    private running = false
    /** A turn of the pump's fiber is under way: a burst may still be on its way out of a run that was given up. */
    private busy = false
    private draining = false
    private is_cut_off = false
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
        private engine: LineSource,
        private reader: RecordReader,
        private burst: BurstBuffer,
        private link: Link,
        private speeds: SpeedHistory,
        private nm_per_count: number
    ) {}

    /** Makes ready for records of so many samples, unless it is; only between two runs. */
    setRecords(samples: number, format: number): void {
        if (samples === this.samples && format === this.format) return
        const length = recordLength(samples * sampleBytes(format))
        this.reader.setRecords(length)
        this.burst.setRecords(length, this.reader.lines_per_block)
        this.samples = samples
        this.format = format
        this.record_length = length
        this.lines_per_block = this.reader.lines_per_block
        this.burst_length = BURST_HEADER_LENGTH + this.burst.capacity * length
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
        this.waiting = 0
        this.given_up = false
        this.starved = false
        this.sent_ms = ds.millis()
        this.draining = false
        this.is_cut_off = false
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

    /**
     * For want of credit or of a link: gives up what waits, and counts it; a burst on its way out counts when it is out or
     * the link is gone, and what is in the front end {@link close} counts.
     */
    abandon(): void {
        if (!this.running) return
        this.running = false
        this.filled = 0
        this.dropped_credit += this.waiting
        this.starved = true
        this.given_up = true
    }

    /** Asks the front end for no more, since it does not answer: what came before is whole, and still sent. */
    cutOff(): void {
        this.is_cut_off = true
    }

    /** The front end, which has stopped, has just told its level and drops: counts what is lost there. */
    close(): void {
        if (this.given_up) this.dropped_credit += this.engine.level
        this.countDropped()
    }

    linesPerBlock(): number {
        return this.lines_per_block
    }

    idle(): boolean {
        return !this.running && !this.busy
    }

    /** The pump's own fiber. */
    async run(): Promise<void> {
        for (;;) {
            if (!this.running) {
                await ds.sleep(2)
                continue
            }
            this.busy = true
            try {
                await this.turn()
            } catch (e) {
                this.cutOff()
                this.failure = e
            }
            this.busy = false
        }
    }

    private async turn(): Promise<void> {
        const engine = this.engine
        const block = this.lines_per_block
        if (this.link.credit() < this.burst_length) {
            this.starved = true
            this.countDropped()
            await ds.sleep(1)
            return
        }
        if (this.is_cut_off) {
            await this.send()
            this.running = false
            return
        }
        // What the last transfer told of the FIFO still holds: only the pump takes lines out.
        if (engine.level < block) await engine.service()
        if (this.starved || engine.dropped !== this.seen_dropped) this.countDropped()
        const level = engine.level
        if (level >= block || (level > 0 && (this.draining || this.isOld()))) {
            const lines = await this.reader.read()
            // abandon() may have come while the bus was busy.
            if (this.given_up) this.dropped_credit += lines
            if (!this.running) return
            this.waiting += lines
            if (lines > 0) await this.take(lines)
            if (!this.running) return
        }
        if (this.burst.capacity - this.filled < block) await this.send()
        else if (this.draining && engine.level === 0) {
            await this.send()
            this.running = false
        } else if (this.isOld()) await this.send()
        else if (engine.level < block) await ds.sleep(this.pauseMs())
    }

    private isOld(): boolean {
        return ds.millis() - this.sent_ms > FLUSH_MS
    }

    /** Until the lines for the rest of the burst are there, as far as is known. */
    private pauseMs(): number {
        const missing = this.burst.capacity - this.filled - this.engine.level
        const ms = Math.ceil((missing * this.line_period_ns) / 1000000)
        const longest_ms = this.engine.pause_ms
        return ms < 1 ? 1 : ms > longest_ms ? longest_ms : ms
    }

    private countDropped(): void {
        let more = (this.engine.dropped - this.seen_dropped) | 0
        // A front end that was reset begins to count anew.
        if (more < 0) more = 0
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
        const epochs_at = this.reader.data_at + LINE_EPOCH_AT
        const last_epoch = block[epochs_at + (lines - 1) * length]
        let from = 0
        if (this.filled === 0) this.epoch = block[epochs_at]
        while (last_epoch !== this.epoch) {
            let to = from
            while (block[epochs_at + to * length] === this.epoch) to++
            this.append(from, to)
            await this.send()
            if (!this.running) return
            from = to
            this.epoch = block[epochs_at + from * length]
        }
        this.append(from, lines)
    }

    private append(from: number, to: number): void {
        const length = this.record_length
        const lines = to - from
        const at = this.reader.data_at + from * length
        this.burst.put(this.filled, this.reader.block, at, lines * length)
        this.filled += lines
    }

    /** Sends the lines that are in the burst, full or not. */
    private async send(): Promise<void> {
        const lines = this.filled
        this.filled = 0
        this.sent_ms = ds.millis()
        if (lines === 0) return
        this.waiting -= lines
        const parts = this.burst.partsOf(lines)
        const moment = this.moment
        const first = this.burst.first
        moment.tick_us = first.getAt(LINE_TICK_AT, "u32")
        moment.position_nm = first.getAt(LINE_POSITION_AT, "i32") * this.nm_per_count
        // Lines that waited were fired under an earlier set-point than the one now.
        const speeds = this.speeds
        const speed_epoch = speeds.speedEpoch()
        const epochs = this.test ? 0 : (speed_epoch - this.epoch) & 0xff
        moment.speed_nm_s = speeds.speedBefore(epochs)
        moment.speed_epoch = (speed_epoch - epochs) & 0xffff
        moment.lines = lines
        moment.dropped_fifo = Math.min(this.untold_fifo, U16_MAX)
        moment.dropped_credit = Math.min(this.untold_credit, U16_MAX)
        moment.dropped_gate = Math.min(this.untold_gate, U16_MAX)
        const flags = this.test ? FLAG_TEST_LINES : 0
        const length = lines * this.record_length
        while (!(await this.link.sendLines(parts, length, moment, flags))) {
            if (!this.running || !this.link.isOpen()) {
                this.abandon()
                this.dropped_credit += lines
                return
            }
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
