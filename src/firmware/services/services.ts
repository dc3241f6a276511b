// Serves the cart's Jacdac services from one table. A packet is checked where it arrives; its handler only queues a request.
//
// Not @devicescript/server: a class for each service costs three times the code, and a flood of packets panics it. Each packet
// starts a fiber, and a fiber that sends waits 20 ms for each packet before it.

import * as ds from "@devicescript/core"
import { EVENT_PACKETS, GOOD, REFUSED_ARGUMENT, REFUSED_BUSY } from "../../shared/codes"
import * as table from "../../shared/service-table"
import { numberAt, rowOf } from "../../shared/service-table"

/** Replies that wait to be sent; the last place is for the report of a command. */
const REPLIES_MAX = 4
const ANNOUNCE_MS = 500
/** Dropped replies are reported at most this often. */
const REPORT_MS = 60000
/** Flags of an announcement: the lowest four bits count the announcements since the start, up to 15. */
const RESTARTS_MAX = 15

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
let execute: (service: number, code: number, value: number, device: number) => Promise<Answer>
let hearUnit: (device: number) => void
let report: (code: number, value: number) => void

/** The request that waits for the control loop; code -1: none. */
let queued_service = 0
let queued_code = -1
let queued_value = 0
let queued_device = 0
/** Replies that wait to be sent. */
let pending = 0
export let dropped_replies = 0
let reported_drops = 0
let reported_ms = 0

/** The latest refusal. */
export let refused_command = 0
export let refused_reason = GOOD
export let refused_value = 0

let announcements = 0
let announced_ms = -ANNOUNCE_MS
/** State, control and alarm as last sent in an event. */
let sent_status = 0
let sending_event = false

/**
 * To be called once, before {@link stepServices}.
 * @param valuesOf the values of all registers of a service, in the order of their numbers
 * @param executeRequest carries out a request; only the control loop calls it
 * @param hear called with the device of each command that names one
 */
export function openServices(
    valuesOf: (service: number) => any[],
    executeRequest: (
        service: number,
        code: number,
        value: number,
        device: number
    ) => Promise<Answer>,
    hear: (device: number) => void,
    reportEvent: (code: number, value: number) => void
): void {
    readValues = valuesOf
    execute = executeRequest
    hearUnit = hear
    report = reportEvent
    // An assignment outside a function has no effect.
    server._onServerPacket = onPacket
}

async function send(service: number, packet: ds.Packet): Promise<void> {
    ++pending
    await server._serverSend(service, packet)
    --pending
}

/** Whether another reply may wait; otherwise it is dropped and counted. */
function hasRoom(places: number): boolean {
    if (pending < places) return true
    ++dropped_replies
    return false
}

/** A command to this device, in a fiber of its own. */
async function onPacket(packet: ds.Packet): Promise<void> {
    const service = packet.serviceIndex
    const code = packet.serviceCommand
    // Jacdac ignores packets to a service that does not exist.
    if (service >= specs.length) return
    const is_set = code >= table.SET_REGISTER
    const row = rowOf(service, is_set ? code - table.GET_REGISTER : code)
    const kind = row < 0 ? "" : table.SERVICE_TABLE[row]
    if (is_set ? kind === "w" : kind === "c" || kind === "d")
        return await take(service, code, row, packet.payload)
    if (!hasRoom(REPLIES_MAX - 1)) return
    if (row < 0 || is_set) return await send(service, packet.notImplemented())
    const values = readValues(service)
    const index = (code & 127) - 1
    await send(service, specs[service].byCode(code).encode(index < 0 ? values : values[index]))
}

/** Checks a command or a write to a register, and queues it. */
async function take(service: number, code: number, row: number, payload: Buffer): Promise<void> {
    if (code === table.CONTROL_ANNOUNCE && service === table.SERVICE_CONTROL) {
        if (hasRoom(REPLIES_MAX - 1)) await announce()
        return
    }
    const names_device = table.SERVICE_TABLE[row] === "d"
    const has_value = table.SERVICE_TABLE[row + table.ROW_FORMAT] !== "-"
    let length = has_value ? 4 : 0
    if (names_device) length += 4
    if (payload.length !== length) return await answer(service, code, REFUSED_ARGUMENT, length)
    let value = 0
    if (has_value) {
        value = payload.getAt(length - 4, "i32")
        const low = numberAt(row + table.ROW_MIN)
        const nearest = Math.min(Math.max(value, low), numberAt(row + table.ROW_MAX))
        if (value !== nearest) return await answer(service, code, REFUSED_ARGUMENT, nearest)
    }
    let device = 0
    if (names_device) {
        device = payload.getAt(0, "u32")
        hearUnit(device)
        if (code === table.CART_PRESENT) return
    }
    if (queued_code >= 0) {
        if (code !== table.CART_STOP || service !== table.SERVICE_CART)
            return await answer(service, code, REFUSED_BUSY, 0)
        answer.start(queued_service, queued_code, REFUSED_BUSY, 0)
    }
    queued_service = service
    queued_code = code
    queued_value = value
    queued_device = device
}

/** Keeps a refusal for the registers, and sends the report of a command, if it has one. */
async function answer(service: number, code: number, reason: number, value: number): Promise<void> {
    if (reason !== GOOD) {
        refused_command = code
        refused_reason = reason
        refused_value = value
    }
    if (code >= table.GET_REGISTER) return
    const spec = specs[service].byCode(code).response
    if (spec && hasRoom(REPLIES_MAX)) await send(service, spec.encode([reason, value]))
}

async function announce(): Promise<void> {
    if (announcements < RESTARTS_MAX) ++announcements
    const report = specs[0].byCode(table.CONTROL_ANNOUNCE).response as ds.PacketSpec
    const of: number[] = [announcements, 0, 0]
    for (let i = 1; i < specs.length; ++i) of.push(specs[i].classIdentifier)
    await send(0, report.encode(of))
}

async function sendEvent(packet: ds.Packet): Promise<void> {
    await server._serverSend(table.SERVICE_CART, packet)
}

/** Sends the event of a change of status, three times: a client misses none of which one packet arrives (Jacdac, "Events"). */
async function sendStatus(): Promise<void> {
    // The event has the first of the cart's values.
    const event = specs[table.SERVICE_CART].byCode(table.EVENT_STATUS)
    const packet = event.encode(readValues(table.SERVICE_CART))
    // Numbers the event.
    await server._serverSend(0x100, packet)
    await sendEvent(packet)
    await ds.sleep(20)
    await sendEvent(packet)
    await ds.sleep(50)
    await sendEvent(packet)
    sending_event = false
}

/** Called by every control loop: carries out the queued request, announces the services, and reports changes of the status. */
export async function stepServices(
    now_ms: number,
    state: number,
    holder: number,
    alarm: number
): Promise<void> {
    if (now_ms - announced_ms >= ANNOUNCE_MS) {
        announced_ms = now_ms
        announce.start()
    }
    const status = state | (holder << 8) | (alarm << 16)
    if (status !== sent_status && !sending_event) {
        sent_status = status
        sending_event = true
        sendStatus.start()
    }
    if (dropped_replies !== reported_drops && now_ms - reported_ms >= REPORT_MS) {
        reported_drops = dropped_replies
        reported_ms = now_ms
        report(EVENT_PACKETS, dropped_replies)
    }
    const code = queued_code
    if (code < 0) return
    queued_code = -1
    const service = queued_service
    const verdict = await execute(service, code, queued_value, queued_device)
    answer.start(service, code, verdict.reason, verdict.value)
}
