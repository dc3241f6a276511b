// Sends the registers of motor driver and front end and the calibration in use to the host, or entries of the event log, a few per loop.
// The host has the names of registers and fields (src/host/registers).

import { FrontEnd } from "../acquisition/front-end"
import { linkIsOpen, sendToHost } from "../link/link"
import {
    probed_value,
    probeRegister,
    spi_status,
    wasWritten,
    writtenValue,
} from "../motion/tmc5160"
import { calibration } from "../motion/units"
import * as burst from "../../shared/protocol/burst"
import * as machine from "../../shared/cart-machine"
import { mayDump } from "../../shared/cart-machine"
import { Command, REFUSAL, REGISTER } from "../../shared/protocol/messages"
import { SCREW_POINTS } from "../../shared/motion/calibration"
import * as dump from "../../shared/protocol/register-dump"
import * as codes from "../../shared/codes"
import { calibrationReason } from "./calibration-store"
import { firstEntry, log_newest, sendEntry } from "./event-log"

/** Register addresses of the motor driver; bit 7 marks a write-only register. A hex literal takes no heap. */
const MOTOR = hex`00 01 04 89 8a 8b 90 91 12 93 94 95 20 21 22 a3 a4 a5 a6 a7 a8 aa ab ac 2d 34 35 36 38 39 ba 3b 3c bd 6c ed 6f f0`
const WRITE_ONLY = 0x80

/** Each takes three transfers and one message; more would not fit a loop of 10 ms. */
const REGISTERS_PER_LOOP = 4

let front_end: FrontEnd
/** The front end's DUMP_ number and its readable addresses. */
let front_chip: number
let front_addresses: Buffer
let dump_command = 0
let dump_serial = 0
/** Number of the next register or entry, and of the one after the last. */
let next_register = 0
let register_count = 0
let value_source = 0

/** To be called once, before any other function of this file. */
export function openRegisterDump(front: FrontEnd, chip: number, addresses: Buffer): void {
    front_end = front
    front_chip = chip
    front_addresses = addresses
}

/** Starts a dump, and ends the one in progress. It changes no state, so the state table has no row for it. @returns GOOD or why not */
export function beginDump(request: Command, state: number): number {
    if (!mayDump(state)) return codes.REFUSED_STATE
    dump_serial = request.serial
    dump_command = request.command
    if (dump_command === machine.COMMAND_LOG) {
        next_register = firstEntry(request.argument)
        // One more, for the message that ends the list.
        register_count = log_newest + 2
        return codes.GOOD
    }
    next_register = 0
    // One more for each chip: the status that is part of every transfer.
    register_count = MOTOR.length + 1 + front_addresses.length + 1 + dump.CART_VALUES + SCREW_POINTS
    return codes.GOOD
}

/** Called by every control loop. A state in which no dump is allowed ends it with a refusal. */
export async function continueDump(state: number): Promise<void> {
    if (next_register >= register_count) return
    if (!linkIsOpen()) register_count = 0
    else if (!mayDump(state)) {
        register_count = 0
        sendToHost(burst.TYPE_REFUSAL, REFUSAL, {
            command: dump_command,
            serial: dump_serial,
            reason: codes.REFUSED_STATE,
            value: state,
        })
    } else for (let i = 0; i < REGISTERS_PER_LOOP; ++i) if (!(await sendNext())) return
}

/** @returns whether the next register can be sent in this loop */
async function sendNext(): Promise<boolean> {
    let index = next_register
    if (dump_command === machine.COMMAND_LOG) {
        const is_end = index === register_count - 1
        return advance(await sendEntry(is_end ? 0 : index))
    }
    let chip = dump.DUMP_MOTOR
    let address = dump.ADDRESS_STATUS
    let value = 0
    value_source = dump.SOURCE_READ
    if (index <= MOTOR.length) {
        if (index < MOTOR.length) address = MOTOR[index] & ~WRITE_ONLY
        value =
            index < MOTOR.length && MOTOR[index] & WRITE_ONLY
                ? shadowOf(address)
                : await readMotor(address)
    } else {
        index -= MOTOR.length + 1
        const addresses = front_addresses
        const count = addresses.length
        chip = front_chip
        if (index <= count) {
            if (index < count) address = addresses[index]
            value = await readFrontEnd(address)
        } else {
            chip = dump.DUMP_CART
            address = index - count - 1
            if (address >= dump.CART_VALUES) address += dump.CART_SCREW_0 - dump.CART_VALUES
            value = cartValue(address)
        }
    }
    const sent = sendToHost(burst.TYPE_REGISTER, REGISTER, {
        serial: dump_serial,
        index: next_register,
        count: register_count,
        chip,
        address,
        source: value_source,
        value,
    })
    return advance(sent)
}

/** A message that the network did not accept is repeated by the next loop. @returns whether more can be sent in this one */
function advance(sent: boolean): boolean {
    if (sent) next_register++
    return sent && next_register < register_count
}

function shadowOf(address: number): number {
    value_source = wasWritten(address) ? dump.SOURCE_SHADOW : dump.SOURCE_NEVER_WRITTEN
    return writtenValue(address)
}

async function readMotor(address: number): Promise<number> {
    try {
        if (await probeRegister(address & 0x7f))
            return address === dump.ADDRESS_STATUS ? spi_status : probed_value
    } catch (_) {
        console.error("the motor driver does not answer")
    }
    value_source = dump.SOURCE_NO_ANSWER
    return 0
}

async function readFrontEnd(address: number): Promise<number> {
    try {
        return await front_end.readRegister(address)
    } catch (_) {
        value_source = dump.SOURCE_NO_ANSWER
        return 0
    }
}

function cartValue(address: number): number {
    const c = calibration
    if (address >= dump.CART_SCREW_0) {
        const point = address - dump.CART_SCREW_0
        return point < c.screw_nm.length ? c.screw_nm[point] >>> 0 : 0
    }
    if (address === dump.CART_FCLK_HZ) return c.fclk_hz
    if (address === dump.CART_MICROSTEPS_PER_M) return c.microsteps_per_m
    if (address === dump.CART_ENCODER_NM_PER_COUNT) return c.encoder_nm_per_count
    if (address === dump.CART_BACKLASH_NM) return c.backlash_nm
    if (address === dump.CART_SCREW_POINTS) return c.screw_nm.length
    return calibrationReason()
}
