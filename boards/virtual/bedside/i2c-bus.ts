// The I2C bus of a bedside unit: the address and bytes of each write reach the display after the time of their bits.
// Source: NXP UM10204: start, 8 bits and an acknowledge for each byte, stop.

import { COMMAND_I2C_DONE, I2C_NOT_ACKNOWLEDGED } from "../../../src/shared/devices/virtual-board"
import type { VirtualClock } from "../vm/virtual-clock"

/** Fast mode, as set in boards/ivus_bedside_s3.board.json. */
const BITS_PER_US = 0.4
const BITS_PER_BYTE = 9
/** Start and stop. */
const FRAME_BITS = 2
/** How long the runtime of an ESP32-S3 waits for an address that nobody acknowledges: ESP-IDF 5.0.5, driver/i2c.c; measured in its issue 11605. */
const NOT_ACKNOWLEDGED_US = 1e6

/**
 * From the end of the transfer to its report. A VM that stood takes first what it has sent to itself meanwhile: it holds one frame,
 * and a report that comes at the same time would be lost.
 */
const REPLY_US = 5

/** A device on the bus. */
export interface I2CDevice {
    readonly address: number
    write(bytes: Uint8Array, timeUs: number): void
}

export interface I2CController {
    /** The runtime waits for the end of a transfer; the program stands meanwhile. */
    stall(us: number): void
    report(command: number, payload: Uint8Array): void
}

export class I2CBus {
    /** Transfers since power-on, and those of them that nobody acknowledged. */
    transfers = 0
    notAcknowledged = 0
    /** Time of all bits so far. */
    busyUs = 0

    /** @param device the device, or undefined while none is connected */
    constructor(
        private readonly clock: VirtualClock,
        private readonly device: () => I2CDevice | undefined,
        private readonly controller: I2CController
    ) {}

    /** A request of the program: address, then the bytes to write. */
    request(data: Uint8Array): void {
        const device = this.device()
        const isThere = device !== undefined && device.address === data[0]
        const bits = FRAME_BITS + BITS_PER_BYTE * data.length
        const us = isThere ? bits / BITS_PER_US : NOT_ACKNOWLEDGED_US
        this.transfers++
        this.busyUs += us
        if (!isThere) this.notAcknowledged++
        const written = Uint8Array.from(data.subarray(1))
        this.controller.stall(us)
        this.clock.after(us + REPLY_US, () => {
            if (isThere) device.write(written, this.clock.nowUs)
            const status = isThere ? 0 : I2C_NOT_ACKNOWLEDGED
            this.controller.report(COMMAND_I2C_DONE, Uint8Array.of(status & 0xff))
        })
    }
}
