// Responsible for: who gets in at `ivus serve` and who does not, told on both sides; the right cart stays or gets in after.
// Not for: what is done with its lines (command-line.test.ts), TLS (tls.test.ts) or carts without a key (insecure.test.ts).

import { suite } from "uvu"
import * as assert from "uvu/assert"
import { mkdtempSync, rmSync } from "node:fs"
import { connect, type Socket } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { identityOfStore } from "../src/host/cli/identity"
import { serve } from "../src/host/cli/serve-command"
import { KeyStore } from "../src/host/link/key-store"
import { TestPeer, type TestPeerOptions } from "../src/host/link/test-peer"
import * as burst from "../src/wire/burst"
import * as reasons from "../src/wire/reasons"

const folder = mkdtempSync(join(tmpdir(), "ivus-serve-"))
const keys = new KeyStore(join(folder, "keys"))
const KEY = new Uint8Array(32).fill(3)
const OTHER = new Uint8Array(32).fill(4)
const BOARDS = ["0000000200000001", "0000000200000002"] as const
for (const board of BOARDS) keys.keep(board, KEY)

const told: string[] = []
let heard = (): void => undefined
const serving = await serve(
    0,
    join(folder, "out"),
    line => (told.push(line), heard()),
    identityOfStore(false, () => undefined, keys)
)

/** Where in what was told this test begins. */
let begins = 0

/** Waits until the host has said it in this test. */
async function said(line: RegExp): Promise<string> {
    for (;;) {
        const found = told.slice(begins).find(t => line.test(t))
        if (found) return found
        await new Promise<void>(resolve => (heard = resolve))
    }
}

/** Waits until the host has seen everybody leave. */
async function nobodyIsThere(): Promise<void> {
    const count = (line: RegExp): number =>
        told.filter(t => line.test(t)).length
    while (count(/ connected$/) > count(/ left$/))
        await new Promise<void>(resolve => (heard = resolve))
}

interface Cart {
    readonly peer: TestPeer
    readonly socket: Socket
    /** Resolves with the reason of the host's reject, or 0, when the connection has ended. */
    readonly ended: Promise<number>
    readonly opened: Promise<void>
}

function cart(options: TestPeerOptions): Cart {
    const socket = connect(serving.port, "127.0.0.1")
    const peer = new TestPeer(bytes => void socket.write(bytes), options)
    const opened = new Promise<void>(resolve => (peer.onOpen = resolve))
    socket.on("data", bytes => peer.receive(bytes))
    socket.on("error", () => undefined)
    const ended = new Promise<number>(resolve =>
        socket.on("close", () => resolve(peer.rejected))
    )
    return { peer, socket, ended, opened }
}

const test = suite("ivus serve")
test.before.each(async () => {
    await nobodyIsThere()
    begins = told.length
})
test.after(() => {
    serving.close()
    rmSync(folder, { recursive: true })
})

/** The right cart gets in, and leaves again. */
async function takesTheRightCart(): Promise<void> {
    const right = cart({ key: KEY })
    right.peer.hello()
    await right.opened
    right.socket.end()
    await right.ended
}

test("two carts at once: the first stays, the second is told, and gets in when the first has left", async () => {
    const first = cart({ key: KEY, idLow: 1 })
    first.peer.hello()
    await first.opened
    const second = cart({ key: KEY, idLow: 2 })
    second.peer.hello()
    assert.is(await second.ended, reasons.REJECT_BUSY)
    const line = await said(/^cart 0000000200000002: /)
    assert.match(line, `This host refused the session: ${reasons.sentenceOf(reasons.REJECT_BUSY)}`) // prettier-ignore
    // The first one is still served.
    const pings = first.peer.heard.length
    await new Promise<void>(resolve => first.socket.once("data", () => resolve())) // prettier-ignore
    assert.ok(first.peer.heard.length > pings)
    assert.is(first.peer.rejected, 0)
    first.socket.end()
    await first.ended
    await nobodyIsThere()
    const again = cart({ key: KEY, idLow: 2 })
    again.peer.hello()
    await again.opened
    again.socket.end()
    await again.ended
})

test("a cart with another key: it is told by its own look at the host's proof, and so is the host", async () => {
    const wrong = cart({ key: OTHER })
    wrong.peer.hello()
    // As the firmware does when the proof is not right.
    while (!wrong.peer.heard.some(m => m.type === burst.TYPE_PROOF))
        await new Promise<void>(resolve => wrong.socket.once("data", () => resolve())) // prettier-ignore
    wrong.peer.secrets = undefined
    wrong.peer.reject(reasons.REJECT_KEY)
    await wrong.ended
    const line = await said(/^cart 0000000200000001: /)
    assert.match(line, `The cart ended the session: ${reasons.sentenceOf(reasons.REJECT_KEY)}`) // prettier-ignore
    assert.match(line, /`npm run ivus -- pair --board 0000000200000001` makes/)
    await takesTheRightCart()
})

test("a cart that this host has no key for", async () => {
    const strange = cart({ key: KEY, idLow: 9 })
    strange.peer.hello()
    assert.is(await strange.ended, reasons.REJECT_NO_KEY)
    assert.match(await said(/^cart 0000000200000009: /), /pair --board 0000000200000009` makes a key/) // prettier-ignore
    await takesTheRightCart()
})

/** What a cart must not say before it is known; and how the host calls it. */
const SAID: Record<string, [reason: number, say: (c: Cart) => void]> = {
    "another layout": [reasons.REJECT_LAYOUT, c => c.peer.hello({ layout_hash: 1 })],
    "a window in which no burst fits": [reasons.REJECT_PAYLOAD, c => c.peer.hello({ window_bytes: 100 })],
    "more than a greeting holds": [reasons.REJECT_OVERSIZE, c => c.peer.raw(new Uint8Array(2000))],
} // prettier-ignore

for (const [name, [reason, say]] of Object.entries(SAID))
    test(`${name}: ${reason}`, async () => {
        const odd = cart({ key: KEY })
        say(odd)
        assert.is(await odd.ended, reason)
        assert.match(await said(/^cart /), reasons.sentenceOf(reason))
        await takesTheRightCart()
    })

test("noise, then nothing: let go of, and the right cart gets in meanwhile", async () => {
    const noise = cart({ key: KEY })
    noise.peer.raw(new Uint8Array(300).fill(0x49))
    await said(/ connected$/)
    await takesTheRightCart()
    noise.socket.destroy()
    await noise.ended
})

test.run()
