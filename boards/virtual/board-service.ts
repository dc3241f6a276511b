// The virtual board's own device on the Jacdac bus, whose reports carry SPI replies and input levels to the program.

import { VIRTUAL_BOARD_CLASS } from "../../src/shared/devices/virtual-board"
import type { Controller } from "./vm/controller"
import { reportFrame } from "./vm/jacdac-frame"
import type { Alarm, VirtualClock } from "./vm/virtual-clock"

const DEVICE_ID = Uint8Array.of(0x1b, 0x0a, 0x4d, 0x5c, 0x77, 0x31, 0x20, 0x09)
const SERVICE_INDEX = 1
/** A Jacdac device that is silent for 2 s counts as disconnected. */
const ANNOUNCE_US = 500_000

export class BoardService {
    private announcements = 0
    private announcement: Alarm | undefined

    /** @param onBound called after each announcement with which a program may have bound this device */
    constructor(
        private readonly clock: VirtualClock,
        private readonly controller: Controller,
        private readonly onBound: () => void
    ) {}

    report(command: number, payload: Uint8Array): void {
        this.controller.receive(reportFrame(DEVICE_ID, SERVICE_INDEX, command, payload))
    }

    /** Announces the device as one that has just started. */
    start(): void {
        if (this.announcement) this.announcement.cancelled = true
        this.announcements = 0
        this.announcement = this.clock.after(0, () => this.announce())
    }

    private announce(): void {
        const payload = new Uint8Array(8)
        payload[0] = Math.min(++this.announcements, 15)
        new DataView(payload.buffer).setUint32(4, VIRTUAL_BOARD_CLASS, true)
        this.controller.receiveAnnouncement(reportFrame(DEVICE_ID, 0, 0, payload))
        if (this.announcements > 1) this.onBound()
        this.announcement = this.clock.after(ANNOUNCE_US, () => this.announce())
    }
}
