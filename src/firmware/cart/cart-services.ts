// What the Jacdac services show and do: the values of their registers, and the requests that the control loop carries out.

import * as ds from "@devicescript/core"
import { hostIsPresent } from "../link/link"
import { stopping } from "../motion/guard"
import { positionNm } from "../motion/sled"
import { set_speed_nm_s } from "../motion/set-speed"
import { calibration } from "../motion/units"
import {
    Answer,
    dropped_replies,
    openServices,
    refused_command,
    refused_reason,
    refused_value,
    reply,
    stepServices,
} from "../services/services"
import { fram_rx, FRAM_DATA_AT } from "../platform/fram"
import * as codes from "../../shared/codes"
import { oldestEntry } from "../../shared/event-ring"
import { LOG_ENTRY, readPayload } from "../../shared/protocol/messages"
import * as machine from "../../shared/cart-machine"
import { isLatched, WITHOUT_CONTROL } from "../../shared/cart-machine"
import * as table from "../../shared/service-table"
import { rowOf } from "../../shared/service-table"
import { CONTRACT_VERSION } from "../../shared/versions"
import { alarmSignals } from "./alarms"
import { calibrationReason } from "./calibration-store"
import { CartState } from "./cart-state"
import { log_newest, readEntry } from "./event-log"
import { end_nm, linesMissing, outcome, start_nm } from "./imaging"
import { hearUnit, holder, holder_device } from "./control"
import { report } from "./events"
import { handleCommand, keepRefusal } from "./requests"
import { changeGain, changeSetting, currentSettings, gain_db } from "./setup-requests"
import { isIdle, waits } from "./verdict"

/** Fields of the settings that a bedside unit may change, in the order of their registers. */
const SETTINGS = ["speed_nm_s", "length_nm", "frame_rate_mhz", "mode"]

let state: CartState
/** Dropped replies are reported once after a start, as a flood may last. */
let drops_reported = false

/** To be called once. */
export function openCartServices(cart_state: CartState): void {
    state = cart_state
    openServices(values, execute, hearUnit)
}

/** Bit n is set if command n of pullback-cart is possible now for the bedside unit in control. A stop is taken in every state. */
function possibleCommands(): number {
    let mask = (1 << machine.COMMAND_STOP) | (1 << machine.COMMAND_PAUSE_SOUND)
    if (!isLatched(state.now)) mask |= 1 << machine.COMMAND_ACKNOWLEDGE
    if (!stopping && isIdle()) mask |= 1 << machine.COMMAND_CONTROL
    for (let command = 1; command <= machine.COMMAND_LAST; ++command)
        if (state.allows(command) && rowOf(table.SERVICE_CART, table.CART_COMMAND + command) >= 0)
            mask |= 1 << command
    // A run being prepared or ended, and a sled that brakes, leave little to do.
    if (waits()) mask &= (1 << machine.COMMAND_STOP) | (1 << machine.COMMAND_PAUSE_SOUND)
    if (holder !== machine.HOLDER_UNIT) mask &= WITHOUT_CONTROL & ~(1 << machine.COMMAND_RING_DOWN)
    return mask
}

function values(service: number): any[] {
    if (service === table.SERVICE_CART)
        return [
            state.now,
            holder,
            alarmSignals().code,
            possibleCommands(),
            positionNm(),
            set_speed_nm_s,
            refused_command,
            refused_reason,
            refused_value,
            dropped_replies,
            CONTRACT_VERSION,
            alarmSignals().sound,
            holder_device,
            ds.millis(),
            start_nm,
            end_nm,
            linesMissing(),
            outcome,
            state.restart_cause,
            state.interrupted,
            calibrationReason(),
            state.ring_down,
            (hostIsPresent() ? 1 : 0) | (state.isHomed() ? 2 : 0),
        ]
    if (service === table.SERVICE_LOG) return [log_newest, oldestEntry(log_newest)]
    if (service === table.SERVICE_CALIBRATION)
        return [
            calibrationReason(),
            calibration.fclk_hz,
            calibration.microsteps_per_m,
            calibration.encoder_nm_per_count,
            calibration.backlash_nm,
            calibration.screw_nm.length,
        ]
    if (service === table.SERVICE_SETTINGS) {
        const settings = currentSettings()
        const catheter = state.catheterNamed(state.catheter)
        return [
            settings.speed_nm_s,
            settings.length_nm,
            settings.frame_rate_mhz,
            settings.mode,
            state.catheter_reason,
            catheter ? 1000 * catheter.stroke_um : 0,
            state.catheter_serial,
            gain_db,
            state.catheter,
        ]
    }
    return ["IVUS cart, investigational"]
}

async function execute(
    service: number,
    code: number,
    value: number,
    device: number
): Promise<Answer | undefined> {
    if (service === table.SERVICE_CONTROL) {
        // The only one that is taken: the reset.
        if (stopping || !isIdle() || isLatched(state.now))
            return { reason: codes.REFUSED_STATE, value: state.now }
        ds.reboot()
        return undefined
    }
    if (service === table.SERVICE_LOG) {
        await readEntry(value)
        const entry = readPayload(fram_rx, FRAM_DATA_AT, LOG_ENTRY)
        reply.start(service, code, [
            entry.number,
            entry.boots,
            entry.time_ms,
            entry.state,
            entry.code,
            entry.value,
        ])
        return undefined
    }
    if (service === table.SERVICE_SETTINGS) {
        const field = SETTINGS[(code & 127) - 1]
        return field ? changeSetting(field, value, device) : changeGain(value, device)
    }
    const command = code - table.CART_COMMAND
    // A button that is still held after the move is no error.
    if (command === machine.COMMAND_HOLD && !state.allows(command)) return undefined
    const verdict = await handleCommand(
        { command, serial: 0, argument: value },
        machine.HOLDER_UNIT,
        device
    )
    keepRefusal(verdict)
    return verdict
}

/** Changes with all that a bedside unit must know at once. */
function statusNumber(): number {
    const signals = alarmSignals()
    return (
        state.now |
        (state.ring_down << 4) |
        (waits() ? 128 : 0) |
        (holder << 8) |
        (signals.sound << 10) |
        (signals.code << 16)
    )
}

/** Called by every control loop. */
export async function stepCartServices(): Promise<void> {
    if (dropped_replies > 0 && !drops_reported) {
        drops_reported = true
        report(codes.EVENT_PACKETS, dropped_replies)
    }
    await stepServices(statusNumber)
}
