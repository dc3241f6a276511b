// Responsible for: carrying the firmware's SPI transfers to device models in the time that the bits take.
// Not for: the devices.

import { ENGINE_SPI_MODE } from "../../src/wire/line-engine"
import {
    COMMAND_SPI_DATA,
    SPI_REPLY_CHUNK,
    SPI_REPLY_HEADER,
    SPI_REQUEST_HEADER,
} from "../../src/wire/virtual-board"
import { getNumber } from "../../src/wire/bytes"
import type { VirtualClock } from "./vm/virtual-clock"

/** A device behind a chip select: one call a chip-select period. */
export interface SpiDevice {
    transfer(mosi: Uint8Array, timeUs: number): Uint8Array
}

/** One transfer, as a logic analyser would see it. */
export interface SpiTransfer {
    timeUs: number
    device: string
    mosi: Uint8Array
    miso: Uint8Array
    /** As the bus was set for this chip. */
    mode: number
    hz: number
}

/** Chip select to first edge and back, and the driver's own work, per transfer. */
const TRANSFER_OVERHEAD_US = 5

export class SpiBridge {
    constructor(
        private readonly clock: VirtualClock,
        private readonly devices: readonly {
            name: string
            device: SpiDevice
        }[],
        private readonly reply: (command: number, payload: Uint8Array) => void,
        private readonly trace?: (transfer: SpiTransfer) => void
    ) {}

    /**
     * Takes a request (wire/virtual-board.ts) and answers it when its last bit has passed.
     * @throws RangeError for a request that no bus could carry out: the firmware is wrong, not the bus
     */
    request(message: Uint8Array): void {
        if (message.length < SPI_REQUEST_HEADER)
            throw new RangeError("an SPI request without its header")
        const chip = this.devices[message[0]!]
        const sequence = message[1]!
        const mode = message[2]!
        const hz = getNumber(message, 4, "u32")
        const length = getNumber(message, 8, "u16")
        const sent = message.subarray(SPI_REQUEST_HEADER)
        if (!chip || hz === 0)
            throw new RangeError(`no chip ${message[0]} at ${hz} Hz on the bus`)
        if (mode !== ENGINE_SPI_MODE)
            throw new RangeError(
                `every chip on the bus speaks SPI mode ${ENGINE_SPI_MODE}, not ${mode}`
            )
        if (length === 0 || sent.length > length)
            throw new RangeError(
                `${sent.length} bytes do not make a transfer of ${length}`
            )
        const mosi = new Uint8Array(length)
        mosi.set(sent)
        const timeUs = this.clock.nowUs
        const miso = chip.device.transfer(mosi, timeUs)
        this.trace?.({ timeUs, device: chip.name, mosi, miso, mode, hz })
        const takesUs = (mosi.length * 8e6) / hz + TRANSFER_OVERHEAD_US
        this.clock.after(takesUs, () => this.answer(sequence, miso))
    }

    private answer(sequence: number, miso: Uint8Array): void {
        for (let at = 0; at < miso.length; at += SPI_REPLY_CHUNK) {
            const chunk = miso.subarray(at, at + SPI_REPLY_CHUNK)
            const packet = new Uint8Array(SPI_REPLY_HEADER + chunk.length)
            packet[0] = sequence
            packet[1] = at + SPI_REPLY_CHUNK >= miso.length ? 1 : 0
            packet[2] = at & 0xff
            packet[3] = at >> 8
            packet.set(chunk, SPI_REPLY_HEADER)
            this.reply(COMMAND_SPI_DATA, packet)
        }
    }
}
