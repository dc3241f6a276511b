// Responsible for: the line engine's sequencer: when a line fires, its record, gate, drops and transmit inhibit.
// Not for: SPI (line-engine.ts).

import { crc32c } from "@node-rs/crc32"
import * as le from "../../../src/shared/devices/line-engine"
import * as record from "../../../src/shared/acquisition/line-record"
import { TransmitBudget } from "./budget"
import { Fifo } from "./fifo"
import { Rotor, type RotorOptions } from "./rotor"
import { Sampler } from "./sampler"
import type { SequenceTable } from "./sequence-table"
import { entriesInUse, resetSettings } from "./testing/settings"

/** What surrounds the engine. */
export interface FiringWorld {
    /** Brings the sled, and with it the encoder, to this time. */
    advanceTo(timeUs: number): void
    /** Echo of line `index` now, linear envelope before time gain. */
    echo(index: number, out: Float32Array): void
    /** RF of one pair from now on, full scale 1 before time gain, into `out`. A world without elements is silent. */
    channelDataEcho?(shot: ChannelDataShot, out: Float32Array): void
    /** One transmit pulse left the front end. */
    onTransmit(timeUs: number): void
}

/** Which pair fires, and when its samples are taken after the pulse began. */
export interface ChannelDataShot {
    readonly tx: number
    readonly rx: number
    readonly samplePeriodUs: number
    readonly firstSampleUs: number
}

export class Firing {
    readonly fifo: Fifo
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
    /** Lines that were refused, and firing ended, since they were over the budget. */
    overBudget = 0
    /** A line was refused by the budget since the last clear. */
    budgetRefused = false
    /** Why ARM or FIRE was refused, or firing ended by itself: a CAUSE of src/shared/devices/line-engine.ts. */
    cause = le.CAUSE_NONE
    readonly budget = new TransmitBudget()
    /** Rising edges of the trigger input since power-on, and the line clock of the last one. */
    triggers = 0
    triggerTick = 0
    /** Firing was ended because the rotor had lost its lock. */
    rotorLost = false
    readonly rotor: Rotor

    private readonly sampler = new Sampler()
    private envelope = new Float32Array(256)
    private timeUs = 0
    private poweredUs = 0
    private servicedUs = 0
    private startedUs = 0
    private dueLines = 0
    /** By the rotor: the index mark has come since FIRE. */
    private turnBegan = false
    private frame = 0
    private index = 0
    /** The line before was at speed: a stretch of imaged lines goes on. */
    private wasAtSpeed = false
    /** A trigger came and no line has fired since. */
    private untoldTrigger = false

    constructor(
        private readonly world: FiringWorld,
        private readonly table: SequenceTable,
        rotor: RotorOptions,
        fifoLines: number
    ) {
        this.fifo = new Fifo(fifoLines, record.recordLength(256))
        this.rotor = new Rotor(rotor)
    }

    get recordLength(): number {
        const { samples, sampleFormat } = this.settings
        return record.recordLength(samples * record.sampleBytes(sampleFormat))
    }

    /** Line clock now: microseconds since power-on, modulo 2^32. */
    tickUs(): number {
        return Math.floor(this.timeUs - this.poweredUs) >>> 0
    }

    /** Listens to the encoder. */
    onCounts(delta: number): void {
        this.positionCounts = (this.positionCounts + delta) | 0
    }

    /** The trigger input rises. */
    trigger(timeUs: number): void {
        this.advanceTo(timeUs)
        this.triggers = (this.triggers + 1) >>> 0
        this.triggerTick = this.tickUs()
        this.untoldTrigger = true
    }

    serviced(timeUs: number): void {
        this.servicedUs = timeUs
    }

    /** Records have one length: another one empties the FIFO. */
    setRecords(samples: number, sampleFormat: number): void {
        this.settings.samples = samples
        this.settings.sampleFormat = sampleFormat
        this.envelope = new Float32Array(samples)
        this.fifo.reset(this.recordLength)
    }

    powerCycle(timeUs: number): void {
        this.advanceTo(timeUs)
        this.poweredUs = timeUs
        this.settings = resetSettings()
        this.setRecords(this.settings.samples, this.settings.sampleFormat)
        this.halt()
        this.clear()
        this.unserviced = false
        this.rotorLost = false
        this.cause = le.CAUSE_NONE
        this.budget.reset()
        this.rotor.reset()
        this.positionCounts = 0
        this.triggers = 0
        this.triggerTick = 0
    }

    /** Empties the FIFO and sets the counts to zero. */
    clear(): void {
        this.fifo.reset(this.recordLength)
        this.fired = 0
        this.dropped = 0
        this.refusedLines = 0
        this.overBudget = 0
        this.budgetRefused = false
    }

    halt(): void {
        this.armed = false
        this.firing = false
    }

    /**
     * @param plugged whether a catheter is
     * @returns a CAUSE, which is kept, or CAUSE_NONE
     */
    arm(plugged: boolean): number {
        this.cause = this.judge(plugged)
        if (this.cause !== le.CAUSE_NONE) return this.cause
        const s = this.settings
        this.sampler.setGain(
            s.samples,
            this.table.samplePeriodPs() / 1000,
            s.firstSampleNs,
            s.tgcCdb,
            s.tgcStepNs
        )
        this.armed = true
        this.unserviced = false
        this.rotorLost = false
        this.frame = 0
        this.index = 0
        this.wasAtSpeed = false
        this.untoldTrigger = false
        return le.CAUSE_NONE
    }

    private judge(plugged: boolean): number {
        const s = this.settings
        if (this.firing) return le.CAUSE_STATE
        if (!plugged) return le.CAUSE_CATHETER
        const entries = entriesInUse(s)
        if (this.table.crc(entries) !== s.tableCrc) return le.CAUSE_TABLE
        return this.budget.arm(this.table, entries, s.lines)
    }

    fire(timeUs: number): boolean {
        // A controller that missed the reply asks again: the line clock must not start anew.
        if (this.firing) return true
        if (!this.checkTable()) return false
        const { rotor, settings } = this
        // By time under a rotor that turns, or by a rotor that is not locked, lines would not lie where they say.
        const turning = settings.byRotor ? rotor.locked : !rotor.running
        if (!this.armed) this.cause = le.CAUSE_STATE
        else if (this.inhibited) this.cause = le.CAUSE_INHIBITED
        else if (!turning) this.cause = le.CAUSE_ROTOR
        if (!this.armed || this.inhibited || !turning) return false
        this.firing = true
        this.startedUs = timeUs
        this.dueLines = 0
        this.turnBegan = false
        return true
    }

    /** The catheter was unplugged. */
    unplug(): void {
        if (this.armed || this.rotor.running) this.cause = le.CAUSE_CATHETER
        this.halt()
        this.budget.forget()
        this.rotor.release()
    }

    /** Fires every line that is due up to `timeUs`, each at its own time and place. */
    advanceTo(timeUs: number): void {
        const limitUs = this.servicedUs + le.SERVICE_LIMIT_US
        if (this.rotor.running && timeUs > limitUs) {
            // Nobody watches a rotor any more: it is not left turning.
            this.turnTo(Math.max(this.timeUs, limitUs))
            if (this.rotor.running) {
                this.unserviced = true
                this.cause = le.CAUSE_UNSERVICED
            }
            this.rotor.release()
        }
        this.turnTo(timeUs)
        if (!this.settings.byRotor) this.fireFreelyTo(timeUs)
        this.timeUs = Math.max(this.timeUs, timeUs)
        this.world.advanceTo(timeUs)
    }

    /** Whether a line may fire at `timeUs`; the sequencer's time is then. */
    private due(timeUs: number): boolean {
        this.timeUs = timeUs
        if (timeUs - this.servicedUs <= le.SERVICE_LIMIT_US) return this.checkTable()
        this.unserviced = true
        this.cause = le.CAUSE_UNSERVICED
        this.halt()
        return false
    }

    /** The sum of the table that goes on while armed. @returns whether it is still the announced one */
    private checkTable(): boolean {
        const { table, settings } = this
        if (!table.disturbed || !this.armed) return true
        if (table.crc(entriesInUse(settings)) === settings.tableCrc) return true
        this.cause = le.CAUSE_TABLE
        this.halt()
        return false
    }

    private fireFreelyTo(timeUs: number): void {
        while (this.firing) {
            const dueUs = this.startedUs + (this.dueLines * this.settings.linePeriodNs) / 1000
            if (dueUs > timeUs || !this.due(dueUs)) break
            this.dueLines++
            this.fireLine(dueUs)
        }
    }

    private turnTo(timeUs: number): void {
        const { rotor, settings } = this
        rotor.advanceTo(timeUs, settings.lines, settings.lockPpm, (index, dueUs) =>
            this.passAngle(index, dueUs)
        )
        // One that stalled between two lines.
        if (settings.byRotor && this.firing) this.checkRotor()
    }

    /** @returns whether firing goes on */
    private checkRotor(): boolean {
        if (this.rotor.locked) return true
        this.rotorLost = true
        this.cause = le.CAUSE_ROTOR
        this.halt()
        return false
    }

    private passAngle(index: number, timeUs: number): void {
        if (!this.settings.byRotor || !this.firing) return
        if (!this.checkRotor() || !this.due(timeUs)) return
        if (index === 0) {
            if (this.turnBegan) this.frame = (this.frame + 1) & 0xffff
            this.turnBegan = true
        }
        if (!this.turnBegan) return
        this.index = index
        this.fireLine(timeUs)
    }

    private fireLine(timeUs: number): void {
        if (this.inhibited) {
            this.refusedLines = (this.refusedLines + 1) >>> 0
            return
        }
        const over = this.budget.take(this.index, timeUs)
        if (over !== le.CAUSE_NONE) {
            this.overBudget = (this.overBudget + 1) >>> 0
            this.budgetRefused = true
            this.cause = over
            this.halt()
            return
        }
        this.world.advanceTo(timeUs)
        const s = this.settings
        let flags = s.epoch << record.LINE_EPOCH_SHIFT
        if (this.untoldTrigger) flags |= record.LINE_TRIGGER
        this.untoldTrigger = false
        const inside = this.positionCounts >= s.windowStart && this.positionCounts < s.windowEnd
        const atSpeed = inside && s.gate
        if (atSpeed) {
            flags |= record.LINE_AT_SPEED
            // Every imaged stretch begins with a whole frame, wherever the last one was.
            // By the rotor the frame is the turn, and only its index mark begins one.
            if (!this.wasAtSpeed && this.index !== 0 && !s.byRotor) {
                flags |= record.LINE_FRAME_CUT
                this.index = 0
                this.frame = (this.frame + 1) & 0xffff
            }
        }
        this.wasAtSpeed = atSpeed
        if (this.index === 0) flags |= record.LINE_FRAME_START
        const line = this.fired
        this.fired = (this.fired + 1) >>> 0
        this.world.onTransmit(timeUs)
        if (this.fifo.full) this.dropped = (this.dropped + 1) >>> 0
        else {
            const slot = this.fifo.slot()
            this.listen(slot)
            this.seal(slot, line, flags)
        }
        if (s.byRotor) return
        this.index++
        if (this.index >= s.lines) {
            this.index = 0
            this.frame = (this.frame + 1) & 0xffff
        }
    }

    /** The samples of the line that fires now, in the format that is set. */
    private listen(slot: Uint8Array): void {
        const { sampler, envelope, settings } = this
        const at = record.LINE_HEADER_LENGTH
        if (settings.sampleFormat === record.SAMPLE_FORMAT_LOG8) {
            const heard = settings.byRotor ? this.rotor.heardIndex(this.index) : this.index
            this.world.echo(heard, envelope)
            sampler.sample(envelope, slot, at)
            return
        }
        const [tx, rx] = this.table.pair(this.index)
        envelope.fill(0)
        this.world.channelDataEcho?.(
            {
                tx,
                rx,
                samplePeriodUs: this.table.samplePeriodPs() / 1e6,
                firstSampleUs: settings.firstSampleNs / 1000,
            },
            envelope
        )
        sampler.sampleRf(envelope, slot, at)
    }

    /**
     * Known lines straight into the FIFO, for a receiver to check its formats with.
     * @returns false, and none is put in, while armed or when they do not all fit
     */
    pushTestLines(lines: number): boolean {
        if (this.armed || lines > this.fifo.capacity - this.fifo.level) return false
        const bytes = this.recordLength - record.recordLength(0)
        this.frame = 0
        for (let i = 0; i < lines; i++) {
            const slot = this.fifo.slot()
            for (let k = 0; k < bytes; k++)
                slot[record.LINE_HEADER_LENGTH + k] = record.testSample(i, k)
            this.index = i
            this.seal(slot, i, record.LINE_TEST)
        }
        this.index = 0
        return true
    }

    private seal(slot: Uint8Array, line: number, flags: number): void {
        const view = new DataView(slot.buffer, slot.byteOffset, slot.length)
        view.setUint32(record.LINE_NUMBER_AT, line, true)
        view.setUint16(record.LINE_FRAME_AT, this.frame, true)
        view.setUint16(record.LINE_INDEX_AT, this.index, true)
        view.setUint32(record.LINE_TICK_AT, this.tickUs(), true)
        view.setInt32(record.LINE_POSITION_AT, this.positionCounts, true)
        view.setUint16(record.LINE_FLAGS_AT, flags, true)
        view.setUint16(record.LINE_SAMPLES_AT, this.settings.samples, true)
        const end = slot.length - record.LINE_CRC_LENGTH
        view.setUint32(end, crc32c(slot.subarray(0, end)), true)
        this.fifo.commit()
    }
}
