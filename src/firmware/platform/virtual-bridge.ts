// SPI and pins of the virtual board: requests as twin messages, replies as Jacdac reports.
// Format: src/shared/devices/virtual-board.ts.

import * as ds from "@devicescript/core"
import { LANES_QUAD, LANES_SINGLE } from "../../shared/devices/line-engine"
import { PIN_DRV_ENN, PIN_HEARTBEAT, PIN_SAFE_REARM } from "../../shared/devices/pins"
import {
    CHIP_FRAM,
    CHIP_MOTOR,
    COMMAND_INPUTS,
    COMMAND_SPI_DATA,
    SPI_BULK_LENGTH,
    SPI_REPLY_HEADER,
    SPI_REQUEST_HEADER,
    TOPIC_PIN,
    TOPIC_SPI,
    VIRTUAL_LINK_BYTES_PER_S,
} from "../../shared/devices/virtual-board"
import { Board } from "./board"
import { tapSocket } from "./host-socket"
import { Lock, SpiChip } from "./spi"

/** Far longer than any transfer takes. */
const REPLY_LIMIT_MS = 1000

/** The request in progress. */
let sequence = 0
let reply: Buffer | undefined = undefined
let waiter: ds.Fiber | undefined = undefined
/** Levels of the input pins, bit n for pin n. */
let inputs = 0

async function onPacket(packet: ds.Packet): Promise<void> {
    if (!packet) return
    const command = packet.serviceCommand
    if (command === COMMAND_SPI_DATA) take(packet.payload)
    else if (command === COMMAND_INPUTS) inputs = packet.payload.getAt(0, "u32")
}

/** A part of a long reply, sent through the socket. */
function takeBulk(chunk: Buffer): boolean {
    if (!reply || chunk.length !== SPI_REPLY_HEADER + SPI_BULK_LENGTH) return false
    take(chunk)
    return true
}

function take(part: Buffer): void {
    if (!reply || part[0] !== sequence) return
    const count = part.length - SPI_REPLY_HEADER
    if (count > 0) reply.blitAt(part.getAt(2, "u16"), part, SPI_REPLY_HEADER, count)
    if (part[1] && waiter) waiter.resume(true)
}

class Bridge {
    private lock = new Lock()
    private pin = Buffer.alloc(2)
    private role = new ds.VirtualBoard()

    async open(): Promise<void> {
        ;(this.role as any)._onPacket = onPacket
        tapSocket(takeBulk)
        while (!this.role.isBound) await ds.sleep(10)
    }

    /** `periods` transfers of `length` bytes each; zeros are sent after the end of `tx`. */
    async transfer(
        chip: BridgedChip,
        tx: Buffer,
        rx: Buffer,
        periods: number,
        length: number,
        lanes: number
    ): Promise<void> {
        await this.lock.take()
        try {
            const request = chip.request(SPI_REQUEST_HEADER + tx.length)
            sequence = (sequence + 1) & 0xff
            request[1] = sequence
            request[3] = periods
            request.setAt(8, "u16", length)
            request[10] = lanes
            request.blitAt(SPI_REQUEST_HEADER, tx, 0, tx.length)
            reply = rx
            waiter = ds.Fiber.self()
            await ds._twinMessage(TOPIC_SPI, request)
            const came = await ds.suspend<boolean>(REPLY_LIMIT_MS)
            reply = undefined
            waiter = undefined
            if (!came) throw new Error("the virtual board did not answer on SPI")
        } finally {
            this.lock.give()
        }
    }

    async setPin(pin: number, level: number): Promise<void> {
        this.pin[0] = pin
        this.pin[1] = level
        await ds._twinMessage(TOPIC_PIN, this.pin)
    }
}

class BridgedChip implements SpiChip {
    /** One for each length in use, so that transfers do not allocate, with what never changes. */
    private requests: Buffer[] = []

    constructor(
        private bridge: Bridge,
        readonly number: number,
        readonly mode: number,
        readonly hz: number
    ) {}

    request(length: number): Buffer {
        for (const known of this.requests) if (known.length === length) return known
        const made = Buffer.alloc(length)
        made[0] = this.number
        made[2] = this.mode
        made.setAt(4, "u32", this.hz)
        this.requests.push(made)
        return made
    }

    async transfer(tx: Buffer, rx: Buffer): Promise<void> {
        await this.bridge.transfer(this, tx, rx, 1, rx.length, LANES_SINGLE)
    }

    async transferQuad(tx: Buffer, rx: Buffer): Promise<void> {
        await this.bridge.transfer(this, tx, rx, 1, rx.length, LANES_QUAD)
    }

    async transferEach(tx: Buffer, rx: Buffer, length: number): Promise<void> {
        const periods = Math.idiv(tx.length, length)
        await this.bridge.transfer(this, tx, rx, periods, length, LANES_SINGLE)
    }
}

/** Opens one chip, for programs that drive nothing else. */
export async function openVirtualChip(number: number, mode: number, hz: number): Promise<SpiChip> {
    const bridge = new Bridge()
    await bridge.open()
    return new BridgedChip(bridge, number, mode, hz)
}

/**
 * Opens the virtual board; resolves when its devices are connected.
 * @param mode SPI mode of motor driver and FRAM
 */
export async function openVirtualBoard(
    mode: number,
    motor_hz: number,
    fram_hz: number
): Promise<Board> {
    const bridge = new Bridge()
    // First: after a panic the pins still have the levels of the program before.
    await bridge.setPin(PIN_DRV_ENN, 1)
    await bridge.setPin(PIN_HEARTBEAT, 0)
    await bridge.setPin(PIN_SAFE_REARM, 0)
    await bridge.open()
    return {
        motor: new BridgedChip(bridge, CHIP_MOTOR, mode, motor_hz),
        fram: new BridgedChip(bridge, CHIP_FRAM, mode, fram_hz),
        openFrontEnd: (chip, mode, hz) => new BridgedChip(bridge, chip, mode, hz),
        link_bytes_per_s: VIRTUAL_LINK_BYTES_PER_S,
        setPin: async (pin, level) => await bridge.setPin(pin, level),
        readPin: pin => (inputs >> pin) & 1,
    }
}
