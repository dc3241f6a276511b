// Sends the unit's packets. A stop goes at once; lamps and sound only while packets are left for stop and heartbeat.

import * as ds from "@devicescript/core"
import { countPacket, packetsLeft } from "./packet-budget"

/** Packets that lamps, sound and settings of the panel leave for stop, heartbeat and commands. */
const RESERVED = 3

/** A cosmetic packet is on its way. */
let sending = false

/**
 * Sends a command, unless nobody would receive it: the runtime would keep it until somebody does.
 * @returns whether it was sent
 */
export async function sendNow(role: ds.Role, code: number, payload: Buffer): Promise<boolean> {
    if (!role.isBound) return false
    countPacket(ds.millis())
    await role.sendCommand(code, payload)
    return true
}

/** Sends what may be left out. @returns whether it was sent */
export async function sendLater(role: ds.Role, code: number, payload: Buffer): Promise<boolean> {
    if (sending || !role.isBound || packetsLeft(ds.millis()) < RESERVED) return false
    sending = true
    countPacket(ds.millis())
    await role.sendCommand(code, payload)
    sending = false
    return true
}
