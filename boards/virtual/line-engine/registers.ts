// The line engine's registers: values read, values accepted, and effects of writes.
// Source: boards/line-engine.md, "Registers".

import * as le from "../../../src/shared/devices/line-engine"
import { SAMPLE_FORMAT_LOG8, SAMPLE_FORMAT_RF16 } from "../../../src/shared/acquisition/line-record"
import { readBudget, writeBudget } from "./budget-registers"
import type { Firing } from "./firing"
import { entriesInUse, TGC_POINTS } from "./settings"
import type { SequenceTable } from "./sequence-table"

/** The catheter that is plugged into the engine. */
export interface PluggedCatheter {
    /** At most 16 ASCII characters; empty when nothing is plugged in. */
    id: string
    serial: number
}

/** Flags that stay set until CLEAR. */
export interface Latches {
    reset: boolean
    badCommand: boolean
    refused: boolean
}

const FIRST_SAMPLE_MAX_NS = 100_000
const LINE_PERIOD_MIN_NS = 10_000
const TGC_STEP_MAX_NS = 65_535
/** Limit of each of the two gains in a register. */
const TGC_MAX_CDB = 10_000
const LOCK_MIN_PPM = 100
const LOCK_MAX_PPM = 50_000
/** Reply of CONTROL and TEST to a refused action. */
const REFUSED_REPLY = 0xffffffff

export class Registers {
    constructor(
        private readonly firing: Firing,
        private readonly table: SequenceTable,
        private readonly latches: Latches,
        private readonly lanes: number,
        private readonly catheter: () => PluggedCatheter
    ) {}

    /** @returns 0, and sets the bad-command flag, for an address that is not readable */
    read(address: number): number {
        const f = this.firing
        const s = f.settings
        switch (address) {
            case le.REG_ID:
                return le.ENGINE_ID
            case le.REG_VERSION:
                return le.ENGINE_VERSION
            case le.REG_LINES:
                return s.lines
            case le.REG_PAIRS:
                return s.pairs
            case le.REG_SAMPLES:
                return s.samples
            case le.REG_LINE_PERIOD_NS:
                return s.linePeriodNs
            case le.REG_TABLE_CRC:
                return this.table.crc(entriesInUse(s))
            case le.REG_TGC_STEP_NS:
                return s.tgcStepNs
            case le.REG_POSITION:
                return f.positionCounts >>> 0
            case le.REG_WINDOW_START:
                return s.windowStart >>> 0
            case le.REG_WINDOW_END:
                return s.windowEnd >>> 0
            case le.REG_GATE:
                return (s.gate ? le.GATE_OPEN : 0) | (s.epoch << le.GATE_EPOCH_SHIFT)
            case le.REG_TICK:
                return f.tickUs()
            case le.REG_FIRED:
                return f.fired
            case le.REG_DROPPED:
                return f.dropped
            case le.REG_REFUSED:
                return f.refusedLines
            case le.REG_TRIGGERS:
                return f.triggers
            case le.REG_TRIGGER_TICK:
                return f.triggerTick
            case le.REG_SAMPLE_FORMAT:
                return s.sampleFormat
            case le.REG_FIRST_SAMPLE_NS:
                return s.firstSampleNs
            case le.REG_LANES:
                return this.lanes
            case le.REG_FIFO_LINES:
                return f.fifo.capacity
            case le.REG_ROTOR_TARGET:
                return f.rotor.targetMrpm >>> 0
            case le.REG_ROTOR_STATUS:
                return this.rotorStatus()
            case le.REG_ROTOR_PERIOD:
                return f.rotor.periodNs
            case le.REG_ROTOR_TURNS:
                return f.rotor.revolutions
            case le.REG_ROTOR_LOCK_PPM:
                return s.lockPpm
            case le.REG_TRIGGER_MODE:
                return s.byRotor ? le.TRIGGER_ROTOR : le.TRIGGER_FREE
            case le.REG_CAUSE:
                return f.cause
            case le.REG_OVER_BUDGET:
                return f.overBudget
            case le.REG_CATHETER_SERIAL:
                return this.catheter().id === "" ? 0 : this.catheter().serial
        }
        if (address >= le.REG_CATHETER_0 && address < le.REG_CATHETER_0 + 4)
            return this.catheterWord(address - le.REG_CATHETER_0)
        const budget = readBudget(f.budget, address)
        if (budget !== undefined) return budget
        if (isTgc(address)) {
            const at = 2 * (address - le.REG_TGC_0)
            return (s.tgcCdb[at]! | (s.tgcCdb[at + 1]! << 16)) >>> 0
        }
        this.latches.badCommand = true
        return 0
    }

    private rotorStatus(): number {
        const { rotor, rotorLost } = this.firing
        return (
            (rotor.running ? le.ROTOR_RUNNING : 0) |
            (rotor.locked ? le.ROTOR_LOCKED : 0) |
            (rotor.indexSeen ? le.ROTOR_INDEX : 0) |
            (rotor.stalled ? le.ROTOR_STALLED : 0) |
            (rotorLost ? le.ROTOR_LOST : 0)
        )
    }

    private catheterWord(word: number): number {
        const { id } = this.catheter()
        let value = 0
        for (let i = 0; i < 4; i++) value |= (id.charCodeAt(4 * word + i) || 0) << (8 * i)
        return value >>> 0
    }

    /**
     * @returns the register's value afterwards; for registers that act, the written value, or all ones if refused;
     * 0, and sets the bad-command flag, for an address that is not writable
     */
    write(address: number, value: number, timeUs: number): number {
        const f = this.firing
        const s = f.settings
        const free = !f.armed
        switch (address) {
            case le.REG_CONTROL:
                return this.actionReply(this.control(value, timeUs), value)
            case le.REG_TEST:
                return this.actionReply(f.pushTestLines(value), value)
            case le.REG_LINES:
                if (free && value >= 1 && value <= le.LINES_MAX) s.lines = value
                break
            case le.REG_PAIRS:
                if (free && value <= le.TABLE_ENTRIES) s.pairs = value
                break
            case le.REG_SAMPLES:
                if (free && value >= le.SAMPLES_MIN && value <= le.SAMPLES_MAX)
                    f.setRecords(value, s.sampleFormat)
                break
            case le.REG_SAMPLE_FORMAT:
                if (free && value >= SAMPLE_FORMAT_LOG8 && value <= SAMPLE_FORMAT_RF16)
                    f.setRecords(s.samples, value)
                break
            case le.REG_FIRST_SAMPLE_NS:
                if (free && value <= FIRST_SAMPLE_MAX_NS) s.firstSampleNs = value
                break
            case le.REG_LINE_PERIOD_NS:
                if (free && value >= LINE_PERIOD_MIN_NS) s.linePeriodNs = value
                break
            case le.REG_TABLE_CRC:
                if (free) s.tableCrc = value
                break
            case le.REG_TGC_STEP_NS:
                if (free && value >= 1 && value <= TGC_STEP_MAX_NS) s.tgcStepNs = value
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
                s.gate = (value & le.GATE_OPEN) !== 0
                s.epoch = (value >>> le.GATE_EPOCH_SHIFT) & 0xff
                break
            case le.REG_ROTOR_TARGET:
                // The rotor does not start while lines fire by time.
                if (value !== 0 && f.firing && !s.byRotor) break
                if (isRotorSpeed(value | 0)) f.rotor.setTarget(value | 0, timeUs)
                break
            case le.REG_ROTOR_LOCK_PPM:
                if (free && value >= LOCK_MIN_PPM && value <= LOCK_MAX_PPM) s.lockPpm = value
                break
            case le.REG_TRIGGER_MODE:
                if (free && value <= le.TRIGGER_ROTOR) s.byRotor = value === le.TRIGGER_ROTOR
                break
            default:
                if (isTgc(address)) {
                    if (free) writeGains(s.tgcCdb, address, value)
                } else if (!writeBudget(f.budget, f.armed, address, value)) {
                    this.latches.badCommand = true
                    return 0
                }
        }
        return this.read(address)
    }

    /** Reply of a register that acts and stores nothing. */
    private actionReply(done: boolean, value: number): number {
        if (done) return value
        this.latches.refused = true
        return REFUSED_REPLY
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
                this.latches.reset = false
                this.latches.badCommand = false
                this.latches.refused = false
                return true
            case le.CONTROL_ARM:
                return f.arm(this.catheter().id !== "") === le.CAUSE_NONE
            case le.CONTROL_FIRE:
                return f.fire(timeUs)
        }
        return false
    }
}

/** Registers with two points of the gain curve each. */
function isTgc(address: number): boolean {
    return address >= le.REG_TGC_0 && address < le.REG_TGC_0 + TGC_POINTS / 2
}

/** Accepts both gains or none. */
function writeGains(curve: Uint16Array, address: number, value: number): void {
    const [first, second] = [value & 0xffff, value >>> 16]
    if (first > TGC_MAX_CDB || second > TGC_MAX_CDB) return
    curve.set([first, second], 2 * (address - le.REG_TGC_0))
}

function isRotorSpeed(mrpm: number): boolean {
    const speed = Math.abs(mrpm)
    return speed === 0 || (speed >= le.SPEED_MIN_MRPM && speed <= le.SPEED_MAX_MRPM)
}
