// Register access to the transmit budget (boards/line-engine.md, "Registers").

import * as le from "../../../src/shared/devices/line-engine"
import type { TransmitBudget } from "./budget"

const PULSES_MAX = 1_000_000
const CYCLES_MAX = 255
const SUPPLY_MAX_MV = 100_000
const ELEMENT_MAX_FF = 1_000_000
const ENERGY_MAX_NJ = 20_000_000
const WINDOW_MAX_MS = 1000

/** @returns undefined for an address outside the budget registers */
export function readBudget(budget: TransmitBudget, address: number): number | undefined {
    const b = budget.settings
    switch (address) {
        case le.REG_BUDGET_PULSES:
            return b.pulses
        case le.REG_BUDGET_CYCLES:
            return b.cycles
        case le.REG_BUDGET_SUPPLY_MV:
            return b.supplyMv
        case le.REG_BUDGET_ELEMENT_FF:
            return b.elementFf
        case le.REG_BUDGET_ENERGY_NJ:
            return b.energyNj
        case le.REG_BUDGET_WINDOW_MS:
            return b.windowMs
        case le.REG_SUPPLY_MV:
            return budget.supplyMv
        case le.REG_SUPPLY_MEASURED_MV:
            return budget.supplyMeasuredMv
    }
    return undefined
}

/**
 * Writes are ignored while armed and outside a register's range.
 * @returns false for an address outside the writable budget registers
 */
export function writeBudget(
    budget: TransmitBudget,
    armed: boolean,
    address: number,
    value: number
): boolean {
    const b = budget.settings
    const takes = (min: number, max: number): boolean => !armed && value >= min && value <= max
    switch (address) {
        case le.REG_BUDGET_PULSES:
            if (takes(0, PULSES_MAX)) b.pulses = value
            return true
        case le.REG_BUDGET_CYCLES:
            if (takes(0, CYCLES_MAX)) b.cycles = value
            return true
        case le.REG_BUDGET_SUPPLY_MV:
            if (takes(0, SUPPLY_MAX_MV)) b.supplyMv = value
            return true
        case le.REG_BUDGET_ELEMENT_FF:
            if (takes(0, ELEMENT_MAX_FF)) b.elementFf = value
            return true
        case le.REG_BUDGET_ENERGY_NJ:
            if (takes(0, ENERGY_MAX_NJ)) b.energyNj = value
            return true
        case le.REG_BUDGET_WINDOW_MS:
            if (takes(1, WINDOW_MAX_MS)) budget.setWindow(value)
            return true
        case le.REG_SUPPLY_MV:
            if (takes(0, SUPPLY_MAX_MV)) budget.supplyMv = value
            return true
    }
    return false
}
