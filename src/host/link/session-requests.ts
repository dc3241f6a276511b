// The requests of a host to a cart as payloads, for every kind of session; asks for control of the cart where a request needs it.

import * as burst from "../../shared/protocol/burst"
import { COMMAND_CONTROL, needsControl } from "../../shared/cart-machine"
import { CATHETER } from "../../shared/acquisition/catheters"
import {
    type Calibration,
    CALIBRATION_LENGTH,
    writeCalibration,
} from "../../shared/motion/calibration"
import type { Layout, Message } from "../../shared/protocol/bytes"
import * as messages from "../../shared/protocol/messages"
import { PART_PAIRS_MAX, partLength, writePart } from "../../shared/acquisition/pair-list"
import type { CartSession } from "./cart-session"

export abstract class SessionRequests implements CartSession {
    /** Serial number of the latest command. */
    protected serial = 0
    /** Control was asked for since the session opened. */
    protected askedForControl = false

    abstract readonly isOpen: boolean
    abstract readonly isInsecure: boolean
    abstract consumed(bytes: number): void
    abstract reject(reason: number): void
    /** Sends a message of the open session. */
    protected abstract request(type: number, payload: Uint8Array): void

    takeControl(): void {
        this.askedForControl = true
        this.command(COMMAND_CONTROL)
    }

    giveBackControl(): void {
        if (this.askedForControl) this.command(COMMAND_CONTROL, 1)
        this.askedForControl = false
    }

    setup(setup: messages.Setup): void {
        this.ensureControl()
        this.send(burst.TYPE_SETUP, messages.SETUP, setup)
    }

    catheter(data: Message<typeof CATHETER>): void {
        this.ensureControl()
        this.send(burst.TYPE_CATHETER, CATHETER, data)
    }

    calibration(record: Calibration): void {
        this.ensureControl()
        if (!this.isOpen) return
        const payload = new Uint8Array(CALIBRATION_LENGTH)
        writeCalibration(payload, record)
        this.request(burst.TYPE_CALIBRATION, payload)
    }

    pairs(list: Uint8Array, first: number): void {
        this.ensureControl()
        if (!this.isOpen) return
        const total = list.length / 2
        const payload = new Uint8Array(partLength(Math.min(PART_PAIRS_MAX, total - first)))
        writePart(payload, 0, list, total, first)
        this.request(burst.TYPE_PAIRS, payload)
    }

    command(command: number, argument = 0): number {
        if (needsControl(command)) this.ensureControl()
        const serial = ++this.serial
        this.send(burst.TYPE_COMMAND, messages.COMMAND, { command, serial, argument })
        return serial
    }

    private ensureControl(): void {
        if (this.isOpen && !this.askedForControl) this.takeControl()
    }

    private send<L extends Layout>(type: number, fields: L, record: Message<L>): void {
        if (!this.isOpen) return
        const payload = new Uint8Array(messages.payloadLength(fields))
        messages.writePayload(payload, 0, fields, record)
        this.request(type, payload)
    }
}
