// Register values of a catheter's transmit budget, and the faults for the engine's causes of refusal.
// The engine alone enforces the budget. Source: boards/line-engine.md, "Transmit budget".

import { Catheter } from "../../../shared/acquisition/catheters"
import * as le from "../../../shared/devices/line-engine"
import * as codes from "../../../shared/codes"

/** Registers of the budget in the order of loading: the supply after its limit. In flash, not on the heap. */
export const BUDGET_REGISTERS = hex`30 31 32 33 35 34 36`

/** Value of register `address` for this catheter. */
export function budgetOf(catheter: Catheter, address: number): number {
    if (address === le.REG_BUDGET_PULSES) return catheter.pulses_max_per_s
    if (address === le.REG_BUDGET_CYCLES) return catheter.burst_max_cycles
    if (address === le.REG_BUDGET_ELEMENT_FF) return catheter.element_ff
    if (address === le.REG_BUDGET_WINDOW_MS) return le.ENERGY_WINDOW_MS
    if (address === le.REG_BUDGET_ENERGY_NJ) return catheter.power_max_uw * le.ENERGY_WINDOW_MS
    // Limit and set point of the supply.
    return catheter.supply_mv
}

/**
 * @param cause CAUSE_ code of the engine
 * @param plugged not 0 if a catheter is plugged in now
 * @returns FAULT_ code
 */
export function faultOf(cause: number, plugged: number): number {
    if (cause === le.CAUSE_CATHETER)
        return plugged ? codes.FAULT_CATHETER_CHANGED : codes.FAULT_CATHETER_UNPLUGGED
    if (cause === le.CAUSE_TABLE) return codes.FAULT_ENGINE_TABLE
    if (cause === le.CAUSE_ENTRY) return codes.FAULT_ENGINE_ENTRY
    if (cause === le.CAUSE_NO_BUDGET) return codes.FAULT_ENGINE_NO_BUDGET
    if (cause === le.CAUSE_CYCLES) return codes.FAULT_ENGINE_CYCLES
    if (cause === le.CAUSE_SUPPLY) return codes.FAULT_ENGINE_SUPPLY
    if (cause === le.CAUSE_PULSES) return codes.FAULT_ENGINE_PULSES
    if (cause === le.CAUSE_ENERGY) return codes.FAULT_ENGINE_ENERGY
    if (cause === le.CAUSE_INHIBITED) return codes.FAULT_ENGINE_INHIBITED
    if (cause === le.CAUSE_ROTOR) return codes.FAULT_ROTOR_SPEED
    if (cause === le.CAUSE_UNSERVICED) return codes.FAULT_ENGINE_UNSERVICED
    return codes.FAULT_ENGINE_STOPPED
}
