// `ivus serve`: which carts connect and which are refused, reported on both sides; the correct cart
// stays connected or connects afterwards.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs"
import { connect, type Socket } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { storedIdentity } from "../../src/host/link/stored-identity"
import { serve } from "../../src/host/cli/serve"
import { runTcpPullback } from "../../src/host/targets/tcp/tcp-pullback"
import { KeyStore } from "../../src/host/link/key-store"
import { plainRecords, TestBoard } from "../../src/host/link/testing/test-board"
import { TestPeer, type TestPeerOptions } from "../../src/host/link/testing/test-peer"
import { RunReceiver } from "../../src/host/run/run-receiver"
import { RunError } from "../../src/host/errors"
import * as burst from "../../src/shared/protocol/burst"
import { LINES_UNKNOWN } from "../../src/shared/protocol/messages"
import * as codes from "../../src/shared/codes"

const folder = mkdtempSync(join(tmpdir(), "ivus-serve-"))
const keys = new KeyStore(join(folder, "keys"))
const KEY = new Uint8Array(32).fill(3)
const OTHER = new Uint8Array(32).fill(4)
const BOARDS = ["0000000200000001", "0000000200000002"] as const
for (const board of BOARDS) keys.save(board, KEY)

const printed: string[] = []
let notify = (): void => undefined
const serving = await serve(
    0,
    join(folder, "out"),
    line => (printed.push(line), notify()),
    storedIdentity(false, () => undefined, keys)
)

/** Position in the output at which this test starts. */
let testStart = 0

/** Waits until the host has printed this in the current test. */
async function waitFor(line: RegExp): Promise<string> {
    for (;;) {
        const found = printed.slice(testStart).find(t => line.test(t))
        if (found) return found
        await new Promise<void>(resolve => (notify = resolve))
    }
}

/** Waits until the host has seen all peers disconnect. */
async function allDisconnected(): Promise<void> {
    const count = (line: RegExp): number => printed.filter(t => line.test(t)).length
    while (count(/ connected$/) > count(/ left$/))
        await new Promise<void>(resolve => (notify = resolve))
}

interface Cart {
    readonly peer: TestPeer
    readonly socket: Socket
    /** Resolves with the code of the host's reject, or 0, when the connection has ended. */
    readonly ended: Promise<number>
    readonly opened: Promise<void>
}

function cart(options: TestPeerOptions, port = serving.port): Cart {
    const socket = connect(port, "127.0.0.1")
    const peer = new TestPeer(bytes => void socket.write(bytes), options)
    const opened = new Promise<void>(resolve => (peer.onOpen = resolve))
    socket.on("data", bytes => peer.receive(bytes))
    socket.on("error", () => undefined)
    const ended = new Promise<number>(resolve => socket.on("close", () => resolve(peer.rejected)))
    return { peer, socket, ended, opened }
}

const test = suite("ivus serve")
test.before.each(async () => {
    await allDisconnected()
    testStart = printed.length
})
test.after(async () => {
    await serving.close()
    rmSync(folder, { recursive: true })
})

/** The correct cart connects and disconnects. */
async function acceptsCorrectCart(): Promise<void> {
    const correct = cart({ key: KEY })
    correct.peer.hello()
    await correct.opened
    correct.socket.end()
    await correct.ended
}

test("two carts at once: the first stays, the second is told so and connects when the first has left", async () => {
    const first = cart({ key: KEY, idLow: 1 })
    first.peer.hello()
    await first.opened
    const second = cart({ key: KEY, idLow: 2 })
    second.peer.hello()
    assert.is(await second.ended, codes.REJECT_BUSY)
    const line = await waitFor(/^cart 0000000200000002: /)
    assert.match(line, `This host refused the session: ${codes.sentenceOf(codes.REJECT_BUSY)}`)
    // The first one is still served.
    const pings = first.peer.received.length
    await new Promise<void>(resolve => first.socket.once("data", () => resolve()))
    assert.ok(first.peer.received.length > pings)
    assert.is(first.peer.rejected, 0)
    first.socket.end()
    await first.ended
    await allDisconnected()
    const retry = cart({ key: KEY, idLow: 2 })
    retry.peer.hello()
    await retry.opened
    retry.socket.end()
    await retry.ended
})

test("a cart with another key: both the cart and the host report it", async () => {
    const wrong = cart({ key: OTHER })
    wrong.peer.hello()
    // As the firmware does for a wrong proof.
    while (!wrong.peer.received.some(m => m.type === burst.TYPE_PROOF))
        await new Promise<void>(resolve => wrong.socket.once("data", () => resolve()))
    wrong.peer.secrets = undefined
    wrong.peer.reject(codes.REJECT_KEY)
    await wrong.ended
    const line = await waitFor(/^cart 0000000200000001: /)
    assert.match(line, `The cart ended the session: ${codes.sentenceOf(codes.REJECT_KEY)}`)
    assert.match(line, /`npm run ivus -- pair --board 0000000200000001` makes/)
    await acceptsCorrectCart()
})

test("refuses a cart for which this host has no key", async () => {
    const strange = cart({ key: KEY, idLow: 9 })
    strange.peer.hello()
    assert.is(await strange.ended, codes.REJECT_NO_KEY)
    assert.match(
        await waitFor(/^cart 0000000200000009: /),
        /pair --board 0000000200000009` makes a key/
    )
    await acceptsCorrectCart()
})

/** What a cart must not send before authentication, and the host's report. */
const FORBIDDEN: Record<string, [reason: number, send: (c: Cart) => void]> = {
    "another layout": [codes.REJECT_LAYOUT, c => c.peer.hello({ layout_hash: 1 })],
    "a payload limit below one burst": [
        codes.REJECT_PAYLOAD,
        c => c.peer.hello({ window_bytes: 100 }),
    ],
    "more data than a greeting may hold": [
        codes.REJECT_OVERSIZE,
        c => c.peer.raw(new Uint8Array(2000)),
    ],
}

for (const [name, [reason, send]] of Object.entries(FORBIDDEN))
    test(`${name}: ${reason}`, async () => {
        const wrong = cart({ key: KEY })
        send(wrong)
        assert.is(await wrong.ended, reason)
        assert.match(await waitFor(/^cart /), codes.sentenceOf(reason))
        await acceptsCorrectCart()
    })

test("drops a peer that sendRun noise and then nothing; the correct cart connects meanwhile", async () => {
    const noise = cart({ key: KEY })
    noise.peer.raw(new Uint8Array(300).fill(0x49))
    await waitFor(/ connected$/)
    await acceptsCorrectCart()
    noise.socket.destroy()
    await noise.ended
})

/** A run in which lines 12 to 15 and all after 19 never arrive. */
const cutRun = (run: number): Uint8Array =>
    new TestBoard()
        .hello()
        .describe({ run })
        .lines(plainRecords(0, 12))
        .lines(plainRecords(16, 20))
        .bytes()

/** As a board reports it after reconnecting. */
const endOf = (run: number, lines_fired = 30): Uint8Array =>
    new TestBoard()
        .hello()
        .end({ run, lines_fired, lines_sent: 22, lines_dropped_credit: 8 })
        .bytes()

/** A cart that connects, sendRun all that, and disconnects. */
async function sendRun(capture: Uint8Array, port?: number): Promise<void> {
    const one = cart({ key: KEY }, port)
    one.peer.hello()
    await one.opened
    one.peer.play(capture)
    one.socket.end()
    await one.ended
}

const OUT = join(folder, "out")
const cutSummary = (
    name = "capture-cut"
): { run: number; closed: boolean; lines: Record<string, unknown> } =>
    JSON.parse(readFileSync(join(OUT, `${name}.json`), "utf8"))
const leftovers = (): string[] => readdirSync(folder).filter(name => name.includes("partial"))

test("keeps and reports a run that was cut, and completes its counts from the summary in the next session", async () => {
    await sendRun(cutRun(77))
    const cut = await waitFor(/run 77 was CUT/)
    assert.match(cut, /16 lines received, 4 missing \(12 to 15\) before the last/)
    assert.match(cut, `replay ${join(OUT, "capture-cut.ivl")}`)
    await allDisconnected()
    assert.equal(readdirSync(OUT).sort(), ["capture-cut.ivl", "capture-cut.json"])
    assert.equal(leftovers(), [])
    const dropped = { fifo: 0, credit: 0, crc: 0, gate: 0 }
    assert.equal(cutSummary(), {
        board: BOARDS[0],
        run: 77,
        catheter: "test-catheter",
        closed: false,
        lines: {
            ...{ fired: null, sent: null, received: 16, missing: 4 },
            ...{ gaps: [{ first: 12, last: 15 }], damaged: 0, dropped },
        },
    })
    const kept = new RunReceiver()
    kept.push(readFileSync(join(OUT, "capture-cut.ivl")))
    assert.is(kept.assembler!.counts.received, 16)

    await sendRun(endOf(77))
    const closed = await waitFor(/run 77, which was CUT, ended/)
    assert.match(closed, /30 lines fired, 22 sent, 16 received, 14 missing \(12 to 15, 20 to 29\)/)
    const { closed: isClosed, lines } = cutSummary()
    assert.ok(isClosed)
    assert.is(lines.fired, 30)
    assert.is(lines.missing, 14)
    assert.equal(lines.dropped, { ...dropped, credit: 8 })

    // Reported once.
    await allDisconnected()
    const printedBefore = printed.length
    await sendRun(endOf(77))
    await allDisconnected()
    assert.equal(
        printed.slice(printedBefore).filter(t => t.includes("77")),
        []
    )
})

test("a cut run keeps nothing of the next one, and a cart that could not count is reported as such", async () => {
    await sendRun(cutRun(78))
    await waitFor(/run 78 was CUT/)
    await sendRun(endOf(78, LINES_UNKNOWN))
    const line = await waitFor(/run 78, which was CUT, ended/)
    assert.match(line, /number of fired lines unknown to the cart, 22 sent, 16 received, 4 missing/)
    const { run, closed, lines } = cutSummary("capture-cut-2")
    assert.is(run, 78)
    assert.ok(closed)
    assert.is(lines.fired, null)
    // The earlier one is unchanged.
    assert.is(cutSummary().run, 77)
    assert.is(cutSummary().lines.fired, 30)
})

test("reports the summary of a run that this host has not seen", async () => {
    await sendRun(endOf(4711))
    assert.match(
        await waitFor(/run 4711/),
        /which this host did not receive, ended: 30 lines fired, 22 sent/
    )
})

/** A pullback over TCP whose cart is lost during its run. */
async function lostPullback(returns: Uint8Array | undefined): Promise<RunError> {
    let listens: (port: number) => void = () => undefined
    const nextPort = (): Promise<number> => new Promise(resolve => (listens = resolve))
    const progress = (_: number, line: string): void => {
        const port = /^waiting for the cart at .* on port (\d+)/.exec(line)
        if (port) listens(Number(port[1]))
    }
    const identity = storedIdentity(false, () => undefined, keys)
    const request = { catheterId: "array-20mhz", speedMmPerS: 1, lengthMm: 5, frameRateHz: 30 }
    const first = nextPort()
    const run = runTcpPullback(
        { kind: "tcp", host: "127.0.0.1", port: 0, identity },
        request,
        { progress },
        returns ? 10 : 0.1
    )
    const failed = run.then(
        () => Promise.reject(new Error("it did not fail")),
        (error: RunError) => error
    )
    const port = await first
    const second = nextPort()
    await sendRun(cutRun(79), port)
    const returnPort = await second
    if (returns) await sendRun(returns, returnPort)
    return failed
}

test("ivus pullback waits for the lost cart and learns which lines are missing", async () => {
    const error = await lostPullback(endOf(79))
    assert.instance(error, RunError)
    assert.not.match(error.message, "not known")
    assert.is(error.receiver!.end?.lines_fired, 30)
    assert.is(error.receiver!.assembler!.counts.missing, 14)
})

test("ivus pullback reports when the cart did not return and the number fired is unknown", async () => {
    const error = await lostPullback(undefined)
    assert.match(error.message, /did not connect again within 0\.1 s, .* is not known/)
    assert.is(error.receiver!.end, undefined)
    assert.is(error.receiver!.assembler!.counts.received, 16)
})

test.run()
