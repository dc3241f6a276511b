// Decodes the registers that the cart sends, and derives from them what they do not say. Imports no hardware: Node runs the same code.

import {
    HOLDER_UNIT,
    moves,
    RING_DOWN_ASKED,
    RING_DOWN_FAILED,
    STATE_PULLING,
    STATE_READY,
} from "../../shared/cart-machine"
import { PAUSE_MS } from "../../shared/alarms"
import { REJECT_CART_OLDER, REJECT_UNIT_OLDER } from "../../shared/codes"
import { type Bytes, getNumber, readFields } from "../../shared/protocol/bytes"
import { CONTRACT_VERSION, versionReason } from "../../shared/versions"
import { SET_GAIN, SET_LENGTH, SET_MODE, SET_SPEED, type UnitState } from "./unit-state"

/** The register `status` of pullback-cart (services/pullback-cart.md). */
const STATUS = `
state:u8
control:u8
alarm:u16
possible_commands:u32
position_nm:i32
speed_nm_s:i32
refused_command:u16
refused_reason:u16
refused_value:i32
dropped_replies:u32
contract_version:u16
sound_priority:u16
device:u32
time_ms:u32
start_nm:i32
end_nm:i32
lines_missing:u32
outcome:u16
restart_cause:u8
interrupted:u8
calibration_reason:u16
ring_down:u8
flags:u8
`
const STATUS_BYTES = 60
/** Where each version of the program has the contract version. */
const VERSION_AT = 28

/** The numbers of the register `settings` of pullback-settings; the name of the catheter follows. */
const SETTINGS = `
speed_nm_s:u32
length_nm:u32
frame_rate_mhz:u32
mode:u32
catheter_reason:u32
length_max_nm:u32
catheter_serial:u32
gain_db:i32
`
const SETTINGS_BYTES = 32

/** The measured speed is that of so many positions, about a second. */
const POSITIONS = 10
let positions_nm: number[] = []
let times_ms: number[] = []

/** The cart takes so long at most to tell that the sound is paused. */
const PAUSE_LIMIT_MS = 500
let paused_ms = -PAUSE_LIMIT_MS

/** A host takes a few seconds to capture the ring-down. One that does not follow the unit never answers. */
const RING_DOWN_LIMIT_MS = 30000
let ring_down_ms = 0

/** The operator has paused the sound. */
export function noteMuted(unit: UnitState, now_ms: number): void {
    unit.is_muted = true
    paused_ms = now_ms
}

/** The unit has lost its cart: a new alarm, which ends the pause of the cart's. */
export function endMute(unit: UnitState): void {
    unit.is_muted = false
}

/** Of the unit's own alarm the sound is paused as long as that of the cart's. To be called each 10 ms. */
export function stepMute(unit: UnitState, now_ms: number): void {
    if (!unit.cart_is_there && now_ms - paused_ms > PAUSE_MS) unit.is_muted = false
}

/** The cart has accepted a setting: it is shown before the cart tells it. @param code of a command of pullback-settings */
export function keepSetting(unit: UnitState, code: number, value: number): void {
    const settings = unit.settings
    if (code === SET_SPEED) settings.speed_nm_s = value
    else if (code === SET_LENGTH) settings.length_nm = value
    else if (code === SET_MODE) settings.mode = value
    else if (code === SET_GAIN) settings.gain_db = value
}

/** @returns false if the cart is of another version; then only the reason is taken */
export function takeStatus(unit: UnitState, from: Bytes, now_ms: number): boolean {
    let version = 0
    if (from.length >= VERSION_AT + 2) version = getNumber(from, VERSION_AT, "u16")
    unit.version_reason = versionReason(version, CONTRACT_VERSION, REJECT_UNIT_OLDER)
    if (unit.version_reason === 0 && from.length < STATUS_BYTES)
        unit.version_reason = REJECT_CART_OLDER
    if (unit.version_reason !== 0) return false
    const before = unit.cart
    const now: any = readFields(from, 0, STATUS)
    now.host_present = (now.flags & 1) !== 0
    now.homed = (now.flags & 2) !== 0
    unit.cart = now
    // A cart that has restarted has a reason to tell again.
    if (now.time_ms < before.time_ms) {
        unit.restart_seen = false
        unit.calibration_seen = false
    }
    if (now.state !== before.state) {
        positions_nm = []
        times_ms = []
        if (now.state === STATE_PULLING) unit.has_mark = false
    }
    if (now.ring_down !== RING_DOWN_ASKED) ring_down_ms = now_ms
    else if (now_ms - ring_down_ms > RING_DOWN_LIMIT_MS) now.ring_down = RING_DOWN_FAILED
    measure(unit)
    if (now.state === STATE_PULLING || before.state === STATE_PULLING)
        unit.pulled_nm = pulledNm(now.position_nm, now.start_nm, now.end_nm)
    else if (now.state === STATE_READY) unit.pulled_nm = -1
    if (now.alarm === 0) unit.is_muted = false
    if (now.sound_priority !== 0) if (now_ms - paused_ms > PAUSE_LIMIT_MS) unit.is_muted = false
    return true
}

function measure(unit: UnitState): void {
    const cart = unit.cart
    positions_nm.push(cart.position_nm)
    times_ms.push(cart.time_ms)
    if (times_ms.length > POSITIONS) {
        positions_nm.shift()
        times_ms.shift()
    }
    const took_ms = cart.time_ms - times_ms[0]
    unit.measured_nm_s = 0
    if (took_ms > 0 && moves(cart.state))
        unit.measured_nm_s = Math.round(
            (Math.abs(cart.position_nm - positions_nm[0]) / took_ms) * 1000
        )
}

/** Distance inside the imaged window. */
function pulledNm(at_nm: number, start_nm: number, end_nm: number): number {
    const length_nm = Math.abs(end_nm - start_nm)
    const gone_nm = end_nm < start_nm ? start_nm - at_nm : at_nm - start_nm
    return Math.max(0, Math.min(gone_nm, length_nm))
}

export function takeSettings(unit: UnitState, from: Bytes): void {
    if (from.length < SETTINGS_BYTES) return
    const now: any = readFields(from, 0, SETTINGS)
    let name = ""
    for (let i = SETTINGS_BYTES; i < from.length; ++i) {
        const code = from[i]
        if (code !== 0) name += String.fromCharCode(code)
    }
    now.catheter = name
    unit.settings = now
}

/** Whether the cart says that this device is in control. */
export function isHolder(unit: UnitState, device: number): boolean {
    return unit.cart.control === HOLDER_UNIT && unit.cart.device === device
}
