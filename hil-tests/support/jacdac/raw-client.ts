// A Jacdac client that sends any packet, valid or not, to the cart's services, and records what comes back.

import type { CablePort } from "../../../boards/virtual/jacdac-cable"
import type { VirtualBoard } from "../../../boards/virtual/virtual-board"
import { commandTo, readReports, type Report } from "../../../boards/virtual/vm/jacdac-frame"

/** A report, and when it came. */
export interface TimedReport extends Report {
    readonly timeUs: number
}

export class RawClient {
    readonly reports: TimedReport[] = []
    /** The cart's device, once it has announced a service of this class. */
    cartId: Uint8Array | undefined
    private readonly port: CablePort

    constructor(board: VirtualBoard, serviceClass: number) {
        this.port = board.cable.plug(frame => {
            for (const report of readReports(frame)) {
                if (report.serviceIndex === 0 && report.command === 0) {
                    const view = Buffer.from(report.payload)
                    for (let at = 4; at + 4 <= view.length; at += 4)
                        if (view.readUInt32LE(at) === serviceClass) this.cartId = report.deviceId
                }
                this.reports.push({ ...report, timeUs: board.clock.nowUs })
            }
        })
    }

    unplug(): void {
        this.port.unplug()
    }

    /** Sends a command now. */
    send(serviceIndex: number, command: number, payload: Uint8Array = new Uint8Array(0)): void {
        if (!this.cartId) throw new Error("the cart has not announced its services")
        this.port.send(commandTo(this.cartId, serviceIndex, command, payload))
    }

    /** Reports of one code since `fromUs`, without announcements. */
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
}
