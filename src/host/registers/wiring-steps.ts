// The steps of the guided wiring check: what the person is asked for, and how the cart's readings are judged.

import { GOOD } from "../../shared/codes"
import type { WiringReading } from "./wiring-reading"

/** What a step waits for. */
export type WiringAction = "middle" | "home" | "far" | "rest" | "away" | "press" | "release"

export interface Step {
    readonly action: WiringAction
    /** What the step judges. */
    readonly name: string
    /** Left out, the person need not know of the step. */
    readonly ask?: string
}

const ESTOP = "emergency stop"

/** The first step with a cart that is stopped already. */
export const RELEASE_FIRST: Step = {
    action: "release",
    name: ESTOP,
    ask: "The cart is stopped: its emergency stop is pressed, or was pressed. Release it.",
}

export const STEPS: readonly Step[] = [
    {
        action: "middle",
        name: "switches at rest",
        ask: "Move the sled by hand to the middle of its travel.",
    },
    {
        action: "home",
        name: "home switch",
        ask: "Press the home switch, at the patient's end, or move the sled against it; then release it.",
    },
    {
        action: "far",
        name: "far switch",
        ask: "Press the far switch, at the other end, or move the sled against it; then release it.",
    },
    // A sled that still moves would be judged by the wrong direction.
    { action: "rest", name: "encoder" },
    {
        action: "away",
        name: "encoder",
        ask: "Move the sled by hand about 10 mm away from the patient, and let it rest.",
    },
    {
        action: "press",
        name: ESTOP,
        ask: "Press the emergency stop, and leave it pressed.",
    },
    {
        action: "release",
        name: ESTOP,
        ask: "Release the emergency stop.",
    },
]

/** What one check knows beside the present reading. */
export interface Memory {
    /** Position at the begin of the step. */
    startMm: number
    /** Position of the reading before. */
    lastMm: number
    /** Readings in a row in which the sled has rested. */
    rests: number
    /** The switch that was pressed in this step. */
    pressed: Switch | undefined
    swapped: boolean
    /** Switches that read as reached all the time. */
    readonly stuck: Set<Switch>
    /** The emergency stop was seen to fall in this check. */
    fell: boolean
    /** The cart refused a reset in this step, as the emergency stop's chain is open. */
    isOpen: boolean
    /** The operator's answer to the question for a reset, and its result. */
    reset: "asked" | "done" | "declined" | undefined
}

export type Switch = "home" | "far"

/**
 * Whether the step went well and what was seen; null is not judged. "next" has no result of its own; undefined while the step
 * goes on.
 */
export type Outcome = readonly [ok: boolean | null, text: string] | "next" | undefined

/** What is known of a step before the person is asked for it. */
export function judgeFirst(
    { action }: Step,
    { home, far, stopped, fault }: WiringReading,
    memory: Memory
): Outcome {
    if (action === "middle" && !home && !far) return AT_REST
    if ((action === "home" || action === "far") && memory.stuck.has(action))
        return [null, "not judged, as it always reads as reached"]
    if (action !== "press") return undefined
    // Its self test may not have enabled the safety circuit.
    if (fault !== GOOD) return [null, "not judged: it needs a cart without a fault"]
    if (!stopped) return undefined
    memory.fell = true
    return "next"
}

/** @param isLate the step's time is over */
export function judge(
    { action }: Step,
    reading: WiringReading,
    memory: Memory,
    isLate: boolean
): Outcome {
    switch (action) {
        case "middle":
            return atRest(reading, memory, isLate)
        case "home":
        case "far":
            return switchPressed(action, reading, memory, isLate)
        case "rest":
            return rested(reading, memory, isLate)
        case "away":
            return moved(reading, memory, isLate)
        case "press":
            return stopPressed(reading, memory, isLate)
        case "release":
            return stopReleased(memory, isLate)
    }
}

const AT_REST: Outcome = [true, "neither reads as reached"]

function atRest({ home, far }: WiringReading, { stuck }: Memory, isLate: boolean): Outcome {
    if (!home && !far) return AT_REST
    if (!isLate) return undefined
    if (home) stuck.add("home")
    if (far) stuck.add("far")
    if (home && far)
        return [
            false,
            "both always read as reached: the switch cable is off, or its common wire is cut",
        ]
    return [
        false,
        `the ${home ? "home" : "far"} switch always reads as reached: its wire is cut, or its contact is not normally closed`,
    ]
}

function switchPressed(
    action: Switch,
    reading: WiringReading,
    memory: Memory,
    isLate: boolean
): Outcome {
    const other = action === "home" ? "far" : "home"
    const has = (which: Switch): boolean => reading[which] && !memory.stuck.has(which)
    memory.pressed ??= has(action) ? action : has(other) ? other : undefined
    const { pressed } = memory
    if (pressed && !has(pressed)) {
        if (pressed === action) return [true, "reads as reached when pressed"]
        const again = memory.swapped
        memory.swapped = true
        return [
            false,
            again
                ? `reads as the ${other} switch, as the two are swapped`
                : `reads as the ${other} switch: swap the wires of the two switches`,
        ]
    }
    if (!isLate) return undefined
    if (pressed) return [false, "was not released, or its wire is loose"]
    return [
        false,
        "never reads as reached: it was not pressed, its wire has a short to ground, or it does not open",
    ]
}

/** A shorter way may be the sled's play or a touch. */
const MOVED_MM = 2
/** Between two readings, which take 80 ms: the sled rests. */
const RESTS_MM = 0.1
/** Readings for which a sled rests before its way is measured: longer than a hand pauses in one push. */
const RESTS = 10
/** Less than this is no count at all: the strip's edges while the sled rests. */
const STILL_MM = 0.02

function rested({ positionMm }: WiringReading, memory: Memory, isLate: boolean): Outcome {
    const rests = Math.abs(positionMm - memory.lastMm) < RESTS_MM
    memory.lastMm = positionMm
    memory.rests = rests ? memory.rests + 1 : 0
    return memory.rests >= RESTS || isLate ? "next" : undefined
}

function moved({ positionMm }: WiringReading, memory: Memory, isLate: boolean): Outcome {
    const byMm = positionMm - memory.startMm
    const rests = Math.abs(positionMm - memory.lastMm) < RESTS_MM
    memory.lastMm = positionMm
    if (Math.abs(byMm) >= MOVED_MM) {
        if (!rests && !isLate) return undefined
        const way = `${Math.abs(byMm).toFixed(1)} mm`
        return byMm > 0
            ? [true, `counts upwards away from the patient, by ${way}`]
            : [
                  false,
                  `counts downwards away from the patient, by ${way}: swap its channels A and B`,
              ]
    }
    if (!isLate) return undefined
    if (Math.abs(byMm) < STILL_MM)
        return [false, "does not count: move the sled, or check its cable, its supply and its head"]
    return [
        false,
        `counted only ${byMm.toFixed(2)} mm: move the sled further, or check channels A and B for a cut wire`,
    ]
}

function stopPressed({ stopped, safe }: WiringReading, memory: Memory, isLate: boolean): Outcome {
    if (stopped && !safe) {
        memory.fell = true
        return "next"
    }
    if (!isLate) return undefined
    return [
        false,
        "its press was not seen: its chain is bridged, its button is not in the chain, SAFE_SENSE is stuck high, or it was not pressed",
    ]
}

function stopReleased({ fell, isOpen, reset }: Memory, isLate: boolean): Outcome {
    if (reset === "done")
        return fell ? [true, "stops the cart when pressed; the cart was reset after it"] : "next"
    if (!isLate && reset !== "declined") return undefined
    if (isOpen)
        return [
            false,
            `stays open: it is ${fell ? "still " : ""}pressed, its wire is cut, or SAFE_SENSE or SAFE_REARM is not connected`,
        ]
    return [
        null,
        `${fell ? "stops the cart when pressed; its release was" : "was"} not judged, as the cart was not reset`,
    ]
}
