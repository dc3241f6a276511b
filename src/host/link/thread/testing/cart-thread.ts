// A cart in a thread of its own: it sends A-lines at a steady rate as far as its credit goes, and measures the pings of its host.

import { connect } from "node:net"
import { parentPort, workerData } from "node:worker_threads"
import * as burst from "../../../../shared/protocol/burst"
import { BURST_HEADER_LENGTH } from "../../../../shared/protocol/burst"
import { STATE_PULLING } from "../../../../shared/cart-machine"
import { getNumber, readFields } from "../../../../shared/protocol/bytes"
import * as messages from "../../../../shared/protocol/messages"
import { concat, DESCRIPTION, LINES_PER_FRAME, plainRecords } from "../../testing/test-board"
import { TestPeer } from "../../testing/test-peer"

export interface CartTask {
    readonly port: number
    readonly key: Uint8Array
    /** How long it sends A-lines, ms. */
    readonly lastsMs: number
}

/** What the cart has seen at its end. */
export interface CartReport {
    readonly linesFired: number
    readonly droppedCredit: number
    readonly pings: number
    /** Longest time between two pings. */
    readonly pingGapMs: number
}

/** One frame each; 20 kB of credit last for half a second. */
const FRAME_MS = 10
const WINDOW_BYTES = 20_000

const { port, key, lastsMs } = (workerData as { data: CartTask }).data
const socket = connect(port, "127.0.0.1")
const peer = new TestPeer(bytes => void socket.write(bytes), { key, windowBytes: WINDOW_BYTES })
let fired = 0
let dropped = 0
let droppedSince = 0
let used = 0
let limit = 0
let pings = 0
let pingGapMs = 0
let pingedMs = performance.now()
let seen = 0

socket.on("data", bytes => {
    peer.receive(bytes)
    for (; seen < peer.received.length; seen++) {
        const { type, bytes: message } = peer.received[seen]!
        const value = getNumber(message, BURST_HEADER_LENGTH, "u32")
        if (type === burst.TYPE_CREDIT) limit = value
        if (type !== burst.TYPE_PING) continue
        const nowMs = performance.now()
        if (pings++ > 0) pingGapMs = Math.max(pingGapMs, nowMs - pingedMs)
        pingedMs = nowMs
    }
})
peer.onOpen = () => {
    const accept = peer.received.find(m => m.type === burst.TYPE_ACCEPT)!
    limit = messages.readPayload(accept.bytes, BURST_HEADER_LENGTH, messages.ACCEPT).credit_bytes
    peer.message(burst.TYPE_DESCRIPTION, messages.DESCRIPTION, DESCRIPTION)
    const timer = setInterval(sendFrame, FRAME_MS)
    setTimeout(() => {
        clearInterval(timer)
        end()
    }, lastsMs)
}
peer.hello()

function sendFrame(): void {
    const payload = concat(plainRecords(fired, fired + LINES_PER_FRAME))
    fired += LINES_PER_FRAME
    const length = BURST_HEADER_LENGTH + payload.length
    if (fired % (10 * LINES_PER_FRAME) === 0) sendStatus()
    if (limit - used < length) {
        dropped += LINES_PER_FRAME
        droppedSince += LINES_PER_FRAME
        return
    }
    used += length
    const type = burst.TYPE_LINES
    peer.burst({ type, lines: LINES_PER_FRAME, dropped_credit: droppedSince }, payload)
    droppedSince = 0
}

/** It needs no credit. */
function sendStatus(): void {
    const fields = messages.STATUS
    const payload = new Uint8Array(messages.payloadLength(fields))
    const status = readFields(payload, 0, fields)
    peer.message(burst.TYPE_STATUS, fields, { ...status, state: STATE_PULLING })
}

function end(): void {
    peer.message(burst.TYPE_END, messages.END, {
        ...{ outcome: 0, lines_fired: fired, lines_sent: fired - dropped, bursts_sent: 0 },
        ...{ lines_dropped_fifo: 0, lines_dropped_credit: dropped, lines_dropped_crc: 0 },
        ...{ lines_dropped_gate: 0, window_start_nm: 0, window_end_nm: 0, speed_error_ppm: 0 },
        run: DESCRIPTION.run,
    })
    socket.end()
    const report: CartReport = { linesFired: fired, droppedCredit: dropped, pings, pingGapMs }
    parentPort!.postMessage(report)
}
