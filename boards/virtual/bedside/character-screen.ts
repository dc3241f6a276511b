// Model of the bedside unit's screen: a Jacdac device with a character screen service. Records the messages it receives.
// Source: Jacdac's control.md, characterscreen.md and _system.md; independent of any driver.

import { type Command, readCommands, reportFrame } from "../vm/jacdac-frame"
import type { VirtualClock } from "../vm/virtual-clock"

export interface PanelOptions {
    /** Default 7 × 18: a 128 × 64 OLED with DeviceScript's own server and its 7 × 9 font. */
    readonly rows?: number
    readonly columns?: number
    /** Whether it is plugged in from the start; default true. */
    readonly plugged?: boolean
}

/** A message received by the screen. */
export interface ScreenMessage {
    readonly timeUs: number
    readonly text: string
}

const CHARACTER_SCREEN_CLASS = 0x1f37c56a
const DEVICE_ID = Uint8Array.of(0x2e, 0x91, 0x07, 0xc3, 0x5a, 0x18, 0xe4, 0x66)
const SERVICE_INDEX = 1
/** Interval of the control service's announcements. */
const ANNOUNCE_US = 500_000
const RESTARTS_MAX = 15
/** Capabilities: sends receipts, accepts several packets per frame and commands to a service class. */
const ANNOUNCE_FLAGS = 0x07
/** From power-on to the first announcement: a guess for a small microcontroller. */
const START_US = 100_000
/** From a command to its reply: a frame of 20 bytes at 1 Mbit/s and the pause before it. */
const REPLY_US = 400

const GET_REGISTER = 0x1000
const SET_REGISTER = 0x2000
const REGISTER_MASK = 0xfff
const REG_MESSAGE = 0x002
const REG_VARIANT = 0x107
const REG_ROWS = 0x180
const REG_COLUMNS = 0x181
const VARIANT_OLED = 2
const COMMAND_NOT_IMPLEMENTED = 0x03
/** Service index of receipts. */
const RECEIPT_INDEX = 0x3f

export class CharacterPanel {
    /** All messages received since the start, repeated ones included. */
    readonly messages: ScreenMessage[] = []
    /** Present message; lost at power-off. */
    text = ""
    rows = 7
    columns = 18
    private plugged = false
    /** Number of power-ups, so that pending replies of an earlier one are dropped. */
    private powerCycle = 0
    private restarts = 0

    /** @param send sends a frame on the bus */
    constructor(
        private readonly clock: VirtualClock,
        private readonly send: (frame: Uint8Array) => void,
        options: PanelOptions = {}
    ) {
        this.resize(options)
        if (options.plugged ?? true) this.plug()
    }

    /** Connects the panel: it gets power from the bus and starts. */
    plug(size: Pick<PanelOptions, "rows" | "columns"> = {}): void {
        this.resize(size)
        this.plugged = true
        this.restarts = 0
        this.text = ""
        const powerCycle = ++this.powerCycle
        this.clock.after(START_US, () => this.announce(powerCycle))
    }

    unplug(): void {
        this.plugged = false
        this.text = ""
    }

    /** The part of the text that fits: the first rows, each cut to the number of columns. */
    get visible(): string {
        const lines = this.text.split("\n").slice(0, this.rows)
        return lines.map(line => line.slice(0, this.columns)).join("\n")
    }

    /** A frame on the bus, from any sender. */
    receive(frame: Uint8Array): void {
        const read = this.plugged ? readCommands(frame) : undefined
        const mine = read?.commands.filter(command => this.isAddressed(command))
        if (!read || !mine?.length) return
        if (read.wantsReceipt && mine[0]!.deviceId)
            this.reply(RECEIPT_INDEX, read.crc, new Uint8Array(0))
        for (const command of mine) if (!this.execute(command)) this.refuse(command, read.crc)
    }

    private resize(size: Pick<PanelOptions, "rows" | "columns">): void {
        this.rows = size.rows ?? this.rows
        this.columns = size.columns ?? this.columns
    }

    private isAddressed({ deviceId, serviceClass, serviceIndex }: Command): boolean {
        return deviceId
            ? deviceId.every((byte, i) => byte === DEVICE_ID[i]) && serviceIndex <= SERVICE_INDEX
            : serviceClass === CHARACTER_SCREEN_CLASS
    }

    /** @returns whether the command exists */
    private execute({ deviceId, serviceIndex, ...request }: Command): boolean {
        const { command, payload } = request
        if (deviceId && serviceIndex === 0) {
            if (command === 0) this.sendAnnouncement()
            return command === 0
        }
        if (command === (SET_REGISTER | REG_MESSAGE)) {
            this.text = Buffer.from(payload).toString("utf8")
            this.messages.push({ timeUs: this.clock.nowUs, text: this.text })
            return true
        }
        if ((command & ~REGISTER_MASK) !== GET_REGISTER) return false
        const value = this.register(command & REGISTER_MASK)
        if (value) this.reply(SERVICE_INDEX, command, value)
        return value !== undefined
    }

    private register(register: number): Uint8Array | undefined {
        if (register === REG_MESSAGE) return Buffer.from(this.text)
        if (register === REG_VARIANT) return Uint8Array.of(VARIANT_OLED)
        if (register === REG_ROWS) return Uint8Array.of(this.rows)
        if (register === REG_COLUMNS) return Uint8Array.of(this.columns)
        return undefined
    }

    private refuse({ deviceId, serviceIndex, command }: Command, crc: number): void {
        const payload = new Uint8Array(4)
        const view = new DataView(payload.buffer)
        view.setUint16(0, command, true)
        view.setUint16(2, crc, true)
        const index = deviceId ? serviceIndex : SERVICE_INDEX
        this.reply(index, COMMAND_NOT_IMPLEMENTED, payload)
    }

    private reply(index: number, command: number, payload: Uint8Array): void {
        const { powerCycle } = this
        const frame = reportFrame(DEVICE_ID, index, command, payload)
        this.clock.after(REPLY_US, () => {
            if (this.plugged && this.powerCycle === powerCycle) this.send(frame)
        })
    }

    private sendAnnouncement(): void {
        const payload = new Uint8Array(8)
        payload[0] = this.restarts
        payload[1] = ANNOUNCE_FLAGS
        new DataView(payload.buffer).setUint32(4, CHARACTER_SCREEN_CLASS, true)
        this.reply(0, 0, payload)
    }

    private announce(powerCycle: number): void {
        if (!this.plugged || this.powerCycle !== powerCycle) return
        // The count runs from 1 and stays at 15; a smaller count marks a restart.
        this.restarts = Math.min(this.restarts + 1, RESTARTS_MAX)
        this.sendAnnouncement()
        this.clock.after(ANNOUNCE_US, () => this.announce(powerCycle))
    }
}
