// Makes presses of the edges and readings of a button, and ignores one that is stuck, bounces or was down at power-on.
// Imports no hardware, and the time is passed in: Node runs the same code as the VM.

import {
    BUTTON_JOG_DISTAL,
    BUTTON_JOG_PROXIMAL,
    BUTTON_RETURN,
    BUTTON_START,
    BUTTONS,
} from "../../shared/devices/bedside-unit"
import {
    BUTTON_BOUNCES,
    BUTTON_DOWN_AT_START,
    BUTTON_GOOD,
    BUTTON_STUCK,
    type UnitState,
} from "./unit-state"

// What an edge, a reading or the time makes of a button.
export const NOTHING = 0
export const PRESSED = 1
export const LET_GO = 2
/** A press that may stop, but nothing else: of START while it bounces, or is found down at the start. */
export const PRESSED_TO_STOP = 3

/** A held button that is not confirmed for so long counts as let go. */
export const CONFIRM_LIMIT_MS = 160
/** Longer than anybody holds a button that is not hold-to-run. */
export const STUCK_MS = 10000
/** So many edges in so short a time are no finger's. */
export const BOUNCE_EDGES = 6
export const BOUNCE_MS = 500
/** A press this soon after letting go is the contact's. */
export const CHATTER_MS = 40

export interface ButtonState {
    number: number
    /** Nothing is known of it yet: what comes first is its state at power-on. */
    is_new: boolean
    is_down: boolean
    /** It is down and was accepted as a press. */
    is_held: boolean
    /** Why it is ignored, one of BUTTON_. */
    bad: number
    edge_ms: number
    /** Times of its last edges, the oldest at `next`. */
    edges_ms: number[]
    next: number
    confirmed_ms: number
}

export function newButtons(): ButtonState[] {
    const buttons: ButtonState[] = []
    for (let number = 0; number < BUTTONS; ++number) {
        const edges_ms: number[] = []
        while (edges_ms.length < BOUNCE_EDGES) edges_ms.push(-BOUNCE_MS)
        buttons.push({
            number,
            is_new: true,
            is_down: false,
            is_held: false,
            bad: BUTTON_GOOD,
            edge_ms: -BOUNCE_MS,
            edges_ms,
            next: 0,
            confirmed_ms: 0,
        })
    }
    return buttons
}

/** Whether the button acts only while it is held. */
export function holdsToRun(number: number): boolean {
    return (
        number === BUTTON_JOG_DISTAL || number === BUTTON_JOG_PROXIMAL || number === BUTTON_RETURN
    )
}

/** The button has been found down or up: by an event, or by a reading. */
export function hearButton(button: ButtonState, is_down: boolean, now_ms: number): number {
    if (button.is_new) {
        button.is_new = false
        button.is_down = is_down
        button.edge_ms = now_ms
        if (!is_down) return NOTHING
        button.bad = BUTTON_DOWN_AT_START
        // Somebody may be pressing it to stop while the program restarts.
        return button.number === BUTTON_START ? PRESSED_TO_STOP : NOTHING
    }
    if (is_down) button.confirmed_ms = now_ms
    return is_down === button.is_down ? NOTHING : takeEdge(button, now_ms)
}

function takeEdge(button: ButtonState, now_ms: number): number {
    const is_down = !button.is_down
    button.is_down = is_down
    const since_ms = now_ms - button.edge_ms
    button.edge_ms = now_ms
    button.edges_ms[button.next] = now_ms
    button.next = (button.next + 1) % BOUNCE_EDGES
    if (now_ms - button.edges_ms[button.next] < BOUNCE_MS) button.bad = BUTTON_BOUNCES
    if (!is_down) {
        if (button.bad !== BUTTON_BOUNCES) button.bad = BUTTON_GOOD
        return endHold(button)
    }
    if (button.bad !== BUTTON_GOOD)
        return button.number === BUTTON_START ? PRESSED_TO_STOP : NOTHING
    if (since_ms < CHATTER_MS) return NOTHING
    button.is_held = true
    return PRESSED
}

function endHold(button: ButtonState): number {
    const was_held = button.is_held
    button.is_held = false
    return was_held ? LET_GO : NOTHING
}

/** To be called each 10 ms. */
export function stepButton(button: ButtonState, now_ms: number): number {
    const since_ms = now_ms - button.edge_ms
    if (button.bad === BUTTON_BOUNCES) {
        if (since_ms > BOUNCE_MS) button.bad = button.is_down ? BUTTON_STUCK : BUTTON_GOOD
        return endHold(button)
    }
    if (!button.is_held) return NOTHING
    if (holdsToRun(button.number)) {
        if (now_ms - button.confirmed_ms > CONFIRM_LIMIT_MS) return endHold(button)
    } else if (since_ms > STUCK_MS) {
        button.bad = BUTTON_STUCK
        return endHold(button)
    }
    return NOTHING
}

/** Names the first button that is ignored. */
export function nameBadButton(buttons: ButtonState[], unit: UnitState): void {
    unit.bad_button = -1
    unit.bad_reason = BUTTON_GOOD
    for (const button of buttons)
        if (button.bad !== BUTTON_GOOD) {
            unit.bad_button = button.number
            unit.bad_reason = button.bad
            return
        }
}
