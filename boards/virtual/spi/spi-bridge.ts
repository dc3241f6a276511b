// SPI bus between the firmware in the VM and the device models, with the transfer times of real hardware.

import { ENGINE_SPI_MODE, LANES_QUAD, LANES_SINGLE } from "../../../src/shared/devices/line-engine"
import {
    COMMAND_SPI_DATA,
    SPI_BULK_LENGTH,
    SPI_REPLY_CHUNK,
    SPI_REPLY_HEADER,
    SPI_REQUEST_HEADER,
    SPI_WIDE_AT,
} from "../../../src/shared/devices/virtual-board"
import { getNumber } from "../../../src/shared/protocol/bytes"
import type { VirtualClock } from "../vm/virtual-clock"
import { BusDisturber } from "./bus-disturber"
import { zeroedBytes } from "./zeroed-bytes"

/** An SPI device; one call per chip-select period. */
export interface SpiDevice {
    /**
     * @param timeUs falling edge of chip select
     * @param lanes data lanes used from byte SPI_WIDE_AT on
     * @param hz clock of the bus
     */
    transfer(mosi: Uint8Array, timeUs: number, lanes?: number, hz?: number): Uint8Array
}

/** A device with its chip select. */
interface Chip {
    name: string
    device: SpiDevice
    /** SPI mode of the device, or several; default: that of the line engine. */
    mode?: number | readonly number[]
    /** Highest clock of the device; default: not checked here. */
    maxHz?: number
}

/** A request that is being carried out. */
interface Request {
    readonly chip: Chip
    readonly sequence: number
    readonly mode: number
    readonly hz: number
    readonly lanes: number
    readonly sent: Uint8Array
    /** Bytes of one chip-select period, and of all of them. */
    readonly length: number
    readonly total: number
    /** Time of one period. */
    readonly takesUs: number
    /** The replies of all periods, if there are several. */
    readonly all: Uint8Array | undefined
}

/** One transfer as a logic analyser records it. */
export interface SpiTransfer {
    timeUs: number
    device: string
    mosi: Uint8Array
    miso: Uint8Array
    /** SPI mode, clock and lanes that the firmware set for this chip. */
    mode: number
    hz: number
    lanes: number
}

/** Chip select to first edge, last edge to chip select, and driver time of one transfer; doubled where the lanes change within it. */
const TRANSFER_OVERHEAD_US = 5

export class SpiBridge {
    /** Factor on the transfer time; 1 is nominal. Models a slow bus or a slow bus driver. */
    timeFactor = 1
    readonly disturber = new BusDisturber()

    constructor(
        private readonly clock: VirtualClock,
        private readonly devices: readonly Chip[],
        private readonly sendReport: (command: number, payload: Uint8Array) => void,
        /** Sends parts of a long reply to the VM; undefined while that channel is closed. */
        private readonly bulk: () => ((part: Uint8Array) => void) | undefined,
        private readonly trace?: (transfer: SpiTransfer) => void
    ) {}

    /**
     * Carries out a request (src/shared/devices/virtual-board.ts) and replies when its last bit has been transferred.
     * @throws RangeError for a request that no bus could carry out, which is a defect of the firmware
     */
    request(message: Uint8Array): void {
        if (message.length < SPI_REQUEST_HEADER)
            throw new RangeError("SPI request shorter than its header")
        const chip = this.devices[message[0]!]
        const sequence = message[1]!
        const mode = message[2]!
        const periods = message[3]!
        const hz = getNumber(message, 4, "u32")
        const length = getNumber(message, 8, "u16")
        const lanes = message[10]!
        const sent = message.subarray(SPI_REQUEST_HEADER)
        if (!chip || hz === 0) throw new RangeError(`no chip ${message[0]} at ${hz} Hz on the bus`)
        const speaks = [chip.mode ?? ENGINE_SPI_MODE].flat()
        if (!speaks.includes(mode))
            throw new RangeError(
                `the ${chip.name} uses SPI mode ${speaks.join(" or ")}, not ${mode}`
            )
        if (hz > (chip.maxHz ?? Infinity))
            throw new RangeError(`the ${chip.name} allows ${chip.maxHz} Hz, not ${hz}`)
        if (length === 0 || periods === 0 || sent.length > periods * length)
            throw new RangeError(
                `${sent.length} bytes do not fit ${periods} transfers of ${length} bytes`
            )
        if (lanes !== LANES_SINGLE && lanes !== LANES_QUAD)
            throw new RangeError(`no bus has ${lanes} data lanes`)
        const total = periods * length
        const request: Request = {
            chip,
            sequence,
            mode,
            hz,
            lanes,
            sent,
            length,
            total,
            takesUs: this.timeFactor * transferUs(length, hz, lanes),
            // Block reads have one period and are frequent, so they need no second buffer.
            all: periods > 1 ? new Uint8Array(total) : undefined,
        }
        this.period(request, 0, this.clock.nowUs)
    }

    /**
     * Each period acts at its exact time even if this process is late, as a bus does not pause between periods. The firmware
     * continues after the last one. These are methods, as new functions for each of thousands of requests take far longer.
     */
    private period(request: Request, at: number, timeUs: number): void {
        const { chip, sent, length } = request
        const mosi = zeroedBytes(length)
        mosi.set(sent.subarray(at, at + length))
        const delayUs = this.disturber.delayUs(chip.name, mosi, timeUs)
        if (delayUs > 0)
            this.clock.after(delayUs, () => this.transfer(request, at, mosi, this.clock.nowUs))
        else this.transfer(request, at, mosi, timeUs)
    }

    private transfer(request: Request, at: number, mosi: Uint8Array, timeUs: number): void {
        const { chip, sequence, mode, hz, lanes, length, total, takesUs, all } = request
        const miso = this.disturber.through(chip.name, mosi, timeUs, bits =>
            chip.device.transfer(bits, timeUs, lanes, hz)
        )
        this.trace?.({ timeUs, device: chip.name, mosi, miso, mode, hz, lanes })
        const next = at + length
        all?.set(miso, at)
        const endUs = timeUs + takesUs
        this.clock.at(endUs, () => {
            if (next < total) this.period(request, next, endUs)
            else this.sendReply(sequence, all ?? miso)
        })
    }

    private sendReply(sequence: number, miso: Uint8Array): void {
        const bulk = this.bulk()
        let at = 0
        if (bulk)
            for (; miso.length - at >= SPI_BULK_LENGTH; at += SPI_BULK_LENGTH)
                bulk(part(sequence, false, miso, at, SPI_BULK_LENGTH))
        do {
            const last = at + SPI_REPLY_CHUNK >= miso.length
            const packet = part(sequence, last, miso, at, SPI_REPLY_CHUNK)
            this.sendReport(COMMAND_SPI_DATA, packet)
            at += SPI_REPLY_CHUNK
        } while (at < miso.length)
    }
}

/** Time from chip select to the reply, in us. */
function transferUs(length: number, hz: number, lanes: number): number {
    const bitUs = 1e6 / hz
    if (lanes === LANES_SINGLE) return length * 8 * bitUs + TRANSFER_OVERHEAD_US
    const narrow = Math.min(length, SPI_WIDE_AT)
    const cycles = 8 * narrow + (8 * (length - narrow)) / lanes
    return cycles * bitUs + 2 * TRANSFER_OVERHEAD_US
}

function part(
    sequence: number,
    last: boolean,
    miso: Uint8Array,
    at: number,
    size: number
): Uint8Array {
    const bytes = miso.subarray(at, at + size)
    // Node takes small buffers from a pool, which is many times faster than a new array.
    const made = Buffer.allocUnsafe(SPI_REPLY_HEADER + bytes.length)
    made[0] = sequence
    made[1] = last ? 1 : 0
    made[2] = at & 0xff
    made[3] = at >> 8
    made.set(bytes, SPI_REPLY_HEADER)
    return made
}
