// The states of the cart and their transitions, as a table that the firmware interprets and the host displays.

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

// Operator requests; also the command codes on the link.
export const COMMAND_HOME = 1
export const COMMAND_LIVE = 2
export const COMMAND_ARM = 3
export const COMMAND_START = 4
export const COMMAND_STOP = 5
export const COMMAND_RETURN = 6
/** Ends a fault whose cause is gone. In any other state it acknowledges the warnings and changes no state. */
export const COMMAND_ACKNOWLEDGE = 7
export const COMMAND_STANDBY = 8
export const COMMAND_RELEASE = 9
export const COMMAND_ENGAGE = 10
/** One stroke of a calibration; the argument is its length in um, signed by direction. */
export const COMMAND_CALIBRATE = 11
/** Jog button pressed; the argument is the speed, signed by direction. */
export const COMMAND_JOG = 12
/** Speed change during a pullback; the argument is the speed. */
export const COMMAND_SPEED = 13
/** Button of a jog, or of a return by a bedside unit, still held: repeated, otherwise the sled brakes. Never starts a move. */
export const COMMAND_HOLD = 14
/** Leaves the state after an emergency stop: re-arms the safety circuit, if the e-stop is released. */
export const COMMAND_RESET = 15
/** Takes control of the cart, or gives it back if the argument is not 0; changes no state and so has no row in the table. */
export const COMMAND_CONTROL = 16
/** Silences the alarms for two minutes, unless a new one begins; changes no state, and so has no row in the table. */
export const COMMAND_PAUSE_SOUND = 17
/** Marks the position of the sled in the run; the host keeps it. */
export const COMMAND_MARK = 18
/** Of a bedside unit: asks the host for a reference of the ring-down. Of the host: what became of it, one of RING_DOWN_. */
export const COMMAND_RING_DOWN = 19
/** Commands are 1..COMMAND_LAST. */
export const COMMAND_LAST = 19
/** Requests a register dump; changes no state and so has no row in the table: see {@link mayDump}. */
export const COMMAND_DUMP = 20
/**
 * Requests entries of the event log, under the rule of a dump: from the number in the argument on, or, if that is negative, so many
 * of the newest ones.
 */
export const COMMAND_LOG = 21
/** Tells the date, in s since 1970 UTC; allowed in every state. */
export const COMMAND_DATE = 22

// Reference of the ring-down.
export const RING_DOWN_NONE = 0
export const RING_DOWN_ASKED = 1
export const RING_DOWN_STORED = 2
export const RING_DOWN_FAILED = 3

// Who is in control of the cart.
export const HOLDER_NOBODY = 0
export const HOLDER_HOST = 1
export const HOLDER_UNIT = 2

/** For displays. */
export function holderName(holder: number): string {
    if (holder === HOLDER_NOBODY) return "nobody"
    return holder === HOLDER_HOST ? "the host" : "a bedside unit"
}

// Internal events.
export const DONE_BOOT = 32
export const DONE_SELF_TEST = 33
export const DONE_HOMING = 34
export const DONE_PULLING = 35
export const DONE_RETURNING = 36
export const ON_FAULT = 37
export const ON_ESTOP = 38
export const DONE_CALIBRATING = 40
export const DONE_JOGGING = 41
/** The host sent a calibration record. */
export const ON_CALIBRATION = 42

/** Any state, in the first column. */
export const ANY_STATE = -1

/**
 * One transition per line: state, number and name of the event, next state. A row of "any"
 * applies to every state without its own row for the event. An event without a row is refused and changes nothing. With
 * a new calibration, the self test configures the chips with its scales.
 *
 * The table is one string because an array would cost code and heap in the VM for each row. The VM uses the
 * event numbers; the event names are for readers.
 */
const TRANSITIONS = `
boot, 32 DONE_BOOT, self test
self test, 33 DONE_SELF_TEST, unhomed
unhomed, 1 COMMAND_HOME, homing
unhomed, 9 COMMAND_RELEASE, manual
homing, 34 DONE_HOMING, ready
homing, 5 COMMAND_STOP, unhomed
ready, 2 COMMAND_LIVE, live
ready, 1 COMMAND_HOME, homing
ready, 9 COMMAND_RELEASE, manual
ready, 11 COMMAND_CALIBRATE, calibrating
calibrating, 40 DONE_CALIBRATING, ready
calibrating, 5 COMMAND_STOP, ready
unhomed, 42 ON_CALIBRATION, self test
ready, 42 ON_CALIBRATION, self test
ready, 6 COMMAND_RETURN, returning
ready, 12 COMMAND_JOG, jogging
jogging, 12 COMMAND_JOG, jogging
jogging, 14 COMMAND_HOLD, jogging
jogging, 5 COMMAND_STOP, ready
jogging, 41 DONE_JOGGING, ready
live, 3 COMMAND_ARM, armed
live, 8 COMMAND_STANDBY, ready
live, 5 COMMAND_STOP, ready
live, 18 COMMAND_MARK, live
live, 19 COMMAND_RING_DOWN, live
armed, 4 COMMAND_START, pulling
armed, 8 COMMAND_STANDBY, ready
armed, 5 COMMAND_STOP, ready
armed, 18 COMMAND_MARK, armed
pulling, 35 DONE_PULLING, completed
pulling, 5 COMMAND_STOP, completed
pulling, 13 COMMAND_SPEED, pulling
pulling, 18 COMMAND_MARK, pulling
completed, 6 COMMAND_RETURN, returning
completed, 12 COMMAND_JOG, jogging
completed, 9 COMMAND_RELEASE, manual
returning, 36 DONE_RETURNING, ready
returning, 14 COMMAND_HOLD, returning
returning, 5 COMMAND_STOP, completed
manual, 10 COMMAND_ENGAGE, unhomed
fault, 7 COMMAND_ACKNOWLEDGE, self test
stopped, 15 COMMAND_RESET, self test
stopped, 37 ON_FAULT, stopped
any, 38 ON_ESTOP, stopped
any, 37 ON_FAULT, fault
`

/** Next state for a state name and an event, or -1 if the table has no such row. */
function rowOf(state: string, event: number): number {
    const at = TRANSITIONS.indexOf("\n" + state + ", " + event + " ")
    if (at < 0) return -1
    const from = TRANSITIONS.indexOf(", ", at + state.length + 3) + 2
    return STATE_NAMES.indexOf(TRANSITIONS.slice(from, TRANSITIONS.indexOf("\n", from)))
}

/** The state after `event` in `state`, or -1 if the table has no row for it. */
export function nextState(state: number, event: number): number {
    const next = rowOf(STATE_NAMES[state], event)
    return next < 0 ? rowOf("any", event) : next
}

/** The table as rows of state, event, next state and the event's name, for documents and tests. */
export function transitions(): [number, number, number, string][] {
    return TRANSITIONS.trim()
        .split("\n")
        .map(line => {
            const [from, event, to] = line.split(", ") as [string, string, string]
            const [number, name] = event.split(" ") as [string, string]
            return [STATE_NAMES.indexOf(from), parseInt(number), STATE_NAMES.indexOf(to), name]
        })
}

/**
 * Commands that are carried out for anybody, bit n for command n: those that end motion or firing, and those from COMMAND_CONTROL
 * on, which move and fire nothing.
 */
export const WITHOUT_CONTROL =
    (1 << COMMAND_STOP) | (1 << COMMAND_STANDBY) | (-1 << COMMAND_CONTROL)

/** Whether a command is carried out only for the one in control. */
export function needsControl(command: number): boolean {
    return (WITHOUT_CONTROL & (1 << command)) === 0
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

/** Whether the cart has stopped by a fault or the emergency stop, and waits for an operator. */
export function isLatched(state: number): boolean {
    return state === STATE_FAULT || state === STATE_STOPPED
}

/** Whether registers may be dumped in this state: nothing moves and nothing fires. */
export function mayDump(state: number): boolean {
    return !moves(state) && !fires(state)
}
