// What the bedside unit knows and shows: the state of the cart as last told, and the state of the unit itself.

import { STATE_BOOT } from "../../shared/cart-machine"

/** The register `status` of the cart (services/pullback-cart.md). */
export interface CartStatus {
    state: number
    /** One of HOLDER_. */
    control: number
    /** Code of the most urgent alarm, 0 if there is none. */
    alarm: number
    /** Bit n is set if command n is possible now. */
    possible_commands: number
    position_nm: number
    speed_nm_s: number
    /** Priority of the alarms whose sound is on; 0: silence. */
    sound_priority: number
    /** The unit in control, by the first four bytes of its device id; 0 if none is. */
    device: number
    /** Time of the cart, for the measured speed. */
    time_ms: number
    /** Where the imaged window of the pullback begins and ends; of a return, where it began and ends. */
    start_nm: number
    end_nm: number
    lines_missing: number
    /** Code of how the latest run ended; 0 as planned. */
    outcome: number
    restart_cause: number
    /** State with motion or firing that a restart interrupted, or 0. */
    interrupted: number
    /** Why no catheter may be moved with the calibration, or 0. */
    calibration_reason: number
    /** One of RING_DOWN_. */
    ring_down: number
    host_present: boolean
    homed: boolean
}

/** The register `settings` of the cart (services/pullback-settings.md). */
export interface CartSettings {
    speed_nm_s: number
    length_nm: number
    frame_rate_mhz: number
    mode: number
    catheter_reason: number
    length_max_nm: number
    catheter_serial: number
    gain_db: number
    /** Empty if no catheter is plugged in. */
    catheter: string
}

/** Rows of the menu, by the number that {@link UnitState.row} has. */
export const ROW_SPEED = 0
export const ROW_LENGTH = 1
export const ROW_CATHETER = 2
export const ROW_MODE = 3
export const ROW_GAIN = 4
export const ROW_RING_DOWN = 5
export const ROW_BACK = 6

// Steps of the ring-down page, in `edited` while `row` is ROW_RING_DOWN and `is_editing` is set.
/** Asks whether the tip is free; the next push captures. */
export const RING_DOWN_ASKS = 0
/** Shows what the cart reports: asked for, stored or failed. */
export const RING_DOWN_SHOWS = 1

// `ring_down` of the cart.
export const RING_DOWN_NONE = 0
export const RING_DOWN_ASKED = 1
export const RING_DOWN_STORED = 2
export const RING_DOWN_FAILED = 3

// Commands of pullback-settings.
export const SET_SPEED = 0x81
export const SET_LENGTH = 0x82
export const SET_MODE = 0x84
export const SET_GAIN = 0x85

// Why a button is ignored.
export const BUTTON_GOOD = 0
export const BUTTON_DOWN_AT_START = 1
export const BUTTON_STUCK = 2
export const BUTTON_BOUNCES = 3

// Why the unit itself refuses a press, or what it did, where no code of codes.ts says so.
/** The cart is not heard. */
export const NOTICE_NO_CART = 1
/** The cart did not answer the command. */
export const NOTICE_NO_ANSWER = 2
/** START was pressed while ARM was still down. */
export const NOTICE_ARM_HELD = 3
/** Two of JOG and RETURN were down: stopped. */
export const NOTICE_TWO_HELD = 4
/** ACK was pressed with nothing to acknowledge. */
export const NOTICE_NOTHING = 5
/** The button is ignored; bad_button says why. */
export const NOTICE_IGNORED = 6
/** Done: a mark was set. */
export const NOTICE_MARKED = 7
/** Done: the sound is paused. */
export const NOTICE_SOUND_PAUSED = 8
/** The menu closed because the dial was not turned for 10 s. */
export const NOTICE_UNCHANGED = 9
/** The dial is dead in this state. */
export const NOTICE_DIAL = 10
/** Two carts are on the cable: a command could reach the wrong one. */
export const NOTICE_TWO_CARTS = 11
/** A jog has ended while its button is held. */
export const NOTICE_END = 12

export interface UnitState {
    cart: CartStatus
    settings: CartSettings
    /** The cart has been heard of since the start, and within the last 600 ms. */
    cart_is_there: boolean
    cart_was_there: boolean
    /** GOOD, or the code of the program that must be updated. */
    version_reason: number
    /** This unit is in control. */
    in_control: boolean
    /** Time of the latest press or turn. */
    used_ms: number
    /** Code of why the last press was refused, shown for 2 s; 0: none. One of codes.ts, or below 100 one of NOTICE_. */
    notice: number
    notice_value: number
    /** Menu: -1 closed, else the selected row. */
    row: number
    /** The selected row is being changed. */
    is_editing: boolean
    /** Value in the unit of its setting while it is being changed; of the ring-down page, its step. */
    edited: number
    /** Button that is ignored, or -1; and why, one of BUTTON_. */
    bad_button: number
    bad_reason: number
    /** Speed from the cart's positions of the last second. */
    measured_nm_s: number
    /** Position of the latest mark of this pullback. */
    mark_nm: number
    has_mark: boolean
    /** Direction of the jog button that is held: -1 distal, 1 proximal, 0 none. */
    jog: number
    /** The sound is paused by this unit. */
    is_muted: boolean
    /** The operator has acknowledged the restart reason and the due calibration. */
    restart_seen: boolean
    calibration_seen: boolean
    /** Distance of the latest run at speed, for the verdict; -1 if this unit has seen none since the sled was at its start. */
    pulled_nm: number
}

export function newUnitState(): UnitState {
    return {
        cart: {
            state: STATE_BOOT,
            control: 0,
            alarm: 0,
            possible_commands: 0,
            position_nm: 0,
            speed_nm_s: 0,
            sound_priority: 0,
            device: 0,
            time_ms: 0,
            start_nm: 0,
            end_nm: 0,
            lines_missing: 0,
            outcome: 0,
            restart_cause: 0,
            interrupted: 0,
            calibration_reason: 0,
            ring_down: 0,
            host_present: false,
            homed: false,
        },
        settings: {
            speed_nm_s: 0,
            length_nm: 0,
            frame_rate_mhz: 0,
            mode: 0,
            catheter_reason: 0,
            length_max_nm: 0,
            catheter_serial: 0,
            gain_db: 0,
            catheter: "",
        },
        cart_is_there: false,
        cart_was_there: false,
        version_reason: 0,
        in_control: false,
        used_ms: 0,
        notice: 0,
        notice_value: 0,
        row: -1,
        is_editing: false,
        edited: 0,
        bad_button: -1,
        bad_reason: 0,
        measured_nm_s: 0,
        mark_nm: 0,
        has_mark: false,
        jog: 0,
        is_muted: false,
        restart_seen: false,
        calibration_seen: false,
        pulled_nm: -1,
    }
}
