// The payloads of all messages except line bursts, as layouts (bytes.ts).
// Senders and times: README.md.
// Every payload here ends with a CRC-32C over itself; its length is sizeOf(fields) + 4.

import type { Bytes, Layout, Message } from "./bytes"
import { getNumber, putNumber, readFields, sizeOf, writeFields } from "./bytes"
import { CATHETER } from "../acquisition/catheters"
import { PAIRS } from "../acquisition/pair-list"
import * as burst from "./burst"
import { crc32c } from "./crc32c"
import { CALIBRATION } from "../motion/calibration"

/** Board to host, first on a new connection. The fields up to the version never change; more may follow. */
export const HELLO = `
layout_hash:u32
board_id_low:u32
board_id_high:u32
firmware_version:u32
nonce_0:u32
nonce_1:u32
nonce_2:u32
nonce_3:u32
window_bytes:u32
`
export type Hello = Message<typeof HELLO>

/** Host to board, reply to hello: session number and the host's nonce. */
export const CHALLENGE = `
layout_hash:u32
session:u32
nonce_0:u32
nonce_1:u32
nonce_2:u32
nonce_3:u32
`
export type Challenge = Message<typeof CHALLENGE>

/** Both directions, host first: proof that the sender has the key (session.ts), with the nonce of the other side. */
export const PROOF = `
nonce_0:u32
nonce_1:u32
nonce_2:u32
nonce_3:u32
proof_0:u32
proof_1:u32
proof_2:u32
proof_3:u32
proof_4:u32
proof_5:u32
proof_6:u32
proof_7:u32
`
export type Proof = Message<typeof PROOF>

/** Host to board: the session is open. */
export const ACCEPT = `
layout_hash:u32
session:u32
credit_bytes:u32
`
export type Accept = Message<typeof ACCEPT>

/** Both directions: reason for closing the connection (codes.ts). */
export const REJECT = `
reason:u16
`
export type Reject = Message<typeof REJECT>

/** Host to board: the requested pullback. */
export const SETUP = `
catheter:s16
speed_nm_s:u32
length_nm:u32
frame_rate_mhz:u32
mode:u16
step_um:u16
dwell_ms:u16
trigger_rate_per_min:u16
refractory_ms:u16
timeout_ms:u16
data:u16
pair_list:u16
lines_per_frame:u16
samples_per_line:u16
tgc:u16
tgc_cdb:u16x32
`
export type Setup = Message<typeof SETUP>

/** Host to board: an operator request. */
export const COMMAND = `
command:u16
serial:u32
argument:i32
`
export type Command = Message<typeof COMMAND>

/** Board to host: reason for refusing a setup or command (codes.ts). `value` is the nearest allowed value or the state. */
export const REFUSAL = `
command:u16
serial:u32
reason:u16
value:i32
`
export type Refusal = Message<typeof REFUSAL>

/** Board to host, before the first line burst of a run: data for converting its A-lines to physical units. */
export const DESCRIPTION = `
catheter:s16
catheter_serial:u32
sample_format:u16
lines_per_frame:u16
samples_per_line:u16
record_length:u16
sample_spacing_nm:u32
line_period_ns:u32
frame_rate_mhz:u32
centre_frequency_khz:u32
sound_speed_mm_s:u32
catheter_radius_um:u16
ring_down_um:u16
tgc_step_ns:u16
tgc_cdb:u16x32
encoder_nm_per_count:u32
microsteps_per_mm:u32
fclk_hz:u32
window_start_nm:i32
window_end_nm:i32
speed_nm_s:i32
mode:u16
step_um:u16
dwell_ms:u16
stops:u16
sequence_crc:u32
pair_list:u16
sample_period_ps:u32
first_sample_ns:u32
run:u32
`
export type Description = Message<typeof DESCRIPTION>

/** Board to host, ten times a second. */
export const STATUS = `
state:u16
fault:u16
time_ms:u32
position_nm:i32
speed_nm_s:i32
fifo_lines:u32
lines_fired:u32
lines_sent:u32
credit_bytes:u32
flags:u16
fault_value:i32
alarm:u16
warnings:u32
control:u16
`
export type Status = Message<typeof STATUS>

// Bits of the status flags.
/** The position is known. */
export const STATUS_HOMED = 1
/** The motor stage is switched on by its pin. */
export const STATUS_MOTOR_ON = 2
/** The safety circuit allows motor and transmit. */
export const STATUS_SAFE = 4
/** Times this: priority whose sound is on, 0 to 4. */
export const STATUS_SOUND = 8

/**
 * Board to host, after a session opens: why the program started, and the last state, fault and uptime of the run before. The
 * same record is kept in the board's FRAM.
 */
export const RESTART = `
sequence:u32
boots:u32
uptime_ms:u32
state:u16
fault:u16
cause:u16
`
export type Restart = Message<typeof RESTART>
/** The motor driver lost its power too. */
export const CAUSE_POWER = 1
/** Only the controller was reset. */
export const CAUSE_CONTROLLER = 2
/** Only the program started again, as after a crash. */
export const CAUSE_PROGRAM = 3

/** Board to host: an event (codes.ts). */
export const EVENT = `
code:u16
time_ms:u32
value:i32
`
export type Event = Message<typeof EVENT>

/**
 * Board to host, after the last line burst of a run: the counts with which the host compares its own. If the link was lost
 * meanwhile, it is sent at the start of the next session, so that the host can determine the A-lines it did not receive.
 */
export const END = `
outcome:u16
lines_fired:u32
lines_sent:u32
lines_dropped_fifo:u32
lines_dropped_credit:u32
lines_dropped_crc:u32
lines_dropped_gate:u32
bursts_sent:u32
window_start_nm:i32
window_end_nm:i32
speed_error_ppm:i32
run:u32
`
export type End = Message<typeof END>
/** `lines_fired` if the count could not be read from the front end. */
export const LINES_UNKNOWN = 0xffffffff

/** Board to host: one register of a requested dump, which is complete with register `count - 1`. */
export const REGISTER = `
serial:u32
index:u16
count:u16
chip:u16
address:u16
source:u16
value:u32
`
export type RegisterValue = Message<typeof REGISTER>

/** Board to host, in every control loop while the sled is calibrating: motor and encoder as counted by the motor driver. */
export const SURVEY = `
tick_us:u32
motor_usteps:i32
encoder_usteps:i32
vmax:u32
`
export type Survey = Message<typeof SURVEY>

/**
 * Board to host: a requested entry of the event log, as it is stored. Code 0: it cannot be read. Number 0, after the last entry:
 * no more follow.
 */
export const LOG_ENTRY = `
number:u32
boots:u32
time_ms:u32
state:u16
code:u16
value:i32
`
export type LogEntry = Message<typeof LOG_ENTRY>

/** Host to board: total bytes of line bursts that may be sent since the start of the session, modulo 2^32. */
export const CREDIT = `
limit_bytes:u32
`
export type Credit = Message<typeof CREDIT>

/** Ping from the host, pong from the board with the same value. */
export const PING = `
value:u32
`
export type Ping = Message<typeof PING>

/**
 * Every message with a payload of fields: its type, who sends it, its name and its layout. The layout hash covers the layouts in
 * this order. A function, so that the VM, which has no use for it, drops it.
 */
export function messageTable() {
    return [
        { type: burst.TYPE_HELLO, from: "board", name: "hello", layout: HELLO },
        { type: burst.TYPE_CHALLENGE, from: "host", name: "challenge", layout: CHALLENGE },
        { type: burst.TYPE_PROOF, from: "both", name: "proof", layout: PROOF },
        { type: burst.TYPE_ACCEPT, from: "host", name: "accept", layout: ACCEPT },
        { type: burst.TYPE_REJECT, from: "both", name: "reject", layout: REJECT },
        { type: burst.TYPE_SETUP, from: "host", name: "setup", layout: SETUP },
        { type: burst.TYPE_COMMAND, from: "host", name: "command", layout: COMMAND },
        { type: burst.TYPE_REFUSAL, from: "board", name: "refusal", layout: REFUSAL },
        { type: burst.TYPE_DESCRIPTION, from: "board", name: "description", layout: DESCRIPTION },
        { type: burst.TYPE_STATUS, from: "board", name: "status", layout: STATUS },
        { type: burst.TYPE_EVENT, from: "board", name: "event", layout: EVENT },
        { type: burst.TYPE_END, from: "board", name: "end", layout: END },
        { type: burst.TYPE_REGISTER, from: "board", name: "register", layout: REGISTER },
        { type: burst.TYPE_CREDIT, from: "host", name: "credit", layout: CREDIT },
        { type: burst.TYPE_PING, from: "host", name: "ping", layout: PING },
        { type: burst.TYPE_PONG, from: "board", name: "pong", layout: PING },
        { type: burst.TYPE_PAIRS, from: "host", name: "pairs", layout: PAIRS },
        { type: burst.TYPE_CATHETER, from: "host", name: "catheter", layout: CATHETER },
        { type: burst.TYPE_SURVEY, from: "board", name: "survey", layout: SURVEY },
        { type: burst.TYPE_RESTART, from: "board", name: "restart", layout: RESTART },
        { type: burst.TYPE_CALIBRATION, from: "host", name: "calibration", layout: CALIBRATION },
        { type: burst.TYPE_LOG_ENTRY, from: "board", name: "log_entry", layout: LOG_ENTRY },
    ] as const
}

/** Payload length of a message with these fields: fields and CRC. */
export function payloadLength(layout: Layout): number {
    return sizeOf(layout) + 4
}

/** Writes fields and CRC at `offset`; returns the payload's length. */
export function writePayload<L extends Layout>(
    to: Bytes,
    offset: number,
    layout: L,
    record: Message<L>
): number {
    const end = writeFields(to, offset, layout, record)
    putNumber(to, end, "u32", crc32c(to, offset, end, 0))
    return end + 4 - offset
}

/** Whether the payload has the right length and CRC for these fields. */
export function payloadIsValid(
    from: Bytes,
    offset: number,
    length: number,
    layout: Layout
): boolean {
    const size = sizeOf(layout)
    if (length !== size + 4) return false
    return getNumber(from, offset + size, "u32") === crc32c(from, offset, offset + size, 0)
}

/** Reads a payload validated by {@link payloadIsValid}. */
export function readPayload<L extends Layout>(from: Bytes, offset: number, layout: L): Message<L> {
    return readFields(from, offset, layout)
}
