// The I2C bus of a bedside unit: that of the chip, or on the virtual board twin messages and Jacdac reports.
// Format: src/shared/devices/virtual-board.ts.

import * as ds from "@devicescript/core"
import { i2c, I2C, I2CError } from "@devicescript/i2c"
import { COMMAND_I2C_DONE, TOPIC_I2C } from "../../shared/devices/virtual-board"

/** Longer than any transfer takes, also one that nobody acknowledges. */
const REPLY_LIMIT_MS = 3000

/** The fiber that waits for the end of a transfer. */
let waiter: ds.Fiber | undefined = undefined
let status = 0

async function onPacket(packet: ds.Packet): Promise<void> {
    if (!packet || packet.serviceCommand !== COMMAND_I2C_DONE) return
    status = packet.payload.getAt(0, "i8")
    if (waiter) waiter.resume(true)
}

/** Nothing can be read through it, and one fiber uses it. */
class VirtualI2C extends I2C {
    override async xfer(devAddr: number, writeBuf: Buffer): Promise<Buffer> {
        const request = Buffer.alloc(1 + writeBuf.length)
        request[0] = devAddr
        request.blitAt(1, writeBuf, 0, writeBuf.length)
        waiter = ds.Fiber.self()
        await ds._twinMessage(TOPIC_I2C, request)
        const came = await ds.suspend<boolean>(REPLY_LIMIT_MS)
        waiter = undefined
        if (!came) throw new Error("the virtual board did not answer on I2C")
        if (status) throw new I2CError("I2C error", status)
        return request
    }
}

/**
 * Opens the bus of the display. On the virtual board the drivers of `@devicescript/drivers` then believe that they have
 * hardware, as they do nothing in a simulator; call it once, and `ds.isSimulator()` only before.
 */
export async function openI2C(): Promise<I2C> {
    if (!ds.isSimulator()) return i2c
    const role = new ds.VirtualBoard()
    ;(role as any)._onPacket = onPacket
    while (!role.isBound) await ds.sleep(10)
    const core: any = ds
    core["isSimulator"] = () => false
    return new VirtualI2C()
}
