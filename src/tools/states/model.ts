// What an operator may expect of the cart: a model of its states, written from the design and the READMEs and not from the state table.
//
// It knows facts (is the sled homed, what moves, what fires) and derives the state's name from them; the table knows states.

import * as machine from "../../shared/cart-machine"

type Move = "homing" | "calibrating" | "pulling" | "returning" | "jogging"

export interface Facts {
    /** The program starts ("boot"), or the chips are tested and configured ("self test"). */
    readonly start: "boot" | "self test" | undefined
    /** Why the cart stopped and waits for an operator. */
    readonly latch: "fault" | "stopped" | undefined
    /** The zero of the sled is known. */
    readonly homed: boolean
    /** The motor is off so that a hand may move the sled. */
    readonly released: boolean
    readonly move: Move | undefined
    /** The transducer fires, and the pullback is allowed to begin. */
    readonly firing: "live" | "armed" | undefined
    /** The sled stands where a pullback ended. */
    readonly away: boolean
    /** The host is in control; otherwise nobody is. */
    readonly control: boolean
}

/** A cart that has just got its supply, or whose program has just started. */
export const STARTED: Facts = {
    ...{ start: "boot", latch: undefined, homed: false, released: false },
    ...{ move: undefined, firing: undefined, away: false, control: false },
}

const TESTING: Facts = { ...STARTED, start: "self test" }
const UNHOMED: Facts = { ...STARTED, start: undefined }
const READY: Facts = { ...UNHOMED, homed: true }

/** Whether the sled may move. */
export const movesIn = (f: Facts): boolean => f.move !== undefined
/** Whether the transducer may fire; a pullback images. */
export const firesIn = (f: Facts): boolean => f.firing !== undefined || f.move === "pulling"

/** Nothing moves or fires, nothing is latched, and the motor is on. */
const isIdle = (f: Facts): boolean =>
    !f.start && !f.latch && !f.released && !movesIn(f) && !firesIn(f)
/** At rest, homed, and not where a pullback ended. */
const isReady = (f: Facts): boolean => isIdle(f) && f.homed && !f.away

/** The state's name as documents and displays use it. */
export function stateName(f: Facts): string {
    if (f.latch) return f.latch
    if (f.start) return f.start
    if (f.released) return "manual"
    if (f.move) return f.move
    if (f.firing) return f.firing
    if (!f.homed) return "unhomed"
    return f.away ? "completed" : "ready"
}

/** Events that are no requests. */
export type Happening =
    | "booted"
    | "tested"
    | "move ended"
    | "fault"
    | "e-stop"
    | "calibration"
    /** Its session ends. */
    | "link lost"
    /** That of a jog, or of a return by a bedside unit. */
    | "button let go"
    /** Its session stays open. */
    | "host silent"
    | "restart"

/** Requests that need no control: they end motion or firing, read, or concern the picture alone. */
const FREE = [
    ...[machine.COMMAND_STOP, machine.COMMAND_STANDBY, machine.COMMAND_DUMP],
    ...[machine.COMMAND_MARK, machine.COMMAND_RING_DOWN],
]

const withControl = (f: Facts, control: boolean): Facts =>
    f.control === control ? f : { ...f, control }

/** The facts after a request of an operator at the host, or undefined if it is refused. */
export function afterRequest(f: Facts, command: number): Facts | undefined {
    if (command === machine.COMMAND_CONTROL)
        // Never taken while the cart acts.
        return f.control || !(movesIn(f) || firesIn(f)) ? withControl(f, true) : undefined
    if (!f.control && !FREE.includes(command)) return undefined
    const after = afterAllowed(f, command)
    return after && withControl(after, f.control)
}

/** The facts after a request of one who may make it. */
function afterAllowed(f: Facts, command: number): Facts | undefined {
    switch (command) {
        // Rule 6, rule 5: only these leave a latched state; the zero is lost.
        case machine.COMMAND_RESET:
            return f.latch === "stopped" ? TESTING : undefined
        case machine.COMMAND_ACKNOWLEDGE:
            return f.latch === "fault" ? TESTING : undefined
        case machine.COMMAND_STOP:
            return afterStop(f)
        case machine.COMMAND_ENGAGE:
            // A hand has moved the sled.
            return f.released ? UNHOMED : undefined
        case machine.COMMAND_RELEASE:
            return isIdle(f) ? { ...UNHOMED, released: true } : undefined
        // A pullback leaves the sled where it ended until somebody asks for its return.
        case machine.COMMAND_HOME:
            return isIdle(f) && !f.away ? { ...UNHOMED, move: "homing" } : undefined
        case machine.COMMAND_CALIBRATE:
            return isReady(f) ? { ...f, move: "calibrating" } : undefined
        case machine.COMMAND_RETURN:
            return isIdle(f) && f.homed ? { ...f, move: "returning" } : undefined
        case machine.COMMAND_JOG:
            if (f.move === "jogging") return f
            return isIdle(f) && f.homed ? { ...READY, move: "jogging" } : undefined
        // Holding a button goes on with what its press began.
        case machine.COMMAND_HOLD:
            return f.move === "jogging" || f.move === "returning" ? f : undefined
        // Of what is imaged.
        case machine.COMMAND_MARK:
            return firesIn(f) ? f : undefined
        // Of a picture that stands still.
        case machine.COMMAND_RING_DOWN:
            return f.firing === "live" ? f : undefined
        case machine.COMMAND_SPEED:
            return f.move === "pulling" ? f : undefined
        case machine.COMMAND_LIVE:
            return isReady(f) ? { ...f, firing: "live" } : undefined
        case machine.COMMAND_ARM:
            return f.firing === "live" ? { ...f, firing: "armed" } : undefined
        case machine.COMMAND_START:
            return f.firing === "armed" ? { ...READY, move: "pulling" } : undefined
        case machine.COMMAND_STANDBY:
            return f.firing ? READY : undefined
        default:
            return undefined
    }
}

/** A stop ends what moves and fires, and nothing else. The cart takes one in any other state too, without a change. */
function afterStop(f: Facts): Facts | undefined {
    if (!movesIn(f) && !firesIn(f)) return undefined
    if (f.move === "homing") return UNHOMED
    // Stopped on its way back, or pulled: not at its start.
    return f.move === "pulling" || f.move === "returning" ? { ...READY, away: true } : READY
}

/** The facts after something that no operator asked for. Control ends with its holder's session, and with the program. */
export function afterHappening(f: Facts, happening: Happening): Facts {
    if (happening === "restart") return STARTED
    return withControl(happened(f, happening), happening !== "link lost" && f.control)
}

function happened(f: Facts, happening: Exclude<Happening, "restart">): Facts {
    switch (happening) {
        case "booted":
            return f.start === "boot" && !f.latch ? TESTING : f
        case "tested":
            return f.start === "self test" && !f.latch ? UNHOMED : f
        case "e-stop":
            return { ...UNHOMED, latch: "stopped" }
        case "fault":
            return f.latch === "stopped" ? f : { ...UNHOMED, latch: "fault" }
        case "link lost":
        case "host silent":
            return movesIn(f) || firesIn(f) ? afterHappening(f, "fault") : f
        case "calibration":
            // It is in force after a self test, and a homing then verifies it.
            return f.control && (isReady(f) || (isIdle(f) && !f.homed)) ? TESTING : f
        case "button let go":
            return f.move === "jogging" || f.move === "returning" ? afterStop(f)! : f
        case "move ended":
            return afterMove(f)
    }
}

function afterMove(f: Facts): Facts {
    if (!f.move) return f
    return f.move === "pulling" ? { ...READY, away: true } : READY
}
