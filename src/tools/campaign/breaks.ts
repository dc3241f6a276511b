// Safety behaviours of the firmware that are removed on purpose, one at a time, to see the campaign find each.

import type { CaseSet } from "./break-cases"
import type { FindingKind } from "./judge"

/** Replaces a text, which must occur once in its file. */
export interface Patch {
    readonly file: string
    readonly text: string
    readonly by: string
}

export interface Break {
    /** Of its folder under .devicescript/breaks. */
    readonly name: string
    /** The behaviour that is removed. */
    readonly removed: string
    readonly cases: CaseSet
    /** What the campaign must find, one of them at least; empty if another check hides it. */
    readonly expects: readonly FindingKind[]
    /** The check that still holds, where the removal alone does no harm. */
    readonly hiddenBy?: string
    readonly patches: readonly Patch[]
}

const GUARD = "src/firmware/motion/guard.ts"
const SLED = "src/firmware/motion/sled.ts"
const DRIVER = "src/firmware/motion/tmc5160.ts"
const HOMING = "src/firmware/motion/homing.ts"
const SUPERVISION = "src/firmware/motion/supervision.ts"
const PULLBACK = "src/firmware/motion/pullback.ts"
const INTERLOCKS = "src/firmware/cart/interlocks.ts"
const CART = "src/firmware/cart/cart.ts"

/** Every stop is one series of writes, whose effect nobody looks at. */
const STOP_ONCE: readonly Patch[] = [
    {
        file: SUPERVISION,
        text: "if (stopping && isQuiet()) await holdSled()\n    else if (stopping) await stopSled()",
        by: "if (stopping && isQuiet()) await holdSled()",
    },
    {
        file: GUARD,
        text: "return now_ms >= stop_by_ms && !isQuiet() ? FAULT_NO_STOP : GOOD",
        by: "return GOOD",
    },
]

const NO_RAMP_ECHO: Patch = {
    file: DRIVER,
    text: "if (echoes === count) return",
    by: "return",
}

const NO_ECHO: readonly Patch[] = [
    NO_RAMP_ECHO,
    {
        file: DRIVER,
        text: "if (valueAt(write_rx, 1) !== value) continue\n        if (VERIFIED.indexOf(address) < 0 || valueAt(write_rx, 2) === value) return",
        by: "return",
    },
]

/** Registers of the ramp and settings that every poll reads back. */
const NO_READ_BACK: readonly Patch[] = [
    {
        file: DRIVER,
        text: "if (differs(POLL_RAMPMODE, reg.RAMPMODE) || differs(POLL_XTARGET, reg.XTARGET))\n            return FAULT_MOTOR_DRIVER_WRITE\n        if (differs(POLL_SETTING, setting)) return FAULT_MOTOR_DRIVER_WRITE",
        by: "",
    },
]

const NO_DIRECTION: Patch = {
    file: GUARD,
    text: "if (vactual * commanded < 0 || (vactual !== 0 && commanded === 0)) return FAULT_UNCOMMANDED",
    by: "",
}

const NO_BOUNDS: Patch = {
    file: GUARD,
    text: "if (Math.abs(vactual) > allowed || xactual < low || xactual > high) return FAULT_UNCOMMANDED",
    by: "",
}

/** The flag of one reply ends a pullback, wherever the sled is. */
const ANY_ARRIVAL: readonly Patch[] = [
    {
        file: PULLBACK,
        text: "if (!hasArrived()) {",
        by: "if (!(ramp_stat & RAMP_POSITION_REACHED)) {",
    },
    { file: PULLBACK, text: "await holdSled()", by: "await stopSled()" },
    { file: PULLBACK, text: "    hasArrived,\n    holdSled,", by: "    stopSled," },
    {
        file: PULLBACK,
        text: "import { RAMP_VELOCITY_REACHED }",
        by: "import { RAMP_POSITION_REACHED, RAMP_VELOCITY_REACHED }",
    },
]

const ANY_END: Patch = {
    file: PULLBACK,
    text: "if (position_nm < plan.window_end_nm) throw new CartFault(FAULT_POSITION, position_nm)",
    by: "",
}

const ANY_SLOW_STOP: Patch = {
    file: HOMING,
    text: "if (Math.abs(apart_nm) > SWITCH_APART_NM) throw new CartFault(FAULT_ZERO, apart_nm)",
    by: "",
}

const ANY_LATCH: Patch = {
    file: SLED,
    text: "if (same && Math.abs(motor_nm) <= LATCH_TRAVEL_NM && Math.abs(apart_nm) <= LATCH_ERROR_NM) {",
    by: "if (same || motor_nm < 1e9 || apart_nm < 1e9) {",
}

const NO_FOLLOW: Patch = {
    file: SUPERVISION,
    text: "if (code === codes.GOOD && all && motor_enabled) code = sledFault()",
    by: "",
}

export const BREAKS: readonly Break[] = [
    {
        name: "stop-once",
        removed: "a stop is repeated until standstill is seen, or the stage is switched off",
        cases: "lost writes",
        expects: ["late stop", "motion"],
        patches: [...STOP_ONCE, NO_RAMP_ECHO],
    },
    {
        name: "arrival-by-flag",
        removed: "a pullback ends where both counters say so, not by a flag alone",
        cases: "flipped flags",
        expects: ["false success"],
        patches: [...ANY_ARRIVAL, ANY_END],
    },
    {
        name: "motion-not-compared",
        removed: "direction, speed, range and registers of a move are compared with the request",
        cases: "readings that write",
        expects: ["backwards", "too fast"],
        patches: [NO_DIRECTION, NO_BOUNDS, ...NO_READ_BACK],
    },
    {
        name: "zero-believed",
        removed: "the zero must agree with both counters and with the first stop at the switch",
        cases: "homing",
        expects: ["position"],
        patches: [ANY_SLOW_STOP, ANY_LATCH],
    },
    {
        name: "host-absent",
        removed: "the host must be present while the sled moves",
        cases: "random",
        expects: ["late stop", "motion"],
        patches: [
            {
                file: INTERLOCKS,
                text: "if (needs_host && !hostIsPresent())",
                by: "if (firing && !hostIsPresent())",
            },
        ],
    },
    {
        name: "stage-stays-on",
        removed: "the stage is switched off by pin if the driver does not answer or stop",
        cases: "random",
        expects: ["late stop", "motion"],
        patches: [
            {
                file: CART,
                text: "is_checked = false\n            await disableMotor()",
                by: "is_checked = false",
            },
            {
                file: CART,
                text: "if (!motor_enabled) return\n            await disableMotor()",
                by: "if (!motor_enabled) return",
            },
        ],
    },
    {
        name: "no-time-limit",
        removed: "a move must progress, and end in time",
        cases: "readings that write",
        expects: ["no end"],
        patches: [
            {
                file: GUARD,
                text: "if (now_ms > end_ms || idle_loops > IDLE_LOOPS) return FAULT_MOVE_LATE",
                by: "",
            },
        ],
    },
    {
        name: "encoder-not-compared",
        removed: "the encoder must follow the motor",
        cases: "random",
        expects: ["position"],
        patches: [NO_FOLLOW],
    },
    {
        name: "echo",
        removed: "the echo of each write is compared with what was written",
        cases: "lost writes",
        hiddenBy: "read-back, progress and repeated stops",
        expects: [],
        patches: NO_ECHO,
    },
    {
        name: "standstill",
        removed: "a stop is repeated, but its writes are checked by their echo",
        cases: "lost writes",
        hiddenBy: "the echo of each write",
        expects: [],
        patches: STOP_ONCE,
    },
    {
        name: "direction",
        removed: "the direction of a move is compared with the request",
        cases: "readings that write",
        hiddenBy: "range, and read-back of XTARGET",
        expects: [],
        patches: [NO_DIRECTION],
    },
    {
        name: "arrival",
        removed: "a pullback's arrival is read from both counters",
        cases: "flipped flags",
        hiddenBy: "the end of the window by the front end's counter",
        expects: [],
        patches: ANY_ARRIVAL,
    },
]
