// The unit as a client of the cart: sends commands, takes their answers and what the cart tells, and notices its loss.
//
// The cart tells by commands of the service bedside-unit, which is served here, as reports of a program's own services do not
// leave its controller (services/bedside-unit.md). For the same reason no register of the cart is read.

import * as ds from "@devicescript/core"
import * as machine from "../../shared/cart-machine"
import { fires, moves, needsControl } from "../../shared/cart-machine"
import { GOOD, REFUSED_BUSY } from "../../shared/codes"
import {
    CART_COMMAND,
    CART_PRESENT,
    CONTROL_ANNOUNCE,
    ROW_FORMAT,
    rowOf,
    SERVICE_CART,
    SERVICE_SETTINGS,
    SERVICE_TABLE,
} from "../../shared/service-table"
import { endMute, isHolder, keepSetting, stepMute, takeSettings, takeStatus } from "./cart-status"
import { refuse } from "./notice"
import { sendNow } from "./outgoing"
import { countPacket, packetsLeft } from "./packet-budget"
import { NOTICE_NO_ANSWER, NOTICE_NO_CART, NOTICE_TWO_CARTS, UnitState } from "./unit-state"

// Commands of the service bedside-unit.
const TELL_STATUS = 0x80
const TELL_SETTINGS = 0x81
const TELL_ANSWER = 0x82
/** Index of the service on the unit's device, after Jacdac's control service. */
const SERVICE_UNIT = 1

const ANNOUNCE_MS = 500
/** The first byte of an announcement counts the announcements since the start, up to 15. */
const ANNOUNCEMENTS_MAX = 15
/** A cart that is not heard for so long is lost (services/bedside-unit.md). */
const CART_LIMIT_MS = 600
/** The cart answers within a control loop and two packets. */
const ANSWER_LIMIT_MS = 400
/** A stop is repeated while the cart still tells of motion or firing. */
const STOP_AGAIN_MS = 60
const STOPS_MAX = 5
/** The cart has carried out a stop, and told so, within this time. */
const STOP_HEARD_MS = 300
/** A further stop before has nothing to do, unless another command came between. */
const STOP_SPACING_MS = 50
/** A stop before the cart is bound is sent as soon as it is, within this time: the program may have just restarted. */
const STOP_OWED_MS = 2000
/** Packets that a command leaves for a stop and the heartbeat. */
const RESERVED = 2

const server: any = ds
/** The unit's name in commands: the first four bytes of its device identifier. */
export let own_device = 0

let unit: UnitState
let cart: ds.Role
/** Bound only if a second cart is on the cable. */
let second_cart: ds.Role
let settings: ds.Role
let onAnswer: (command: number, reason: number, value: number) => void
let heard_ms = 0
/** After control was taken the cart may still send what it had read before. */
let taken_ms = 0

/** The command that waits for its answer, as in the answer; 0: none. */
let asked = 0
let asked_ms = 0
let asked_value = 0
/** The command that waits until control is taken; code 0: none. */
let next_service = 0
let next_code = 0
let next_value = 0
/** A stop that has had no effect yet was sent so often. */
let stops = 0
/** Time of the latest stop. */
let stop_ms = -STOP_SPACING_MS
/** Time of a stop that could not be sent. */
let owed_ms = -STOP_OWED_MS

/** @param answered called with each answer to this unit: COMMAND_, or 256 + code of pullback-settings */
export function openCartClient(
    state: UnitState,
    answered: (command: number, reason: number, value: number) => void
): void {
    unit = state
    onAnswer = answered
    own_device = Buffer.from(ds.deviceIdentifier("self"), "hex").getAt(0, "u32")
    cart = new ds.PullbackCart()
    second_cart = new ds.PullbackCart()
    settings = new ds.PullbackSettings()
    // An assignment outside a function has no effect.
    server._onServerPacket = onPacket
    announce.start()
}

/** Announces the service; never returns. */
async function announce(): Promise<void> {
    const spec = ds.Control.spec.byCode(CONTROL_ANNOUNCE).response as ds.PacketSpec
    const of = [0, 0, 0, ds.BedsideUnit.spec.classIdentifier]
    for (;;) {
        of[0] = Math.min(of[0] + 1, ANNOUNCEMENTS_MAX)
        countPacket(ds.millis())
        await server._serverSend(0, spec.encode(of))
        await ds.sleep(ANNOUNCE_MS)
    }
}

/** Called in a fiber of its own with each command to this device. */
async function onPacket(packet: ds.Packet): Promise<void> {
    if (packet.serviceIndex !== SERVICE_UNIT) return
    const code = packet.serviceCommand
    const payload = packet.payload
    if (code === TELL_STATUS) hearStatus(payload)
    else if (code === TELL_SETTINGS) takeSettings(unit, payload as any)
    else if (code === TELL_ANSWER) {
        if (payload.getAt(0, "u32") === own_device)
            await hearAnswer(
                payload.getAt(4, "u16"),
                payload.getAt(6, "u16"),
                payload.getAt(8, "i32")
            )
    }
}

function hearStatus(payload: Buffer): void {
    const now_ms = ds.millis()
    heard_ms = now_ms
    // Whatever was said of a cart that is not heard is over.
    if (!unit.cart_is_there) unit.notice = 0
    unit.cart_is_there = true
    unit.cart_was_there = true
    if (!takeStatus(unit, payload as any, now_ms)) unit.in_control = false
    else if (isHolder(unit, own_device)) unit.in_control = true
    else if (now_ms - taken_ms > ANSWER_LIMIT_MS) unit.in_control = false
    const state = unit.cart.state
    if (!moves(state) && !fires(state)) stops = 0
    // The cart began after the stop was pressed, as it did not hear it.
    else if (stops === 0 && now_ms - stop_ms < STOP_HEARD_MS) stops = 1
}

async function hearAnswer(command: number, reason: number, value: number): Promise<void> {
    if (command === asked) {
        asked = 0
        if (command >> 8 === SERVICE_SETTINGS && reason === GOOD)
            keepSetting(unit, command & 0xff, asked_value)
    }
    command -= (SERVICE_CART << 8) | CART_COMMAND
    if (command === machine.COMMAND_CONTROL && reason === GOOD) {
        unit.in_control = true
        taken_ms = ds.millis()
        const code = next_code
        next_code = 0
        if (code !== 0) await ask(next_service, code, next_value)
        return
    }
    if (command === machine.COMMAND_CONTROL) next_code = 0
    if (reason !== GOOD) refuse(unit, reason, value)
    onAnswer(command, reason, value)
}

/** The packet of a command, as the table of the services has it. */
function payloadOf(service: number, code: number, value: number): Buffer {
    const row = rowOf(service, code)
    const payload = Buffer.alloc(8)
    let length = 0
    if (SERVICE_TABLE[row] === "d") {
        payload.setAt(0, "u32", own_device)
        length = 4
    }
    if (SERVICE_TABLE[row + ROW_FORMAT] !== "-") {
        payload.setAt(length, "i32", value)
        length += 4
    }
    return payload.slice(0, length)
}

async function send(service: number, code: number, value: number): Promise<boolean> {
    return await sendNow(
        service === SERVICE_CART ? cart : settings,
        code,
        payloadOf(service, code, value)
    )
}

async function ask(service: number, code: number, value: number): Promise<void> {
    stops = 0
    stop_ms = -STOP_SPACING_MS
    // Only a command that names its sender is answered.
    asked = SERVICE_TABLE[rowOf(service, code)] === "d" ? (service << 8) | code : 0
    asked_ms = ds.millis()
    asked_value = value
    await send(service, code, value)
}

/** Sends a command of the operator; the first one that needs control takes it before. */
async function request(service: number, code: number, value: number, needs_control: boolean) {
    next_code = 0
    if (!unit.cart_is_there) return refuse(unit, NOTICE_NO_CART, 0)
    if (unit.version_reason !== GOOD) return refuse(unit, unit.version_reason, 0)
    if (second_cart.isBound) return refuse(unit, NOTICE_TWO_CARTS, 0)
    // Nobody presses so fast.
    if (packetsLeft(ds.millis()) < RESERVED) return refuse(unit, REFUSED_BUSY, 0)
    if (needs_control && !unit.in_control) {
        next_service = service
        next_code = code
        next_value = value
        service = SERVICE_CART
        code = CART_COMMAND + machine.COMMAND_CONTROL
    }
    await ask(service, code, value)
}

/** @param command one of COMMAND_ */
export async function command(command: number, value: number): Promise<void> {
    await request(SERVICE_CART, CART_COMMAND + command, value, needsControl(command))
}

/** @param code of a command of pullback-settings */
export async function setting(code: number, value: number): Promise<void> {
    await request(SERVICE_SETTINGS, code, value, true)
}

/** Forgets the command that waits until control is taken. */
export function cancelRequest(): void {
    next_code = 0
}

/** Stops whatever moves or fires. It is sent even to a cart that is not heard. */
export async function stop(): Promise<void> {
    next_code = 0
    if (!unit.cart_is_there) refuse(unit, NOTICE_NO_CART, 0)
    const now_ms = ds.millis()
    // A button that bounces sends no more than the runtime does.
    if (now_ms - stop_ms < STOP_SPACING_MS) return
    stop_ms = now_ms
    const state = unit.cart.state
    stops = moves(state) || fires(state) ? 1 : 0
    if (!(await sendStop())) owed_ms = now_ms
}

/** To each cart on the cable. @returns whether any is bound */
async function sendStop(): Promise<boolean> {
    const code = CART_COMMAND + machine.COMMAND_STOP
    await sendNow(second_cart, code, payloadOf(SERVICE_CART, code, 0))
    return await send(SERVICE_CART, code, 0)
}

/** @param is_held a hold-to-run button is down */
export async function beat(is_held: boolean): Promise<void> {
    await send(SERVICE_CART, is_held ? CART_COMMAND + machine.COMMAND_HOLD : CART_PRESENT, 0)
}

/** To be called each 10 ms. */
export async function stepCartClient(now_ms: number): Promise<void> {
    if (unit.cart_is_there && now_ms - heard_ms > CART_LIMIT_MS) {
        unit.cart_is_there = false
        unit.in_control = false
        endMute(unit)
        next_code = 0
        stops = 0
    }
    stepMute(unit, now_ms)
    if (asked !== 0 && now_ms - asked_ms > ANSWER_LIMIT_MS) {
        asked = 0
        next_code = 0
        refuse(unit, NOTICE_NO_ANSWER, 0)
    }
    if (now_ms - owed_ms < STOP_OWED_MS) if (await sendStop()) owed_ms = -STOP_OWED_MS
    if (stops > 0 && now_ms - stop_ms >= STOP_AGAIN_MS) {
        stop_ms = now_ms
        if (++stops > STOPS_MAX) stops = 0
        await sendStop()
    }
}
