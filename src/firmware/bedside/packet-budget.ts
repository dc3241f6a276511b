// Counts the packets that the runtime sends at once: five, then one each 20 ms, whatever they are for. Imports nothing.
//
// A packet beyond them would wait, and a stop behind it. So what may wait is only sent while some are left.

const BURST = 5
const PACKET_MS = 20

/** The runtime's own counter (throttle_send_pkt in jdiface.c of DeviceScript), kept in step with it. */
let used_ms = 0

/** Packets that would be sent at once. */
export function packetsLeft(now_ms: number): number {
    const from_ms = Math.max(used_ms, now_ms - BURST * PACKET_MS)
    return Math.floor((now_ms - from_ms) / PACKET_MS)
}

/** To be called for each packet of the program, announcements too. */
export function countPacket(now_ms: number): void {
    used_ms = Math.max(used_ms, now_ms - BURST * PACKET_MS, 0) + PACKET_MS
}
