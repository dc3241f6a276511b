// The link's server after its thread was held up: a healthy cart is not taken for a silent one.

import { connect } from "node:net"
import { mock } from "node:test"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import { REJECT_LATE } from "../../../shared/codes"
import { TYPE_STATUS } from "../../../shared/protocol/burst"
import * as messages from "../../../shared/protocol/messages"
import { fixedIdentity } from "../host-identity"
import { PING_INTERVAL_US } from "../host-session"
import { TestPeer } from "../testing/test-peer"
import { LinkServer } from "./link-server"
import { SILENCE_MS } from "./peer"
import { KEY } from "./testing/linked-host"
import type { FromLink } from "./thread-messages"

const test = suite("the link's server")

const turn = (): Promise<void> => new Promise(resolve => setImmediate(resolve))

/**
 * A cart in session, and a thread that finds it silent for too long when it next looks.
 * @param sends whether bytes of the cart wait in the socket then
 * @returns the reason of the rejection, 0 if there was none, and the carts in session
 */
async function heldUp(sends: boolean): Promise<{ rejected: number; carts: number }> {
    const told: FromLink[] = []
    const settings = { port: 0, insecure: false, keys: "" }
    const identity = fixedIdentity(KEY, count => new Uint8Array(count).fill(9))
    const server = new LinkServer(settings, identity, message => told.push(message))
    await server.listen()
    const [listening] = told
    if (listening?.kind !== "listening") throw new Error("the port is not told")
    const socket = connect(listening.port, "127.0.0.1")
    const peer = new TestPeer(bytes => void socket.write(bytes), { key: KEY })
    socket.on("data", bytes => peer.receive(bytes))
    const closed = new Promise<void>(resolve => socket.on("close", () => resolve()))
    peer.hello()
    while (!told.some(({ kind }) => kind === "cart")) await turn()
    const real = performance.now.bind(performance)
    const clock = mock.method(performance, "now", () => real() + SILENCE_MS + 1)
    // The timer of the pings is due, and comes before the sockets are read.
    for (const fromMs = real(); real() - fromMs < PING_INTERVAL_US / 1000 + 1;);
    if (sends)
        peer.message(
            TYPE_STATUS,
            messages.STATUS,
            messages.readPayload(
                new Uint8Array(messages.payloadLength(messages.STATUS)),
                0,
                messages.STATUS
            )
        )
    if (!sends) await closed
    else for (let turns = 0; turns < 5; turns++) await turn()
    clock.mock.restore()
    const { carts } = server.stats()
    server.close()
    await closed
    return { rejected: peer.rejected, carts }
}

test("a cart is late only if nothing of it waits in its socket", async () => {
    assert.equal(await heldUp(true), { rejected: 0, carts: 1 })
    assert.equal(await heldUp(false), { rejected: REJECT_LATE, carts: 0 })
})

test.run()
