// The line engine's sequencer: firing times, records, dropped lines, transmit inhibit. SPI is in line-engine.ts.

import * as le from "../../../src/shared/devices/line-engine"
import * as record from "../../../src/shared/acquisition/line-record"
import { TransmitBudget } from "./budget"
import type { EngineEnvironment } from "./environment"
import { Fifo } from "./fifo"
import { FrameSequence } from "./frame-sequence"
import { Receiver } from "./receiver"
import { sealRecord } from "./record"
import { Rotor, type RotorOptions } from "./rotor"
import type { SequenceTable } from "./sequence-table"
import { entriesInUse, resetSettings } from "./settings"

export class Firing {
    readonly fifo: Fifo
    settings = resetSettings()
    /** Count of the sled encoder, updated by {@link onCounts}. */
    positionCounts = 0
    armed = false
    firing = false
    /** Level of the TX_INHIBIT input. */
    inhibited = false
    unserviced = false
    fired = 0
    dropped = 0
    /** Lines due while transmission was inhibited. */
    refusedLines = 0
    /** Number of times that a line exceeded the budget, which ends firing. */
    overBudget = 0
    /** The budget refused a line since the last clear. */
    budgetRefused = false
    /** Cause of the last refused ARM or FIRE or of the end of firing: a CAUSE of src/shared/devices/line-engine.ts. */
    cause = le.CAUSE_NONE
    readonly budget = new TransmitBudget()
    /** Rising edges of the trigger input since power-on, and the line clock at the last one. */
    triggers = 0
    triggerTick = 0
    /** Firing ended because the rotor lost its lock. */
    rotorLost = false
    readonly rotor: Rotor

    private readonly receiver: Receiver
    private timeUs = 0
    private poweredUs = 0
    private servicedUs = 0
    private startedUs = 0
    private dueLines = 0
    private readonly sequence = new FrameSequence()

    constructor(
        private readonly environment: EngineEnvironment,
        private readonly table: SequenceTable,
        rotor: RotorOptions,
        fifoLines: number
    ) {
        this.fifo = new Fifo(fifoLines, record.recordLength(256))
        this.rotor = new Rotor(rotor)
        this.receiver = new Receiver(environment, table)
    }

    get recordLength(): number {
        const { samples, sampleFormat } = this.settings
        return record.recordLength(samples * record.sampleBytes(sampleFormat))
    }

    /** Line clock: microseconds since power-on, modulo 2^32. */
    tickUs(): number {
        return Math.floor(this.timeUs - this.poweredUs) >>> 0
    }

    /** Receives encoder counts. */
    onCounts(delta: number): void {
        this.positionCounts = (this.positionCounts + delta) | 0
    }

    /** Rising edge of the trigger input. */
    trigger(timeUs: number): void {
        this.advanceTo(timeUs)
        this.triggers = (this.triggers + 1) >>> 0
        this.triggerTick = this.tickUs()
        this.sequence.trigger()
    }

    serviced(timeUs: number): void {
        this.servicedUs = timeUs
    }

    /** All records have one length, so a change empties the FIFO. */
    setRecords(samples: number, sampleFormat: number): void {
        this.settings.samples = samples
        this.settings.sampleFormat = sampleFormat
        this.receiver.resize(samples)
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

    /** Empties the FIFO and clears the counters. */
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
     * @param plugged whether a catheter is plugged in
     * @returns a CAUSE, also stored, or CAUSE_NONE
     */
    arm(plugged: boolean): number {
        this.cause = this.validate(plugged)
        if (this.cause !== le.CAUSE_NONE) {
            // A condition that held at the first ARM has failed since; firing itself is not disturbed.
            if (!this.firing) this.halt()
            return this.cause
        }
        this.receiver.loadGain(this.settings)
        this.armed = true
        this.unserviced = false
        this.rotorLost = false
        this.sequence.restart()
        return le.CAUSE_NONE
    }

    private validate(plugged: boolean): number {
        const s = this.settings
        if (this.firing) return le.CAUSE_STATE
        if (!plugged) return le.CAUSE_CATHETER
        const entries = entriesInUse(s)
        if (this.table.crc(entries) !== s.tableCrc) return le.CAUSE_TABLE
        return this.budget.arm(this.table, entries, s.lines)
    }

    fire(timeUs: number): boolean {
        // A controller that missed the reply repeats FIRE, which must not restart the line timing.
        if (this.firing) return true
        if (!this.checkTable()) return false
        const { rotor, settings } = this
        // With a turning rotor in FREE mode, or an unlocked one in ROTOR mode, lines would not be at their angles.
        const turning = settings.byRotor ? rotor.locked : !rotor.running
        if (!this.armed) this.cause = le.CAUSE_STATE
        else if (this.inhibited) this.cause = le.CAUSE_INHIBITED
        else if (!turning) this.cause = le.CAUSE_ROTOR
        if (!this.armed || this.inhibited || !turning) return false
        this.firing = true
        this.startedUs = timeUs
        this.dueLines = 0
        this.sequence.begin()
        return true
    }

    /** The catheter was unplugged. */
    unplug(): void {
        if (this.armed || this.rotor.running) this.cause = le.CAUSE_CATHETER
        this.halt()
        this.budget.clearLimits()
        this.rotor.release()
    }

    /** Fires every line due up to `timeUs`, each at its own time and position. */
    advanceTo(timeUs: number): void {
        const limitUs = this.servicedUs + le.SERVICE_LIMIT_US
        if (this.rotor.running && timeUs > limitUs) {
            // Without supervision the rotor must not keep turning.
            this.advanceRotor(Math.max(this.timeUs, limitUs))
            if (this.rotor.running) {
                this.unserviced = true
                this.cause = le.CAUSE_UNSERVICED
            }
            this.rotor.release()
        }
        this.advanceRotor(timeUs)
        if (!this.settings.byRotor) this.fireByTimeTo(timeUs)
        this.timeUs = Math.max(this.timeUs, timeUs)
        this.environment.advanceTo(timeUs)
    }

    /** Whether a line may fire at `timeUs`, which becomes the sequencer's time. */
    private checkDue(timeUs: number): boolean {
        this.timeUs = timeUs
        if (timeUs - this.servicedUs <= le.SERVICE_LIMIT_US) return this.checkTable()
        this.unserviced = true
        this.cause = le.CAUSE_UNSERVICED
        this.halt()
        return false
    }

    /** Continuous check of the table while armed. @returns whether its CRC is still the announced one */
    private checkTable(): boolean {
        const { table, settings } = this
        if (!table.disturbed || !this.armed) return true
        if (table.crc(entriesInUse(settings)) === settings.tableCrc) return true
        this.cause = le.CAUSE_TABLE
        this.halt()
        return false
    }

    private fireByTimeTo(timeUs: number): void {
        while (this.firing) {
            const dueUs = this.startedUs + (this.dueLines * this.settings.linePeriodNs) / 1000
            if (dueUs > timeUs || !this.checkDue(dueUs)) break
            this.dueLines++
            this.fireLine(dueUs)
        }
    }

    private advanceRotor(timeUs: number): void {
        const { rotor, settings } = this
        rotor.advanceTo(timeUs, settings.lines, settings.lockPpm, (index, dueUs) =>
            this.onLineAngle(index, dueUs)
        )
        // The rotor may have stalled between two lines.
        if (settings.byRotor && this.firing) this.checkRotor()
    }

    /** @returns whether firing continues */
    private checkRotor(): boolean {
        if (this.rotor.locked) return true
        this.rotorLost = true
        this.cause = le.CAUSE_ROTOR
        this.halt()
        return false
    }

    private onLineAngle(index: number, timeUs: number): void {
        if (!this.settings.byRotor || !this.firing) return
        if (!this.checkRotor() || !this.checkDue(timeUs)) return
        if (this.sequence.atAngle(index)) this.fireLine(timeUs)
    }

    private fireLine(timeUs: number): void {
        if (this.inhibited) {
            this.refusedLines = (this.refusedLines + 1) >>> 0
            return
        }
        const over = this.budget.request(this.sequence.index, timeUs - this.poweredUs)
        if (over !== le.CAUSE_NONE) {
            this.overBudget = (this.overBudget + 1) >>> 0
            this.budgetRefused = true
            this.cause = over
            this.halt()
            return
        }
        this.environment.advanceTo(timeUs)
        const s = this.settings
        const flags = this.sequence.flagsAt(this.positionCounts, s)
        const line = this.fired
        this.fired = (this.fired + 1) >>> 0
        this.environment.onTransmit(timeUs)
        if (this.fifo.full) this.dropped = (this.dropped + 1) >>> 0
        else {
            const slot = this.fifo.slot()
            const { index } = this.sequence
            const tipIndex = s.byRotor ? this.rotor.tipIndex(index) : index
            this.receiver.acquire(s, index, tipIndex, slot)
            this.seal(slot, line, flags)
        }
        if (!s.byRotor) this.sequence.advance(s.lines)
    }

    /**
     * Puts test lines into the FIFO, with which a receiver can check its formats.
     * @returns false, without change, while armed or when they do not all fit
     */
    pushTestLines(lines: number): boolean {
        if (this.armed || lines > this.fifo.capacity - this.fifo.level) return false
        const bytes = this.recordLength - record.recordLength(0)
        this.sequence.frame = 0
        for (let i = 0; i < lines; i++) {
            const slot = this.fifo.slot()
            for (let k = 0; k < bytes; k++)
                slot[record.LINE_HEADER_LENGTH + k] = record.testSample(i, k)
            this.sequence.index = i
            this.seal(slot, i, record.LINE_TEST)
        }
        this.sequence.index = 0
        return true
    }

    private seal(slot: Uint8Array, line: number, flags: number): void {
        const { positionCounts, settings } = this
        const { frame, index } = this.sequence
        const tickUs = this.tickUs()
        sealRecord(slot, {
            line,
            frame,
            index,
            tickUs,
            positionCounts,
            flags,
            samples: settings.samples,
        })
        this.fifo.commit()
    }
}
