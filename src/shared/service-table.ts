// The table of the cart's Jacdac services: what its registers and commands take. Specifications: services/*.md.

// Index of each service on the cart's Jacdac device.
export const SERVICE_CONTROL = 0
export const SERVICE_CART = 1
export const SERVICE_SETTINGS = 2
export const SERVICE_LOG = 3
export const SERVICE_CALIBRATION = 4

/** Commands of pullback-cart are this plus a COMMAND_ of cart-machine.ts. */
export const CART_COMMAND = 128
export const CART_STOP = 133
export const CART_HOLD = 142
export const CART_TAKE_CONTROL = 144
export const CART_PRESENT = 160
/** Jacdac's control service: the announcement, and the restart of the program. */
export const CONTROL_ANNOUNCE = 0
export const CONTROL_RESET = 130

// Kinds of codes by their upper bits, and what the table has for the code of a register.
export const GET_REGISTER = 4096
export const SET_REGISTER = 8192
/** The register with the values of all registers of its service. */
export const ALL_REGISTERS = 4480
/** The event status_changed of pullback-cart. */
export const EVENT_STATUS = 0x8080

/**
 * One register or command per line: service, code, kind, format, lowest and highest value, name. A register's code is 4096 plus
 * its number. Kinds: r register, c command, d command that begins with the sender's device (u32). The format is
 * that of the value: * all registers of the service in their order, - none; a value that is taken has four bytes and is less
 * than 2^31.
 *
 * The table is one string because an array would cost code and heap in the VM for each row; its columns have fixed widths for
 * the same reason.
 */
export const SERVICE_TABLE = `
0 130 c -   000000000 000000000 reset
0 4480 r *   000000000 000000000 device_description
1 4480 r *   000000000 000000000 status
1 4481 r u8  000000000 000000000 state
1 4482 r u8  000000000 000000000 control
1 4483 r u16 000000000 000000000 alarm
1 4484 r u32 000000000 000000000 possible_commands
1 4485 r i32 000000000 000000000 position_nm
1 4486 r i32 000000000 000000000 speed_nm_s
1 4487 r u16 000000000 000000000 refused_command
1 4488 r u16 000000000 000000000 refused_reason
1 4489 r i32 000000000 000000000 refused_value
1 4490 r u32 000000000 000000000 dropped_replies
1 4491 r u16 000000000 000000000 contract_version
1 4492 r u16 000000000 000000000 sound_priority
1 4493 r u32 000000000 000000000 device
1 4494 r u32 000000000 000000000 time_ms
1 4495 r i32 000000000 000000000 start_nm
1 4496 r i32 000000000 000000000 end_nm
1 4497 r u32 000000000 000000000 lines_missing
1 4498 r u16 000000000 000000000 outcome
1 4499 r u8  000000000 000000000 restart_cause
1 4500 r u8  000000000 000000000 interrupted
1 4501 r u16 000000000 000000000 calibration_reason
1 4502 r u8  000000000 000000000 ring_down
1 4503 r u8  000000000 000000000 flags
1 129 d -   000000000 000000000 home
1 130 d -   000000000 000000000 live
1 131 d -   000000000 000000000 arm
1 132 d -   000000000 000000000 start
1 133 c -   000000000 000000000 stop
1 134 d -   000000000 000000000 return
1 135 d -   000000000 000000000 acknowledge
1 136 d -   000000000 000000000 standby
1 137 d -   000000000 000000000 release
1 138 d -   000000000 000000000 engage
1 140 d i32 -05000000 005000000 jog
1 142 d -   000000000 000000000 hold
1 143 d -   000000000 000000000 reset
1 144 d -   000000000 000000000 take_control
1 145 c -   000000000 000000000 pause_sound
1 146 d -   000000000 000000000 mark
1 147 d -   000000000 000000000 ask_ring_down
1 160 d -   000000000 000000000 present
2 4480 r *   000000000 000000000 settings
2 4481 r u32 000000000 000000000 speed_nm_s
2 4482 r u32 000000000 000000000 length_nm
2 4483 r u32 000000000 000000000 frame_rate_mhz
2 4484 r u32 000000000 000000000 mode
2 4485 r u32 000000000 000000000 catheter_reason
2 4486 r u32 000000000 000000000 length_max_nm
2 4487 r u32 000000000 000000000 catheter_serial
2 4488 r i32 000000000 000000000 gain_db
2 4489 r s   000000000 000000000 catheter
2 129 d u32 000250000 010000000 set_speed
2 130 d u32 001000000 150000000 set_length
2 131 d u32 000000100 000090000 set_frame_rate
2 132 d u32 000000001 000000005 set_mode
2 133 d i32 -00000020 000000020 set_gain
3 4480 r *   000000000 000000000 log
3 4481 r u32 000000000 000000000 newest
3 4482 r u32 000000000 000000000 oldest
3 128 c u32 000000001 999999999 read
4 4480 r *   000000000 000000000 calibration
4 4481 r u32 000000000 000000000 reason
4 4482 r u32 000000000 000000000 fclk_hz
4 4483 r u32 000000000 000000000 microsteps_per_m
4 4484 r u32 000000000 000000000 encoder_nm_per_count
4 4485 r u32 000000000 000000000 backlash_nm
4 4486 r u8  000000000 000000000 screw_points
`

// Columns of a row, counted from its kind.
export const ROW_FORMAT = 2
export const ROW_MIN = 6
export const ROW_MAX = 16
export const ROW_NAME = 26

/** Where the row of a register (its code is that of reading) or a command is in the table: index of its kind, -1 if there is none. */
export function rowOf(service: number, code: number): number {
    const key = "\n" + service + " " + code + " "
    const at = SERVICE_TABLE.indexOf(key)
    return at < 0 ? at : at + key.length
}

/** A number of nine characters in the table. */
export function numberAt(at: number): number {
    return parseInt(SERVICE_TABLE.slice(at, at + 9))
}
