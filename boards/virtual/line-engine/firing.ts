// Responsible for: the line engine's sequencer: when a line fires, its record, gate, drops and transmit inhibit.
// Not for: SPI (line-engine.ts).

import { crc32c } from "@node-rs/crc32"
import { FIFO_LINES, SERVICE_LIMIT_US } from "../../../src/wire/line-engine"
import * as record from "../../../src/wire/line-record"
import { getNumber, putNumber } from "../../../src/wire/bytes"
import { Fifo } from "./fifo"
import { Sampler } from "./sampler"

/** What surrounds the engine. */
export interface FiringWorld {
    /** Brings the sled, and with it the encoder, to this time. */
    advanceTo(timeUs: number): void
    /** Echo of line `index` now, linear envelope before time gain. */
    echo(index: number, out: Float32Array): void
    /** One transmit pulse left the front end. */
    onTransmit(timeUs: number): void
}

/** Values of the writable registers. */
export interface FiringSettings {
    lines: number
    samples: number
    linePeriodNs: number
    tableCrc: number
    tgcStartCdb: number
    tgcSlopeCdbPerMm: number
    windowStart: number
    windowEnd: number
    gate: boolean
}

/** Reset values of the data sheet. */
function resetSettings(): FiringSettings {
    return {
        lines: 256,
        samples: 256,
        linePeriodNs: 130_208,
        tableCrc: 0,
        tgcStartCdb: 0,
        tgcSlopeCdbPerMm: 0,
        windowStart: 0,
        windowEnd: 0,
        gate: false,
    }
}

/** Half the speed of sound (1540 m/s) in mm per ps: time of a sample to its depth. */
const MM_PER_PS = 1.54e-6 / 2
const SAMPLE_PERIOD_AT = 12

export class Firing {
    readonly fifo = new Fifo(FIFO_LINES, record.recordLength(256))
    settings = resetSettings()
    /** Count of the sled's encoder; {@link onCounts} keeps it. */
    positionCounts = 0
    armed = false
    firing = false
    /** Level of the transmit-inhibit input. */
    inhibited = false
    unserviced = false
    fired = 0
    dropped = 0
    /** Lines that came due while transmitting was inhibited. */
    refusedLines = 0

    private readonly sampler = new Sampler()
    private envelope = new Float32Array(256)
    private timeUs = 0
    private servicedUs = 0
    private startedUs = 0
    private dueLines = 0
    private frame = 0
    private index = 0
    private windowSeen = false

    constructor(
        private readonly world: FiringWorld,
        private readonly tableCrc: () => number
    ) {}

    get recordLength(): number {
        return record.recordLength(this.settings.samples)
    }

    /** Line clock now: microseconds since power-on, modulo 2^32. */
    tickUs(): number {
        return Math.floor(this.timeUs) >>> 0
    }

    /** Listens to the encoder. */
    onCounts(delta: number): void {
        this.positionCounts = (this.positionCounts + delta) | 0
    }

    serviced(timeUs: number): void {
        this.servicedUs = timeUs
    }

    setSamples(samples: number): void {
        this.settings.samples = samples
        this.envelope = new Float32Array(samples)
        this.fifo.reset(this.recordLength)
    }

    powerCycle(): void {
        this.settings = resetSettings()
        this.setSamples(this.settings.samples)
        this.halt()
        this.clear()
        this.unserviced = false
        this.positionCounts = 0
    }

    /** Empties the FIFO and sets the counts to zero. */
    clear(): void {
        this.fifo.reset(this.recordLength)
        this.fired = 0
        this.dropped = 0
        this.refusedLines = 0
    }

    halt(): void {
        this.armed = false
        this.firing = false
    }

    /** @returns false when the table is not the one that was announced */
    arm(table: Uint8Array): boolean {
        if (this.tableCrc() !== this.settings.tableCrc) return false
        const periodPs = getNumber(table, SAMPLE_PERIOD_AT, "u32")
        this.sampler.setGain(
            this.settings.samples,
            periodPs * MM_PER_PS,
            this.settings.tgcStartCdb / 100,
            this.settings.tgcSlopeCdbPerMm / 100
        )
        this.armed = true
        this.unserviced = false
        this.frame = 0
        this.index = 0
        this.windowSeen = false
        return true
    }

    fire(timeUs: number): boolean {
        if (!this.armed || this.inhibited) return false
        this.firing = true
        this.startedUs = timeUs
        this.dueLines = 0
        return true
    }

    /** Fires every line that is due up to `timeUs`, each at its own time and place. */
    advanceTo(timeUs: number): void {
        while (this.firing) {
            const dueUs =
                this.startedUs +
                (this.dueLines * this.settings.linePeriodNs) / 1000
            if (dueUs > timeUs) break
            this.timeUs = dueUs
            if (dueUs - this.servicedUs > SERVICE_LIMIT_US) {
                this.unserviced = true
                this.halt()
                break
            }
            this.dueLines++
            this.fireLine(dueUs)
        }
        this.timeUs = Math.max(this.timeUs, timeUs)
        this.world.advanceTo(timeUs)
    }

    private fireLine(timeUs: number): void {
        if (this.inhibited) {
            this.refusedLines++
            return
        }
        this.world.advanceTo(timeUs)
        const s = this.settings
        let flags = 0
        const inside =
            this.positionCounts >= s.windowStart &&
            this.positionCounts < s.windowEnd
        if (inside && s.gate) {
            flags |= record.LINE_AT_SPEED
            // The imaged length begins with a whole frame, wherever the last one was.
            if (!this.windowSeen && this.index !== 0) {
                flags |= record.LINE_FRAME_CUT
                this.index = 0
                this.frame = (this.frame + 1) & 0xffff
            }
            this.windowSeen = true
        }
        if (this.index === 0) flags |= record.LINE_FRAME_START
        const line = this.fired
        this.fired = (this.fired + 1) >>> 0
        this.world.onTransmit(timeUs)
        if (this.fifo.full) this.dropped = (this.dropped + 1) >>> 0
        else {
            this.world.echo(this.index, this.envelope)
            const slot = this.fifo.slot()
            this.sampler.sample(this.envelope, slot, record.LINE_HEADER_LENGTH)
            this.seal(slot, line, flags)
        }
        this.index++
        if (this.index >= s.lines) {
            this.index = 0
            this.frame = (this.frame + 1) & 0xffff
        }
    }

    /** Known lines straight into the FIFO, for a receiver to check its formats with. */
    pushTestLines(lines: number): void {
        const { samples } = this.settings
        for (let i = 0; i < lines && !this.fifo.full; i++) {
            const slot = this.fifo.slot()
            for (let k = 0; k < samples; k++)
                slot[record.LINE_HEADER_LENGTH + k] = record.testSample(i, k)
            this.index = i
            this.seal(slot, i, record.LINE_TEST)
        }
        this.index = 0
    }

    private seal(slot: Uint8Array, line: number, flags: number): void {
        const view = slot
        putNumber(view, record.LINE_NUMBER_AT, "u32", line)
        putNumber(view, record.LINE_FRAME_AT, "u16", this.frame)
        putNumber(view, record.LINE_INDEX_AT, "u16", this.index)
        putNumber(view, record.LINE_TICK_AT, "u32", this.tickUs())
        putNumber(view, record.LINE_POSITION_AT, "i32", this.positionCounts)
        putNumber(view, record.LINE_FLAGS_AT, "u16", flags)
        putNumber(view, record.LINE_SAMPLES_AT, "u16", this.settings.samples)
        const end = slot.length - record.LINE_CRC_LENGTH
        putNumber(
            view,
            end,
            "u32",
            crc32c(Buffer.from(slot.buffer, slot.byteOffset, end))
        )
        this.fifo.commit()
    }
}
