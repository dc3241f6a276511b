// Responsible for: every fault that the cart has to notice while its sled moves: how it is caused, what the cart calls it, how
// soon it has to act, and where that limit comes from.
// Not for: causing it (rig-reactions.ts), or judging (timing.test.ts).

import type { SledFault } from "../../boards/virtual/sled/faults"
import * as codes from "../../src/shared/codes"

/** What the sled is doing when it happens. */
export type Doing = "pulling" | "homing" | "returning"

export interface FaultCase {
    readonly name: string
    /** Of the sled, or the controller itself held up for `value` ms. */
    readonly fault: SledFault | "late-loop"
    readonly value?: number
    /** It goes away by itself. */
    readonly forMs?: number
    /** The sled swings for so long after it has stopped; 0 if not given. */
    readonly swingMs?: number
    /** mm/s of the pullback. */
    readonly speedMmPerS: number
    readonly doing: Doing
    /** What the cart may call it: more than one where two witnesses see the same and either may be first. */
    readonly codes: readonly number[]
    /** From the cause to the stop being commanded, in ms, and why. */
    readonly limitMs: number
    readonly why: string
}

/** Limit of the requirements, from cause to stop commanded. */
const STOP_MS = 20
/** A loop, and its work up to the write that stops the motor. */
const LOOP_MS = 11
/** Slack of the follow check under way (5 um) and a count of the encoder. */
const APART_UM = 6
/** Part of the way that is no parting (follow-check.ts). */
const CREEP = 0.02
const HOLD_MS = 80

function at20ms(
    fault: SledFault,
    codes: number | readonly number[],
    more: Partial<FaultCase> = {}
): FaultCase {
    const speedMmPerS = more.speedMmPerS ?? 1
    const doing = more.doing ?? "pulling"
    const name = [
        fault,
        more.value === undefined ? "" : ` ${more.value}`,
        more.forMs === undefined ? "" : ` for ${more.forMs} ms`,
        speedMmPerS === 1 ? "" : `, ${speedMmPerS} mm/s`,
        doing === "pulling" ? "" : `, ${doing}`,
    ].join("")
    const why = "requirement: 20 ms from the cause"
    return {
        name,
        fault,
        codes: [codes].flat(),
        speedMmPerS,
        doing,
        limitMs: STOP_MS,
        why,
        ...more,
    }
}

/** A fault that shows only once sled and motor are 6 um apart, of which a part of the way counts. */
function byWay(
    fault: SledFault,
    codes: number | readonly number[],
    share: number,
    more: Partial<FaultCase>
): FaultCase {
    const speed = more.speedMmPerS ?? 1
    const wayUm = APART_UM / (share - CREEP)
    const limitMs = Math.ceil(wayUm / speed + LOOP_MS)
    const why = `${wayUm.toFixed(0)} um of way show it, at ${speed} mm/s, and a control loop`
    return { ...at20ms(fault, codes, more), limitMs, why }
}

/** A sled that is held or pulled back: a stiff nut shows the force before the way, a soft one the way; both say "free the catheter". */
const HELD = [codes.FAULT_STALL, codes.FAULT_FORCE]

export const FAULTS: readonly FaultCase[] = [
    at20ms("bus-all-ones", codes.FAULT_MOTOR_DRIVER_MISSING),
    at20ms("bus-all-zeros", codes.FAULT_MOTOR_DRIVER_MISSING),
    at20ms("bus-stuck", codes.FAULT_MOTOR_DRIVER_MISSING),
    at20ms("bus-stuck", codes.FAULT_MOTOR_DRIVER_MISSING, { value: 0x30 }),
    at20ms("driver-reset", codes.FAULT_MOTOR_DRIVER_RESET),
    at20ms("short", codes.FAULT_DRIVER_SHORT),
    at20ms("over-temperature", codes.FAULT_DRIVER_HOT),
    at20ms("undervoltage", codes.FAULT_DRIVER_SUPPLY),
    at20ms("right-switch-closed", codes.FAULT_END_SWITCH),
    at20ms("left-switch-closed", codes.FAULT_END_SWITCH),
    at20ms("stall", HELD),
    at20ms("stall", HELD, { speedMmPerS: 10 }),
    byWay("stall", HELD, 1, { speedMmPerS: 0.5 }),
    byWay("stall", HELD, 1, { speedMmPerS: 0.25 }),
    at20ms("encoder-dead", codes.FAULT_ENCODER_DEAD),
    at20ms("encoder-reversed", codes.FAULT_ENCODER_REVERSED),
    at20ms("screw-slip", codes.FAULT_ENCODER_DEAD),
    byWay("encoder-slip", codes.FAULT_POSITION, 0.1, { value: 0.1 }),
    at20ms("load", HELD, { value: -5 }),
    at20ms("load", HELD, { value: -5, speedMmPerS: 10 }),
    // A jolt above the 13 N at which this motor lets go of its steps: some are lost, and the rotor swings in its new place.
    at20ms("load", codes.FAULT_POSITION, { value: -40, forMs: 4, speedMmPerS: 0.5, swingMs: 30 }),
    {
        name: `control loop ${HOLD_MS} ms late`,
        fault: "late-loop",
        value: HOLD_MS,
        speedMmPerS: 1,
        doing: "pulling",
        codes: [codes.FAULT_LOOP_LATE],
        limitMs: HOLD_MS + STOP_MS,
        why: `20 ms from the end of the ${HOLD_MS} ms in which no program runs; the watchdog takes over at 100 ms`,
    },
    at20ms("stall", HELD, { doing: "homing" }),
    at20ms("driver-reset", codes.FAULT_MOTOR_DRIVER_RESET, { doing: "homing" }),
    at20ms("bus-all-ones", codes.FAULT_MOTOR_DRIVER_MISSING, { doing: "homing" }),
    at20ms("stall", HELD, { doing: "returning" }),
    at20ms("driver-reset", codes.FAULT_MOTOR_DRIVER_RESET, { doing: "returning" }),
    at20ms("left-switch-closed", codes.FAULT_END_SWITCH, { doing: "returning" }),
]
