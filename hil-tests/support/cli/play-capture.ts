// A cart that connects to a host and replays the capture of another cart in a new session.

import type { Socket } from "node:net"
import { TLSSocket } from "node:tls"
import { boardIdOf } from "../../../src/host/link/host-identity"
import { TestPeer } from "../../../src/host/link/testing/test-peer"
import { BURST_HEADER_LENGTH } from "../../../src/shared/protocol/burst"
import { readFields } from "../../../src/shared/protocol/bytes"
import { HELLO, type Hello } from "../../../src/shared/protocol/messages"

/** Lengths of the pieces in which a slow network would deliver a burst. */
const PIECE_BYTES = 6000

const helloOf = (capture: Uint8Array): Hello => readFields(capture, BURST_HEADER_LENGTH, HELLO)

/** The board that made the capture. */
export function boardOf(capture: Uint8Array): string {
    return boardIdOf(helloOf(capture))
}

/**
 * @param dial opens a connection; called again until the host listens
 * @param key if undefined, the cart reports that it has none
 * @param rejects receives the codes of the host's rejects
 * @returns a function that stops it
 */
export function playCapture(
    dial: () => Socket,
    capture: Uint8Array,
    key?: Uint8Array,
    rejects: number[] = []
): () => void {
    const socket = dial()
    const peer = new TestPeer(
        bytes => {
            for (let at = 0; at < bytes.length; at += PIECE_BYTES)
                socket.write(bytes.subarray(at, at + PIECE_BYTES))
        },
        key ? { key } : {}
    )
    const { board_id_low, board_id_high } = helloOf(capture)
    peer.onOpen = () => peer.replay(capture)
    const greet = (): void => void peer.hello({ board_id_low, board_id_high })
    socket.once(socket instanceof TLSSocket ? "secureConnect" : "connect", greet)
    socket.on("data", bytes => {
        peer.receive(bytes)
        if (peer.rejected) rejects.push(peer.rejected)
    })
    let retry = (): void => void socket.destroy()
    socket.on("error", (error: NodeJS.ErrnoException) => {
        // The program opens its port a moment after its start.
        if (error.code === "ECONNREFUSED") retry = playCapture(dial, capture, key, rejects)
    })
    return () => retry()
}
