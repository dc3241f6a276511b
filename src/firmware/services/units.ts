// Tells the bedside units what the cart does, by commands: the runtime keeps a program's own reports off the wire, but not its commands.

import * as ds from "@devicescript/core"
import { moves } from "../../shared/cart-machine"
import { ALL_REGISTERS, SERVICE_CART, SERVICE_SETTINGS } from "../../shared/service-table"
import { countPacket } from "./pace"

// Shorter than promised by a control loop.
const STATUS_MS = 190
const MOVING_MS = 90
const SETTINGS_MS = 2000
/** Answers for one unit that wait: each is a fiber. */
const ANSWERS_MAX = 3
/** No unit was told this status. */
const NO_STATUS = -1
/** Commands of bedside-unit. */
const TELL_STATUS = 128
const TELL_SETTINGS = 129
const TELL_ANSWER = 130

interface Unit {
    role: ds.BedsideUnit
    /** A packet for it waits for the runtime. Should the unit be unplugged now, this lasts until it is back. */
    waits: boolean
    /** Answers for it that wait for the runtime. */
    answers: number
    /** The number of the status that it was told last, and when. */
    status: number
    status_ms: number
    /** When it was told the settings. */
    settings_ms: number
}

function newUnit(role: ds.BedsideUnit): Unit {
    return {
        role,
        waits: false,
        answers: 0,
        status: NO_STATUS,
        status_ms: 0,
        settings_ms: -SETTINGS_MS,
    }
}

const units = [newUnit(new ds.BedsideUnit()), newUnit(new ds.BedsideUnit())]
let payloadOf: (service: number, code: number) => Buffer

/** To be called once. @param encode the payload of a register with its values of now */
export function openUnits(encode: (service: number, code: number) => Buffer): void {
    payloadOf = encode
}

/** The settings have changed: the units are told. */
export function tellSettings(): void {
    for (const unit of units) unit.settings_ms = -SETTINGS_MS
}

/** Called by every control loop. @param status a number that changes with what the units must know at once; its low bits are the state */
export function stepUnits(status: number): void {
    const now_ms = ds.millis()
    const period_ms = moves(status & 15) ? MOVING_MS : STATUS_MS
    for (const unit of units) {
        if (!unit.role.isBound) {
            unit.status = NO_STATUS
            unit.settings_ms = -SETTINGS_MS
        } else if (!unit.waits) {
            if (status !== unit.status || now_ms - unit.status_ms >= period_ms) {
                unit.status = status
                unit.status_ms = now_ms
                tell.start(unit, TELL_STATUS, SERVICE_CART)
            } else if (now_ms - unit.settings_ms >= SETTINGS_MS) {
                unit.settings_ms = now_ms
                tell.start(unit, TELL_SETTINGS, SERVICE_SETTINGS)
            }
        }
    }
}

async function tell(unit: Unit, command: number, service: number): Promise<void> {
    unit.waits = true
    countPacket()
    await unit.role.sendCommand(command, payloadOf(service, ALL_REGISTERS))
    unit.waits = false
}

/** Tells all units the answer to a command, for the one that it names. In a flood of commands most answers are dropped. */
export function tellAnswer(device: number, command: number, reason: number, value: number): void {
    const packet = ds.BedsideUnit.spec.byCode(TELL_ANSWER).encode([device, command, reason, value])
    for (const unit of units)
        if (unit.role.isBound && unit.answers < ANSWERS_MAX) sendAnswer.start(unit, packet.payload)
}

async function sendAnswer(unit: Unit, payload: Buffer): Promise<void> {
    unit.answers += 1
    countPacket()
    await unit.role.sendCommand(TELL_ANSWER, payload)
    unit.answers -= 1
}
