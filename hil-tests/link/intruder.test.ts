// Bytes that a host must not send: the board refuses them with a code in the log of both sides; the
// correct host then connects, learns of it, and controls the cart.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import { VirtualClock } from "../../boards/virtual/vm/virtual-clock"
import { randomOf } from "../../src/host/targets/virtual/virtual-cart"
import { fixedIdentity } from "../../src/host/link/host-identity"
import { tagOf } from "../../src/host/link/seal"
import * as burst from "../../src/shared/protocol/burst"
import { sealHeader } from "../../src/shared/protocol/burst"
import { putNumber } from "../../src/shared/protocol/bytes"
import * as machine from "../../src/shared/cart-machine"
import { crc32c } from "../../src/shared/protocol/crc32c"
import { layoutHash } from "../../src/shared/protocol/layout-hash"
import * as messages from "../../src/shared/protocol/messages"
import * as codes from "../../src/shared/codes"
import { KEY, ScriptedHost } from "../support/carts/scripted-host"

const HEADER = burst.BURST_HEADER_LENGTH
const PING = 123
const pingOf = (host: ScriptedHost): Uint8Array => host.payload(messages.PING, { value: PING })

/** One board is used for many cases; after a failure the next case boots another. */
let idle: ScriptedHost | undefined

/** A board in an open session. */
async function inSession(): Promise<ScriptedHost> {
    const host = idle ?? (await ScriptedHost.boot())
    idle = undefined
    assert.ok(host.session?.isOpen || (await host.open()))
    assert.equal(host.closings, [])
    return host
}

/** The cart accepts requests of the correct host. */
async function isUsable(host: ScriptedHost): Promise<void> {
    host.session.command(machine.COMMAND_HOME)
    await host.wait(300)
    assert.is(host.status?.state, machine.STATE_HOMING)
    assert.is(host.panics, 0)
}

/**
 * The board reported `reason`, both logs have its sentence, and the next host is told and obeyed.
 */
async function isRefused(host: ScriptedHost, reason: number): Promise<void> {
    const sentence = codes.sentenceOf(reason)
    await host.wait(200)
    assert.equal(host.closings.at(-1), { reason, by: "board" })
    const log = host.boardLog.join("\n")
    assert.match(log, `link closed by this cart: ${sentence}`)
    assert.match(host.hostLog.join("\n"), `The cart ended the session: ${sentence}`)
    host.disturb = undefined
    host.pinging = true
    assert.ok(await host.open(), "the correct host connects")
    await host.wait(100)
    assert.equal(host.reportedRefusals, [reason])
    await isUsable(host)
    host.session.command(machine.COMMAND_STOP)
    await host.wait(500)
    assert.is(host.status?.state, machine.STATE_UNHOMED)
    host.clear()
    idle = host
}

const open = suite("in an open session the board refuses")

/** Sent in between the messages of the correct host. */
const FORBIDDEN: Record<string, [reason: number, send: (host: ScriptedHost) => void]> = {
    "a repeated burst (replay)": [codes.REJECT_SEQUENCE, host => host.raw(host.sent.at(-1)!)],
    "the host's own accept again": [codes.REJECT_SEQUENCE, host => host.raw(host.sent[2]!)],
    "a burst too far ahead": [
        codes.REJECT_SEQUENCE,
        host =>
            host.raw(
                host.burst({ type: burst.TYPE_PING, sequence: host.sent.length + 1 }, pingOf(host))
            ),
    ],
    "its own burst sent back (reflection)": [
        codes.REJECT_TAG,
        host => host.raw(host.received.at(-1)!),
    ],
    "a board's burst sent by the host (direction)": [
        codes.REJECT_UNEXPECTED,
        host => host.raw(host.burst({ type: burst.TYPE_PONG }, pingOf(host))),
    ],
    "a burst without a tag": [codes.REJECT_TAG, host => host.raw(untagged(host))],
    "a tag with the board's key": [
        codes.REJECT_TAG,
        host =>
            host.raw(host.burst({ type: burst.TYPE_PING }, pingOf(host), host.secrets.board_key)),
    ],
    "a command changed in transit": [codes.REJECT_TAG, host => host.raw(changed(host))],
    "a burst of another host's session": [
        codes.REJECT_SESSION,
        host => host.raw(host.burst({ type: burst.TYPE_PING, session: 77 }, pingOf(host))),
    ],
    "session 0": [
        codes.REJECT_SESSION,
        host => host.raw(host.burst({ type: burst.TYPE_PING, session: 0 }, pingOf(host))),
    ],
    "a second challenge": [
        codes.REJECT_UNEXPECTED,
        host =>
            host.raw(host.burst({ type: burst.TYPE_CHALLENGE }, host.sent[0]!.subarray(HEADER))),
    ],
    "an unknown type": [
        codes.REJECT_UNEXPECTED,
        host => host.raw(host.burst({ type: 99 }, pingOf(host))),
    ],
    "a payload with a wrong CRC": [
        codes.REJECT_PAYLOAD,
        host => host.raw(host.burst({ type: burst.TYPE_PING }, new Uint8Array(8).fill(1))),
    ],
    "a payload of wrong length": [
        codes.REJECT_PAYLOAD,
        host => host.raw(host.burst({ type: burst.TYPE_SETUP }, pingOf(host))),
    ],
    "a message of 2000 bytes": [
        codes.REJECT_OVERSIZE,
        host =>
            host.raw(
                host.burst({ type: burst.TYPE_SETUP }, new Uint8Array(2000)).subarray(0, 1000)
            ),
    ],
    "more than its input buffer holds": [
        codes.REJECT_OVERSIZE,
        host => host.raw(host.burst({ type: burst.TYPE_SETUP }, new Uint8Array(2000))),
    ],
    "a payload longer than any message": [
        codes.REJECT_HEADER,
        host =>
            host.raw(host.burst({ type: burst.TYPE_SETUP, payload_length: 20000 }, pingOf(host))),
    ],
    "bytes that are no burst": [
        codes.REJECT_HEADER,
        host => host.raw(new Uint8Array(64).fill(0x55)),
    ],
    "a header with one bit flipped": [
        codes.REJECT_HEADER,
        host => host.raw(flipped(host.burst({ type: burst.TYPE_PING }, pingOf(host)), 9)),
    ],
    "another protocol version": [
        codes.REJECT_VERSION,
        host => host.raw(host.burst({ type: burst.TYPE_PING, version: 3 }, pingOf(host))),
    ],
    "more credit than the board can use": [
        codes.REJECT_CREDIT,
        host =>
            host.raw(
                host.burst(
                    { type: burst.TYPE_CREDIT },
                    host.payload(messages.CREDIT, { limit_bytes: 0x70000000 })
                )
            ),
    ],
}

function untagged(host: ScriptedHost): Uint8Array {
    const bytes = host.burst({ type: burst.TYPE_PING }, pingOf(host))
    return bytes.fill(0, burst.TAG_AT, HEADER)
}

function flipped(bytes: Uint8Array, at: number): Uint8Array {
    bytes[at]! ^= 1
    return bytes
}

/** A stop changed to a start with recomputed CRCs: only the tag can show it. */
function changed(host: ScriptedHost): Uint8Array {
    const command = { command: machine.COMMAND_STOP, serial: 9, argument: 0 }
    const bytes = host.burst({ type: burst.TYPE_COMMAND }, host.payload(messages.COMMAND, command))
    bytes[HEADER] = machine.COMMAND_START
    const end = bytes.length - 4
    putNumber(bytes, end, "u32", crc32c(bytes, HEADER, end, 0))
    return bytes
}

for (const [name, [reason, send]] of Object.entries(FORBIDDEN))
    open(`${name}: ${reason}`, async () => {
        const host = await inSession()
        send(host)
        await isRefused(host, reason)
    })

open("a burst of the previous session with the same number", async () => {
    // A host that lost its session counter: each of its sessions is number 4.
    const identity = { ...fixedIdentity(KEY, randomOf(3)), nextSession: () => 4 }
    const host = await ScriptedHost.boot({ identity })
    await host.open()
    const ping = host.burst({ type: burst.TYPE_PING }, pingOf(host))
    host.session.reject(codes.REJECT_UNEXPECTED)
    await host.wait(100)
    assert.ok(await host.open())
    host.events.length = 0
    host.raw(ping)
    await isRefused(host, codes.REJECT_TAG)
})

open("silence of 3 s", async () => {
    const host = await inSession()
    host.pinging = false
    await host.wait(3100)
    await isRefused(host, codes.REJECT_LATE)
})

open("refuses a command in a wrong state without ending the session", async () => {
    const host = await ScriptedHost.boot()
    await host.open()
    for (const command of [machine.COMMAND_START, machine.COMMAND_ARM, machine.COMMAND_LIVE]) {
        const serial = host.session.command(command)
        await host.wait(50)
        const refusal = host.refusals.at(-1)!
        assert.equal(refusal, {
            command,
            serial,
            reason: codes.REFUSED_STATE,
            value: machine.STATE_UNHOMED,
        })
    }
    const sentence = codes.sentenceOf(codes.REFUSED_STATE)
    assert.is(host.boardLog.filter(l => l.includes(`refused: ${sentence}`)).length, 3)
    assert.equal(host.closings, [])
    await isUsable(host)
    host.board.stopVm()
})
open.run()

const greeting = suite("in the greeting the board refuses")

/** Changes to the host's challenge (burst 0) and proof (burst 1). */
const GREETED: Record<
    string,
    [
        reason: number,
        disturb: (host: ScriptedHost, bytes: Uint8Array, n: number) => readonly Uint8Array[],
    ]
> = {
    "an accept instead of proofs (downgrade)": [
        codes.REJECT_INSECURE,
        (host, _, n) =>
            n > 0
                ? []
                : [
                      host.burst(
                          { type: burst.TYPE_ACCEPT, session: 1, sequence: 0 },
                          host.payload(messages.ACCEPT, {
                              layout_hash: layoutHash(),
                              session: 1,
                              credit_bytes: 20000,
                          }),
                          undefined
                      ),
                  ],
    ],
    "its own hello, sent back (reflection)": [
        codes.REJECT_UNEXPECTED,
        (host, _, n) => (n > 0 ? [] : [host.received[0]!]),
    ],
    "a proof before the challenge": [
        codes.REJECT_UNEXPECTED,
        (host, _, n) =>
            n > 0 ? [] : [host.burst({ type: burst.TYPE_PROOF, sequence: 0 }, new Uint8Array(52))],
    ],
    "a command before any proof": [
        codes.REJECT_UNEXPECTED,
        (host, _, n) =>
            n > 0
                ? []
                : [
                      host.burst(
                          { type: burst.TYPE_COMMAND, sequence: 0 },
                          host.payload(messages.COMMAND, {
                              command: machine.COMMAND_HOME,
                              serial: 1,
                              argument: 0,
                          }),
                          undefined
                      ),
                  ],
    ],
    "session 0": [
        codes.REJECT_SESSION,
        (_host, b, n) => (n > 0 ? [] : [resealed(b, HEADER + 4, burst.SESSION_AT)]),
    ],
    "a challenge whose session differs from its header's": [
        codes.REJECT_SESSION,
        (_host, b, n) => (n > 0 ? [] : [resealed(b, HEADER + 4)]),
    ],
    "one bit of the challenge changed": [
        codes.REJECT_KEY,
        (_host, b, n) => [n === 0 ? resealed(b, HEADER + 12) : b],
    ],
    "one bit of the proof changed": [
        codes.REJECT_KEY,
        (host, b, n) => (n === 1 ? [retagged(host, resealed(b, HEADER + 20))] : [b]),
    ],
    "another nonce in the proof": [
        codes.REJECT_KEY,
        (host, b, n) => (n === 1 ? [retagged(host, resealed(b, HEADER))] : [b]),
    ],
    "a correct proof with a wrong tag": [
        codes.REJECT_TAG,
        (_host, b, n) => (n === 1 ? [flipped(Uint8Array.from(b), burst.TAG_AT)] : [b]),
    ],
    "the board's proof sent as the host's": [
        codes.REJECT_KEY,
        (host, b, n) => (n === 1 ? [retagged(host, boardsProof(host, b))] : [b]),
    ],
    "an accept of another session": [
        codes.REJECT_SESSION,
        (host, b, n) => (n === 2 ? [retagged(host, resealed(b, HEADER + 4))] : [b]),
    ],
    "an accept without a tag": [
        codes.REJECT_TAG,
        (_host, b, n) => (n === 2 ? [Uint8Array.from(b).fill(0, burst.TAG_AT, HEADER)] : [b]),
    ],
    "more initial credit than the board can use": [
        codes.REJECT_CREDIT,
        (host, b, n) => (n === 2 ? [retagged(host, resealed(b, HEADER + 11))] : [b]),
    ],
    "a host of another layout": [
        codes.REJECT_LAYOUT,
        (_host, b, n) => (n > 0 ? [] : [foreign(b, burst.PROTOCOL_VERSION)]),
    ],
    "a host of another version": [
        codes.REJECT_VERSION,
        (_host, b, n) => (n > 0 ? [] : [foreign(b, 3)]),
    ],
    "a silent host": [codes.REJECT_LATE, () => []],
    noise: [codes.REJECT_HEADER, (_host, b) => [new Uint8Array(b.length).fill(0xa5)]],
    "the challenge twice": [codes.REJECT_SEQUENCE, (_host, b, n) => (n === 0 ? [b, b] : [])],
}

/**
 * Flips the highest bit of a payload byte, or zeroes the given numbers, and recomputes the CRCs.
 */
function resealed(from: Uint8Array, ...at: number[]): Uint8Array {
    const bytes = Uint8Array.from(from)
    if (at.length === 1) bytes[at[0]!]! ^= 0x40
    else for (const a of at) putNumber(bytes, a, "u32", 0)
    const end = bytes.length - 4
    putNumber(bytes, end, "u32", crc32c(bytes, HEADER, end, 0))
    sealHeader(bytes, layoutHash())
    return bytes
}

function retagged(host: ScriptedHost, bytes: Uint8Array): Uint8Array {
    bytes.set(tagOf(host.secrets.host_key, bytes), burst.TAG_AT)
    return bytes
}

function boardsProof(host: ScriptedHost, from: Uint8Array): Uint8Array {
    const bytes = Uint8Array.from(from)
    bytes.set(host.secrets.board_proof as Uint8Array, HEADER + 16)
    const end = bytes.length - 4
    putNumber(bytes, end, "u32", crc32c(bytes, HEADER, end, 0))
    return bytes
}

/** A challenge as sealed by a build with another layout. */
function foreign(from: Uint8Array, version: number): Uint8Array {
    const bytes = Uint8Array.from(from)
    const hash = layoutHash() ^ 0x1234
    bytes[burst.VERSION_AT] = version
    putNumber(bytes, HEADER, "u32", hash)
    const end = bytes.length - 4
    putNumber(bytes, end, "u32", crc32c(bytes, HEADER, end, 0))
    sealHeader(bytes, hash >>> 0)
    return bytes
}

for (const [name, [reason, disturb]] of Object.entries(GREETED))
    greeting(`${name}: ${reason}`, async () => {
        const host = await inSession()
        host.session.reject(codes.REJECT_UNEXPECTED)
        host.clear()
        host.disturb = (bytes, n) => disturb(host, bytes, n)
        const limitUs = host.clock.nowUs + 5e6
        await host.clock.run(() => host.closings.length > 0, limitUs)
        assert.not(host.session.isOpen && host.status !== undefined)
        assert.is(host.receiver.testLines, 0)
        await isRefused(host, reason)
    })

greeting("a replay of an earlier session's greeting: 409", async () => {
    const host = await ScriptedHost.boot()
    await host.open()
    const [challenge, proof, accept] = host.sent
    host.session.reject(codes.REJECT_UNEXPECTED)
    host.disturb = (_, n) => [[challenge!, proof!, accept!][n]!].filter(Boolean)
    await host.clock.run(() => host.connections === 2, host.clock.nowUs + 3e6)
    host.events.length = 0
    await host.clock.run(() => host.closings.length === 2, host.clock.nowUs + 3e6)
    await isRefused(host, codes.REJECT_KEY)
})
greeting.run()

/** Setting the wall clock makes the VM's time jump. */
class SettableClock extends VirtualClock {
    setByMs = 0
    override get dateMs(): number {
        return super.dateMs + this.setByMs
    }
}

/** If the session ended, both sides report why; a fault caused by the jump is acknowledged. */
async function reconnects(host: ScriptedHost): Promise<void> {
    if (!host.session.isOpen) assert.ok(await host.open())
    await host.wait(1500)
    assert.equal(
        host.reportedRefusals,
        host.closings.map(c => c.reason)
    )
    for (const { reason } of host.closings)
        assert.match(
            host.boardLog.join("\n"),
            `link closed by this cart: ${codes.sentenceOf(reason)}`
        )
    if (host.status?.state === machine.STATE_FAULT) {
        host.session.command(machine.COMMAND_ACKNOWLEDGE)
        await host.wait(300)
        assert.is(host.status.state, machine.STATE_UNHOMED)
    }
    await isUsable(host)
    host.board.stopVm()
}

const clocks = suite("clocks that jump")

clocks("a board halted for 4 s reports why it closes and connects again", async () => {
    const host = await ScriptedHost.boot()
    await host.open()
    host.board.stallVm(4000)
    // The SPI transfer interrupted by the halt is abandoned a second later.
    await host.wait(6000)
    // More data arrived in the meantime than its buffer holds.
    assert.equal(host.closings, [{ reason: codes.REJECT_OVERSIZE, by: "board" }])
    await reconnects(host)
})

for (const byMs of [3_600_000, -1000, -3_600_000])
    clocks(`the wall clock is set by ${byMs / 1000} s`, async () => {
        const clock = new SettableClock()
        const host = await ScriptedHost.boot({ clock })
        await host.open()
        clock.setByMs = byMs
        await host.wait(4500)
        await reconnects(host)
    })

clocks("the host's clock jumps: pings may carry any value", async () => {
    const host = await ScriptedHost.boot()
    await host.open()
    for (const value of [0xffffffff, 0, 5e9, -1, 12]) {
        host.session.ping(value)
        await host.wait(30)
        assert.is(host.closings.length, 0)
    }
    await isUsable(host)
    host.board.stopVm()
})
clocks.run()
