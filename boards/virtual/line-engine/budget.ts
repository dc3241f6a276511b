// Transmit budget of the line engine: which sequences and lines it allows, and the cause of each refusal.
// Source: boards/line-engine.md, "Transmit budget".

import * as le from "../../../src/shared/devices/line-engine"
import type { SequenceTable } from "./sequence-table"

/** Contents of the budget registers. */
export interface BudgetSettings {
    pulses: number
    cycles: number
    supplyMv: number
    elementFf: number
    energyNj: number
    windowMs: number
}

const PULSE_WINDOW_MS = 1000
const PJ_PER_NJ = 1000

function resetBudget(): BudgetSettings {
    return {
        pulses: 0,
        cycles: 0,
        supplyMv: 0,
        elementFf: 0,
        energyNj: 0,
        windowMs: PULSE_WINDOW_MS,
    }
}

/** A sum over the present part of the window and the 63 before it. Parts begin at whole multiples of their length since power-on. */
class SlidingSum {
    private readonly parts = new Float64Array(le.BUDGET_PARTS)
    private part = 0
    private sum = 0

    /** The sum at `timeUs` since power-on for a window of `windowMs`. */
    at(timeUs: number, windowMs: number): number {
        const part = Math.floor((timeUs * le.BUDGET_PARTS) / (1000 * windowMs))
        const passed = Math.min(part - this.part, le.BUDGET_PARTS)
        for (let i = 0; i < passed; i++) {
            const slot = (part - i) % le.BUDGET_PARTS
            this.sum -= this.parts[slot]!
            this.parts[slot] = 0
        }
        this.part = part
        return this.sum
    }

    add(amount: number): void {
        this.parts[this.part % le.BUDGET_PARTS]! += amount
        this.sum += amount
    }

    clear(): void {
        this.parts.fill(0)
        this.sum = 0
    }
}

export class TransmitBudget {
    settings = resetBudget()
    /** Set point of the pulser supply. */
    supplyMv = 0
    /** Actual supply divided by its set point; 1 unless the regulator fails. */
    supplyFactor = 1
    private readonly pulses = new SlidingSum()
    private readonly energyPj = new SlidingSum()
    /** Cumulative cycles of the entries before each one; the last element is the total. */
    private cyclesBefore = Float64Array.of(0)
    private lines = 1
    private cyclePj = 0

    get supplyMeasuredMv(): number {
        return Math.round(this.supplyMv * this.supplyFactor)
    }

    /** Clears the limits, as they belong to the catheter that was unplugged. */
    clearLimits(): void {
        this.setWindow(PULSE_WINDOW_MS)
        this.settings = resetBudget()
        this.supplyMv = 0
    }

    /** Power-on: also clears the record of past pulses. */
    reset(): void {
        this.clearLimits()
        this.pulses.clear()
        this.energyPj.clear()
    }

    /** A changed energy window starts empty. */
    setWindow(windowMs: number): void {
        if (windowMs !== this.settings.windowMs) this.energyPj.clear()
        this.settings.windowMs = windowMs
    }

    /**
     * Checks the sequence before arming: each of its entries, and the supply.
     * @returns a CAUSE, or CAUSE_NONE
     */
    arm(table: SequenceTable, entries: number, lines: number): number {
        const b = this.settings
        if (b.pulses === 0 || b.cycles === 0 || b.energyNj === 0) return le.CAUSE_NO_BUDGET
        this.cyclesBefore = new Float64Array(entries + 1)
        for (let i = 0; i < entries; i++) {
            const cycles = table.cycles(i)
            if (cycles === 0) return le.CAUSE_ENTRY
            if (cycles > b.cycles) return le.CAUSE_CYCLES
            this.cyclesBefore[i + 1] = this.cyclesBefore[i]! + cycles
        }
        if (this.supplyIsHigh()) return le.CAUSE_SUPPLY
        this.lines = lines
        this.cyclePj = Math.ceil((b.elementFf * (2 * this.supplyMv) ** 2) / 1e9)
        return le.CAUSE_NONE
    }

    /**
     * Checks the line of this index at its time, and counts its pulses if they are allowed.
     * @param timeUs since power-on
     * @returns a CAUSE, or CAUSE_NONE
     */
    request(index: number, timeUs: number): number {
        const b = this.settings
        if (this.supplyIsHigh()) return le.CAUSE_SUPPLY
        const entries = this.cyclesBefore.length - 1
        const from = Math.floor((index * entries) / this.lines)
        const to = Math.floor(((index + 1) * entries) / this.lines)
        const energyPj = (this.cyclesBefore[to]! - this.cyclesBefore[from]!) * this.cyclePj
        if (this.pulses.at(timeUs, PULSE_WINDOW_MS) + to - from > b.pulses) return le.CAUSE_PULSES
        const sumPj = this.energyPj.at(timeUs, b.windowMs) + energyPj
        if (sumPj > b.energyNj * PJ_PER_NJ) return le.CAUSE_ENERGY
        this.pulses.add(to - from)
        this.energyPj.add(energyPj)
        return le.CAUSE_NONE
    }

    private supplyIsHigh(): boolean {
        const limitMv = this.settings.supplyMv
        return (
            this.supplyMv > limitMv ||
            this.supplyMeasuredMv * 100 > limitMv * (100 + le.SUPPLY_TOLERANCE_PERCENT)
        )
    }
}
