// The pace of packets: the runtime sends five at once, then one each 20 ms. What a bedside unit must know never waits for anything else.

import * as ds from "@devicescript/core"

const PACKET_MS = 20
const BURST_MS = 5 * PACKET_MS

/** Two packets are left for two units. */
const LEFT_MS = 2 * PACKET_MS

/** When the latest packet is due, as the runtime counts it; {@link BURST_MS} ago or more if it would send five at once. */
let due_ms = 0
// Packets that wait for their turn have numbers.
let last_number = 0
let next_number = 1

/** To be called for each packet that is handed to the runtime. */
export function countPacket(): void {
    due_ms = Math.max(due_ms, ds.millis() - BURST_MS) + PACKET_MS
}

/** Waits until the packets before this one are sent, and the runtime would send it and two others at once. */
export async function waitTurn(): Promise<void> {
    const number = ++last_number
    while (number !== next_number || due_ms > ds.millis() - PACKET_MS - LEFT_MS) await ds.sleep(5)
    ++next_number
    countPacket()
}
