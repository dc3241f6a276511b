// A Jacdac client that sends any packet, valid or not, to the cart's services, and records what comes back.

import type { CablePort } from "../../../boards/virtual/jacdac-cable"
import type { VirtualBoard } from "../../../boards/virtual/virtual-board"
import { commandTo, readReports, type Report } from "../../../boards/virtual/vm/jacdac-frame"
import {
    CART_COMMAND,
    CART_HOLD,
    CART_PRESENT,
    SERVICE_CART,
    SERVICE_SETTINGS,
} from "../../../src/shared/service-table"

/** Class of pullback-cart (services/pullback-cart.md). */
const CART_CLASS = 0x14f1c2a7
/** The one in control repeats that it is there (services/pullback-cart.md). */
const PRESENT_US = 50_000

/** A report, and when it came. */
interface TimedReport extends Report {
    readonly timeUs: number
}

/** Bytes of consecutive 32-bit numbers. */
export function words(...values: number[]): Buffer {
    const bytes = Buffer.alloc(4 * values.length)
    values.forEach((value, i) => bytes.writeInt32LE(value | 0, 4 * i))
    return bytes
}

export class RawClient {
    readonly reports: TimedReport[] = []
    /** The cart's device, once it has announced its services. */
    cartId: Uint8Array | undefined
    protected readonly port: CablePort
    protected plugged = true
    private isPresent = false
    /** What it repeats, once it is present, says that a button is held. */
    holds = false

    /**
     * @param device what it names itself in commands
     * @param isBoard it is a board on the wire, where the cart's reports are not; else a tool, by USB
     */
    constructor(
        protected readonly board: VirtualBoard,
        readonly device: number,
        isBoard = false
    ) {
        const hear = (frame: Uint8Array): void => this.hear(frame)
        this.port = isBoard ? board.cable.plugBoard(hear) : board.cable.plug(hear)
    }

    protected hear(frame: Uint8Array): void {
        for (const report of readReports(frame)) this.take(report)
    }

    private take(report: Report): void {
        if (report.serviceIndex === 0 && report.command === 0) {
            const classes = Buffer.from(report.payload)
            for (let at = 4; at + 4 <= classes.length; at += 4)
                if (classes.readUInt32LE(at) === CART_CLASS) this.cartId = report.deviceId
        }
        this.reports.push({ ...report, timeUs: this.board.clock.nowUs })
    }

    /** Unplugs the device: nothing more comes from it. */
    vanish(): void {
        this.plugged = false
        this.port.unplug()
    }

    /** Sends a packet now. @returns the CRC of its frame */
    send(serviceIndex: number, command: number, payload: Uint8Array = new Uint8Array(0)): number {
        if (!this.cartId) throw new Error("the cart has not announced its services")
        const frame = commandTo(this.cartId, serviceIndex, command, payload)
        if (this.plugged) this.port.send(frame)
        return frame[0]! | (frame[1]! << 8)
    }

    /** Sends a command of pullback-cart that names the device. @param command one of COMMAND_ of cart-machine.ts */
    command(command: number, ...values: number[]): void {
        this.send(SERVICE_CART, CART_COMMAND + command, words(this.device, ...values))
    }

    /** Sends a command of pullback-settings that names the device. @param code 0x81 speed, 0x82 length, 0x83 frame rate, 0x84 mode */
    set(code: number, value: number): void {
        this.send(SERVICE_SETTINGS, code, words(this.device, value))
    }

    /** Repeats from now on that the device is there. */
    stayPresent(): void {
        if (this.isPresent) return
        this.isPresent = true
        const repeat = (): void => {
            if (!this.plugged) return
            this.send(SERVICE_CART, this.holds ? CART_HOLD : CART_PRESENT, words(this.device))
            this.board.clock.after(PRESENT_US, repeat)
        }
        repeat()
    }

    /** The cart's reports of one code, in their order. */
    of(serviceIndex: number, command: number, fromUs = 0): Buffer[] {
        return this.reports
            .filter(
                r =>
                    r.timeUs >= fromUs &&
                    r.serviceIndex === serviceIndex &&
                    r.command === command &&
                    this.cartId?.every((byte, i) => byte === r.deviceId[i])
            )
            .map(r => Buffer.from(r.payload))
    }

    /** Reason and value of the last report of a command of pullback-cart since `fromUs`. */
    answerTo(command: number, fromUs = 0): [reason: number, value: number] | undefined {
        const report = this.of(SERVICE_CART, CART_COMMAND + command, fromUs).at(-1)
        return report && [report.readUInt32LE(0), report.readInt32LE(4)]
    }
}
