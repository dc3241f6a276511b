// All faults that the cart must detect while its sled moves: how each is injected, the expected
// fault code, the reaction limit and its source.

import type { SledFault } from "../../../boards/virtual/sled/faults"
import * as codes from "../../../src/shared/codes"

/** The motion in progress when the fault is injected. */
export type Motion = "pulling" | "homing" | "returning"

export interface FaultCase {
    readonly name: string
    /** A fault of the sled, or the controller halted for `value` ms. */
    readonly fault: SledFault | "late-loop"
    readonly value?: number
    /** Time after which the fault is cleared; default: not cleared. */
    readonly forMs?: number
    /** Time for which the sled oscillates after it has stopped; default 0. */
    readonly swingMs?: number
    /** mm/s of the pullback. */
    readonly speedMmPerS: number
    readonly motion: Motion
    /**
     * Expected fault codes; more than one where two checks detect the same fault and either may be
     * first.
     */
    readonly codes: readonly number[]
    /** Limit from the cause to the stop command, in ms, and its derivation. */
    readonly limitMs: number
    readonly why: string
}

/** Limit of the requirements, from the cause to the stop command. */
const STOP_MS = 20
/** A control loop with its work up to the write that stops the motor. */
const LOOP_MS = 11
/** Tolerance of the follow check during a move (5 um) and one encoder count. */
const DEVIATION_UM = 6
/** The part of the travel that does not count as deviation (follow-check.ts). */
const CREEP_FRACTION = 0.02
const HOLD_MS = 80

function at20ms(
    fault: SledFault,
    codes: number | readonly number[],
    overrides: Partial<FaultCase> = {}
): FaultCase {
    const speedMmPerS = overrides.speedMmPerS ?? 1
    const motion = overrides.motion ?? "pulling"
    const name = [
        fault,
        overrides.value === undefined ? "" : ` ${overrides.value}`,
        overrides.forMs === undefined ? "" : ` for ${overrides.forMs} ms`,
        speedMmPerS === 1 ? "" : `, ${speedMmPerS} mm/s`,
        motion === "pulling" ? "" : `, ${motion}`,
    ].join("")
    const why = "requirement: 20 ms from the cause"
    return {
        name,
        fault,
        codes: [codes].flat(),
        speedMmPerS,
        motion,
        limitMs: STOP_MS,
        why,
        ...overrides,
    }
}

/**
 * A fault that is detected only after sled and motor differ by 6 um; `share` of the travel adds to
 * the difference.
 */
function byTravel(
    fault: SledFault,
    codes: number | readonly number[],
    share: number,
    overrides: Partial<FaultCase>
): FaultCase {
    const speed = overrides.speedMmPerS ?? 1
    const travelUm = DEVIATION_UM / (share - CREEP_FRACTION)
    const limitMs = Math.ceil(travelUm / speed + LOOP_MS)
    const why = `${travelUm.toFixed(0)} um of travel until it is detected, at ${speed} mm/s, and a control loop`
    return { ...at20ms(fault, codes, overrides), limitMs, why }
}

export const FAULTS: readonly FaultCase[] = [
    at20ms("bus-all-ones", codes.FAULT_MOTOR_DRIVER_MISSING),
    at20ms("bus-all-zeros", codes.FAULT_MOTOR_DRIVER_MISSING),
    at20ms("bus-stuck", codes.FAULT_MOTOR_DRIVER_MISSING),
    at20ms("bus-stuck", codes.FAULT_MOTOR_DRIVER_MISSING, { value: 0x30 }),
    at20ms("driver-reset", codes.FAULT_MOTOR_DRIVER_RESET),
    at20ms("short", codes.FAULT_DRIVER_SHORT),
    at20ms("over-temperature", codes.FAULT_DRIVER_HOT),
    at20ms("undervoltage", codes.FAULT_DRIVER_SUPPLY),
    at20ms("far-switch-wire-cut", codes.FAULT_END_SWITCH),
    at20ms("home-switch-wire-cut", codes.FAULT_END_SWITCH),
    at20ms("stall", codes.FAULT_STALL),
    at20ms("stall", codes.FAULT_STALL, { speedMmPerS: 10 }),
    byTravel("stall", codes.FAULT_STALL, 1, { speedMmPerS: 0.5 }),
    byTravel("stall", codes.FAULT_STALL, 1, { speedMmPerS: 0.25 }),
    at20ms("encoder-dead", codes.FAULT_STALL),
    at20ms("encoder-reversed", codes.FAULT_ENCODER_REVERSED),
    at20ms("screw-slip", codes.FAULT_STALL),
    byTravel("encoder-slip", codes.FAULT_POSITION, 0.1, { value: 0.1 }),
    // A force pulse above the pull-out force of 76 N: the motor loses 4 to 8 full steps, 20 to
    // 40 um, and the rotor oscillates at its new position.
    at20ms("load", [codes.FAULT_POSITION, codes.FAULT_STALL], {
        value: -90,
        forMs: 4,
        speedMmPerS: 0.5,
        swingMs: 30,
    }),
    {
        name: `control loop ${HOLD_MS} ms late`,
        fault: "late-loop",
        value: HOLD_MS,
        speedMmPerS: 1,
        motion: "pulling",
        codes: [codes.FAULT_LOOP_LATE],
        limitMs: HOLD_MS + STOP_MS,
        why: `20 ms from the end of the ${HOLD_MS} ms in which the program is halted; the watchdog acts at 100 ms`,
    },
    at20ms("stall", codes.FAULT_STALL, { motion: "homing" }),
    at20ms("driver-reset", codes.FAULT_MOTOR_DRIVER_RESET, { motion: "homing" }),
    at20ms("bus-all-ones", codes.FAULT_MOTOR_DRIVER_MISSING, { motion: "homing" }),
    at20ms("stall", codes.FAULT_STALL, { motion: "returning" }),
    at20ms("driver-reset", codes.FAULT_MOTOR_DRIVER_RESET, { motion: "returning" }),
    at20ms("home-switch-wire-cut", codes.FAULT_END_SWITCH, { motion: "returning" }),
]
