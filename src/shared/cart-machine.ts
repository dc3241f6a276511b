// Responsible for: the states of the cart and what leads from one to another, as a table.
// Not for: what the cart does in a state; the firmware interprets the table, the host only shows it.

export const STATE_BOOT = 0
export const STATE_SELF_TEST = 1
export const STATE_UNHOMED = 2
export const STATE_HOMING = 3
export const STATE_READY = 4
export const STATE_LIVE = 5
export const STATE_ARMED = 6
export const STATE_PULLING = 7
export const STATE_COMPLETED = 8
export const STATE_RETURNING = 9
export const STATE_MANUAL = 10
export const STATE_FAULT = 11
export const STATE_STOPPED = 12
export const STATE_CALIBRATING = 13
export const STATE_JOGGING = 14

/** Names in the order of the numbers. */
export const STATE_NAMES = [
    "boot",
    "self test",
    "unhomed",
    "homing",
    "ready",
    "live",
    "armed",
    "pulling",
    "completed",
    "returning",
    "manual",
    "fault",
    "stopped",
    "calibrating",
    "jogging",
]

// What an operator asks for; also the command codes on the link.
export const COMMAND_HOME = 1
export const COMMAND_LIVE = 2
export const COMMAND_ARM = 3
export const COMMAND_START = 4
export const COMMAND_STOP = 5
export const COMMAND_RETURN = 6
export const COMMAND_ACKNOWLEDGE = 7
export const COMMAND_STANDBY = 8
export const COMMAND_RELEASE = 9
export const COMMAND_ENGAGE = 10
export const COMMAND_CALIBRATE = 11
/** A button is pressed; its argument is the speed, with sign. */
export const COMMAND_JOG = 12
/** Another speed for the pullback under way; its argument is the speed. */
export const COMMAND_SPEED = 13
/** The button of a jog is still held: asked again and again, or the sled brakes. It never begins a jog. */
export const COMMAND_HOLD = 14
/** Commands are 1..COMMAND_LAST. */
export const COMMAND_LAST = 14
/** Asks for a register dump; it changes no state, so that the table has no row for it: see {@link mayDump}. */
export const COMMAND_DUMP = 20

// What happens by itself.
export const DONE_BOOT = 32
export const DONE_SELF_TEST = 33
export const DONE_HOMING = 34
export const DONE_PULLING = 35
export const DONE_RETURNING = 36
export const ON_FAULT = 37
export const ON_ESTOP = 38
export const ON_ESTOP_RELEASED = 39
export const DONE_CALIBRATING = 40
export const DONE_JOGGING = 41

/** Stands for every state in the first column. */
export const ANY_STATE = -1

/** A row as one number: in the VM fifty arrays of three would take kilobytes of its heap. */
function row(from: number, event: number, to: number): number {
    return (from + 1) * 4096 + event * 64 + to
}

/**
 * State, event, next state. The first row that matches counts; an event without
 * a row is refused and changes nothing.
 */
const TRANSITIONS: number[] = [
    row(STATE_BOOT, DONE_BOOT, STATE_SELF_TEST),
    row(STATE_SELF_TEST, DONE_SELF_TEST, STATE_UNHOMED),
    row(STATE_UNHOMED, COMMAND_HOME, STATE_HOMING),
    row(STATE_UNHOMED, COMMAND_RELEASE, STATE_MANUAL),
    row(STATE_HOMING, DONE_HOMING, STATE_READY),
    row(STATE_HOMING, COMMAND_STOP, STATE_UNHOMED),
    row(STATE_READY, COMMAND_LIVE, STATE_LIVE),
    row(STATE_READY, COMMAND_HOME, STATE_HOMING),
    row(STATE_READY, COMMAND_RELEASE, STATE_MANUAL),
    // A new calibration has other scales: the chips are set up and the sled homed anew.
    row(STATE_READY, COMMAND_CALIBRATE, STATE_CALIBRATING),
    row(STATE_CALIBRATING, DONE_CALIBRATING, STATE_SELF_TEST),
    row(STATE_CALIBRATING, COMMAND_STOP, STATE_UNHOMED),
    row(STATE_READY, COMMAND_RETURN, STATE_RETURNING),
    row(STATE_READY, COMMAND_JOG, STATE_JOGGING),
    row(STATE_JOGGING, COMMAND_JOG, STATE_JOGGING),
    row(STATE_JOGGING, COMMAND_HOLD, STATE_JOGGING),
    row(STATE_JOGGING, COMMAND_STOP, STATE_READY),
    row(STATE_JOGGING, DONE_JOGGING, STATE_READY),
    row(STATE_LIVE, COMMAND_ARM, STATE_ARMED),
    row(STATE_LIVE, COMMAND_STANDBY, STATE_READY),
    row(STATE_ARMED, COMMAND_START, STATE_PULLING),
    row(STATE_ARMED, COMMAND_STANDBY, STATE_READY),
    row(STATE_PULLING, DONE_PULLING, STATE_COMPLETED),
    row(STATE_PULLING, COMMAND_STOP, STATE_COMPLETED),
    row(STATE_PULLING, COMMAND_SPEED, STATE_PULLING),
    row(STATE_COMPLETED, COMMAND_RETURN, STATE_RETURNING),
    row(STATE_COMPLETED, COMMAND_JOG, STATE_JOGGING),
    row(STATE_COMPLETED, COMMAND_RELEASE, STATE_MANUAL),
    row(STATE_RETURNING, DONE_RETURNING, STATE_READY),
    row(STATE_RETURNING, COMMAND_STOP, STATE_COMPLETED),
    row(STATE_MANUAL, COMMAND_ENGAGE, STATE_UNHOMED),
    row(STATE_FAULT, COMMAND_ACKNOWLEDGE, STATE_SELF_TEST),
    row(STATE_STOPPED, ON_ESTOP_RELEASED, STATE_UNHOMED),
    row(ANY_STATE, ON_ESTOP, STATE_STOPPED),
    row(ANY_STATE, ON_FAULT, STATE_FAULT),
]

/** The table as rows of state, event, next state: for documents and tests. */
export function transitions(): [number, number, number][] {
    return TRANSITIONS.map(code => [
        Math.floor(code / 4096) - 1,
        Math.floor(code / 64) % 64,
        code % 64,
    ])
}

/** The state after `event` in `state`, or -1 where the table has no row for it. */
export function nextState(state: number, event: number): number {
    if (!(event >= 0 && event < 64)) return -1
    const mine = row(state, event, 0)
    const any = row(ANY_STATE, event, 0)
    for (let i = 0; i < TRANSITIONS.length; ++i) {
        const to = TRANSITIONS[i] & 63
        const from = TRANSITIONS[i] - to
        if (from === mine || from === any) return to
    }
    return -1
}

/** Whether the sled may be moving in this state. */
export function moves(state: number): boolean {
    return (
        state === STATE_HOMING ||
        state === STATE_CALIBRATING ||
        state === STATE_PULLING ||
        state === STATE_RETURNING ||
        state === STATE_JOGGING
    )
}

/** Whether the transducer may fire in this state. */
export function fires(state: number): boolean {
    return state === STATE_LIVE || state === STATE_ARMED || state === STATE_PULLING
}

/** Whether registers may be dumped in this state: nothing moves and nothing fires. */
export function mayDump(state: number): boolean {
    return !moves(state) && !fires(state)
}
