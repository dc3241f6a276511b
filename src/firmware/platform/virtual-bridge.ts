// Responsible for: SPI and pins of a VM without hardware: twin messages out, Jacdac reports in.
// Not for: boards of metal (esp32-board.ts).

import * as ds from "@devicescript/core"
import {
    CHIP_ENGINE,
    CHIP_MOTOR,
    COMMAND_INPUTS,
    COMMAND_SPI_DATA,
    SPI_REPLY_HEADER,
    SPI_REQUEST_HEADER,
    TOPIC_PIN,
    TOPIC_SPI,
} from "../../wire/virtual-board"
import { Board } from "./board"
import { Lock, SpiChip } from "./spi"

/** A reply comes after the time that the bits take; far longer means that nobody is there. */
const REPLY_LIMIT_MS = 1000

class Bridge {
    private lock = new Lock()
    private sequence = 0
    private rx: Buffer | undefined = undefined
    private waiter: ds.Fiber | undefined = undefined
    /** One request buffer for each length in use, so that transfers allocate nothing. */
    private requests: Buffer[] = []
    private pin = Buffer.alloc(2)
    inputLevels = 0
    private role = new ds.VirtualBoard()

    async open(): Promise<void> {
        const bridge = this
        ;(this.role as any)._onPacket = async function (packet: ds.Packet) {
            if (packet) bridge.receive(packet)
        }
        while (!this.role.isBound) await ds.sleep(10)
    }

    private receive(packet: ds.Packet): void {
        if (packet.serviceCommand === COMMAND_SPI_DATA) {
            const payload = packet.payload
            if (!this.rx || payload[0] !== this.sequence) return
            const offset = payload.getAt(2, "u16")
            const count = payload.length - SPI_REPLY_HEADER
            this.rx.blitAt(offset, payload, SPI_REPLY_HEADER, count)
            if (payload[1] && this.waiter) this.waiter.resume(true)
        } else if (packet.serviceCommand === COMMAND_INPUTS) {
            this.inputLevels = packet.payload.getAt(0, "u32")
        }
    }

    private request(length: number): Buffer {
        for (let i = 0; i < this.requests.length; ++i)
            if (this.requests[i].length === length) return this.requests[i]
        const made = Buffer.alloc(length)
        this.requests.push(made)
        return made
    }

    async transfer(
        chip: number,
        mode: number,
        hz: number,
        tx: Buffer,
        rx: Buffer,
        used: number
    ): Promise<void> {
        await this.lock.take()
        try {
            const request = this.request(SPI_REQUEST_HEADER + used)
            this.sequence = (this.sequence + 1) & 0xff
            request[0] = chip
            request[1] = this.sequence
            request[2] = mode
            request.setAt(4, "u32", hz)
            request.setAt(8, "u16", rx.length)
            request.blitAt(SPI_REQUEST_HEADER, tx, 0, used)
            this.rx = rx
            this.waiter = ds.Fiber.self()
            await ds._twinMessage(TOPIC_SPI, request)
            const came = await ds.suspend<boolean>(REPLY_LIMIT_MS)
            this.rx = undefined
            this.waiter = undefined
            if (!came)
                throw new Error("the virtual board did not answer on SPI")
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
    constructor(
        private bridge: Bridge,
        private chip: number,
        private mode: number,
        private hz: number
    ) {}

    async transfer(tx: Buffer, rx: Buffer, used: number): Promise<void> {
        await this.bridge.transfer(this.chip, this.mode, this.hz, tx, rx, used)
    }
}

/** The board that exists only in software; resolves once its devices are there. */
export async function openVirtualBoard(
    mode: number,
    motor_hz: number,
    engine_hz: number
): Promise<Board> {
    const bridge = new Bridge()
    await bridge.open()
    return {
        motor: new BridgedChip(bridge, CHIP_MOTOR, mode, motor_hz),
        engine: new BridgedChip(bridge, CHIP_ENGINE, mode, engine_hz),
        setPin: async (pin, level) => await bridge.setPin(pin, level),
    }
}
