// Serves the cart's Jacdac services from one table. A packet is checked where it arrives; its handler only queues a request.
//
// Not @devicescript/server: a class for each service costs three times the code, and a flood of packets panics it. Each packet
// starts a fiber, and a fiber that sends waits 20 ms for each packet before it.

import * as ds from "@devicescript/core"
import { GOOD, REFUSED_ARGUMENT, REFUSED_BUSY } from "../../shared/codes"
import * as table from "../../shared/service-table"
import { numberAt, rowOf, SERVICE_TABLE } from "../../shared/service-table"
import { waitTurn } from "./pace"
import { openUnits, stepUnits, tellAnswer } from "./units"

/** Replies that wait to be sent; the last place is for the report of a command. */
const REPLIES_MAX = 4
const ANNOUNCE_MS = 500
/** The first byte of an announcement counts the announcements since the start, up to 15. */
const ANNOUNCEMENTS_MAX = 15

/** `reason` is GOOD or a REFUSED_ code. */
export interface Answer {
    reason: number
    value: number
}

const server: any = ds
const specs: ds.ServiceSpec[] = [
    ds.Control.spec,
    ds.PullbackCart.spec,
    ds.PullbackSettings.spec,
    ds.EventLog.spec,
    ds.Calibration.spec,
]

let readValues: (service: number) => any[]
let execute: (
    service: number,
    code: number,
    value: number,
    device: number
) => Promise<Answer | undefined>
let hearUnit: (device: number) => void

/** The request that waits for the control loop; code -1: none. */
let queued_service: number
let queued_code = -1
let queued_value: number
let queued_device: number

/** Replies that wait to be sent. */
let pending = 0
export let dropped_replies = 0

/** The latest refusal. */
export let refused_command = 0
export let refused_reason = GOOD
export let refused_value = 0

/** The bits of state, control and alarm in the number of the status. */
const EVENT_BITS = 0x7fff030f
/** State, control and alarm in one number, now and as last sent in an event. */
let status = 0
let sent_status = 0

/**
 * To be called once, before {@link stepServices}.
 * @param valuesOf the values of all registers of a service, in the order of their numbers
 * @param executeRequest carries out a request, only called by the control loop; undefined if it has replied itself
 * @param hear called with the device of each command that names one
 */
export function openServices(
    valuesOf: (service: number) => any[],
    executeRequest: (
        service: number,
        code: number,
        value: number,
        device: number
    ) => Promise<Answer | undefined>,
    hear: (device: number) => void
): void {
    readValues = valuesOf
    execute = executeRequest
    hearUnit = hear
    // An assignment outside a function has no effect.
    server._onServerPacket = onPacket
    openUnits((service, code) => registerPacket(service, code).payload)
    announce.start()
    sendEvents.start()
}

async function send(service: number, packet: ds.Packet): Promise<void> {
    ++pending
    await waitTurn()
    await server._serverSend(service, packet)
    --pending
}

/** Whether another reply may wait; otherwise it is dropped and counted. */
function hasRoom(places: number): boolean {
    if (pending < places) return true
    ++dropped_replies
    return false
}

/** A command to this device, in a fiber of its own: a read is answered, anything else is checked and queued. */
async function onPacket(packet: ds.Packet): Promise<void> {
    const service = packet.serviceIndex
    // Jacdac ignores packets to a service that does not exist.
    if (service >= specs.length) return
    const code = packet.serviceCommand
    const row = rowOf(service, code)
    if (row >= 0 && (code & table.GET_REGISTER) === 0)
        return await take(service, code, row, packet.payload)
    if (!hasRoom(REPLIES_MAX - 1)) return
    if (row < 0) return await send(service, packet.notImplemented())
    await send(service, registerPacket(service, code))
}

/** A register with its value of now. */
function registerPacket(service: number, code: number): ds.Packet {
    const index = (code & 127) - 1
    let value: any = readValues(service)
    if (index >= 0) value = value[index]
    return specs[service].byCode(code).encode(value)
}

/** Checks a command, and queues it. */
async function take(service: number, code: number, row: number, payload: Buffer): Promise<void> {
    const has_value = SERVICE_TABLE[row + table.ROW_FORMAT] !== "-"
    let length = 0
    if (has_value) length = 4
    const names_device = SERVICE_TABLE[row] === "d"
    if (names_device) length += 4
    if (payload.length !== length) return await answer(service, code, REFUSED_ARGUMENT, length, 0)
    let device = 0
    if (names_device) device = payload.getAt(0, "u32")
    let value = 0
    if (has_value) {
        value = payload.getAt(length - 4, "i32")
        const low = numberAt(row + table.ROW_MIN)
        const nearest = Math.min(Math.max(value, low), numberAt(row + table.ROW_MAX))
        if (value !== nearest) return await answer(service, code, REFUSED_ARGUMENT, nearest, device)
    }
    if (names_device) {
        // A client that does not know its identifier yet must not share control with another one.
        if (device === 0) return await answer(service, code, REFUSED_ARGUMENT, 0, 0)
        hearUnit(device)
        if (code === table.CART_PRESENT) return
    }
    if (queued_code >= 0) {
        if (code !== table.CART_STOP) return await answer(service, code, REFUSED_BUSY, 0, device)
        answer.start(queued_service, queued_code, REFUSED_BUSY, 0, queued_device)
    }
    queued_service = service
    queued_code = code
    queued_value = value
    queued_device = device
}

/** Keeps a refusal for the registers, and answers the command. @param device that it named, or 0 */
async function answer(
    service: number,
    code: number,
    reason: number,
    value: number,
    device: number
): Promise<void> {
    const command = (service << 8) | code
    // A button that is held has no answer, and would send many.
    if (device !== 0 && code !== table.CART_HOLD) tellAnswer(device, command, reason, value)
    if (reason !== GOOD) {
        refused_command = command
        refused_reason = reason
        refused_value = value
    }
    // An entry with number 0 does not exist.
    await reply(service, code, service === table.SERVICE_LOG ? [0, 0, 0, 0, 0, 0] : [reason, value])
}

/** Sends the report of a command, if it has one. */
export async function reply(service: number, code: number, fields: number[]): Promise<void> {
    const spec = specs[service].byCode(code).response
    if (spec && hasRoom(REPLIES_MAX)) await send(service, spec.encode(fields))
}

/** Announces the services; never returns. */
async function announce(): Promise<void> {
    const spec = specs[0].byCode(table.CONTROL_ANNOUNCE).response as ds.PacketSpec
    const of: number[] = [0, 0, 0]
    for (let i = 1; i < specs.length; ++i) of.push(specs[i].classIdentifier)
    for (;;) {
        of[0] = Math.min(of[0] + 1, ANNOUNCEMENTS_MAX)
        await send(0, spec.encode(of))
        await ds.sleep(ANNOUNCE_MS)
    }
}

/** Sends an event for each change of the status; never returns. */
async function sendEvents(): Promise<void> {
    for (;;) {
        await ds.sleep(10)
        if (status === sent_status) continue
        await waitTurn()
        sent_status = status
        const spec = specs[table.SERVICE_CART].byCode(table.EVENT_STATUS)
        // The event has the first of the cart's values.
        const packet = spec.encode(readValues(table.SERVICE_CART))
        // Numbers the event.
        await server._serverSend(0x100, packet)
        // Once, and not three times as on a wire: it only goes to the USB bridge.
        await server._serverSend(table.SERVICE_CART, packet)
    }
}

/**
 * Called by every control loop: carries out the queued request, and tells the units what has changed.
 * @param statusNow a number that changes with state (bits 0 to 3), control (8, 9), alarm (16 to 30) and whatever else units must know
 */
export async function stepServices(statusNow: () => number): Promise<void> {
    const service = queued_service
    const code = queued_code
    const device = queued_device
    let verdict: Answer | undefined = undefined
    if (code >= 0) {
        queued_code = -1
        verdict = await execute(service, code, queued_value, device)
    }
    status = statusNow()
    stepUnits(status)
    status &= EVENT_BITS
    if (verdict) answer.start(service, code, verdict.reason, verdict.value, device)
}
