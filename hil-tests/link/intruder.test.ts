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
import { KEY, OddHost } from "../support/odd-host"

const HEADER = burst.BURST_HEADER_LENGTH
const PING = 123
const pingOf = (odd: OddHost): Uint8Array => odd.payload(messages.PING, { value: PING })

/** One board is used for many cases; after a failure the next case boots another. */
let resting: OddHost | undefined

/** A board in an open session. */
async function inSession(): Promise<OddHost> {
    const odd = resting ?? (await OddHost.boot())
    resting = undefined
    assert.ok(odd.session?.isOpen || (await odd.open()))
    assert.equal(odd.closings, [])
    return odd
}

/** The cart accepts requests of the correct host. */
async function isUsable(odd: OddHost): Promise<void> {
    odd.session.command(machine.COMMAND_HOME)
    await odd.wait(300)
    assert.is(odd.status?.state, machine.STATE_HOMING)
    assert.is(odd.panics, 0)
}

/**
 * The board reported `reason`, both logs have its sentence, and the next host is told and obeyed.
 */
async function isRefused(odd: OddHost, reason: number): Promise<void> {
    const sentence = codes.sentenceOf(reason)
    await odd.wait(200)
    assert.equal(odd.closings.at(-1), { reason, by: "board" })
    const log = odd.boardLog.join("\n")
    assert.match(log, `link closed by this cart: ${sentence}`)
    assert.match(odd.hostLog.join("\n"), `The cart ended the session: ${sentence}`)
    odd.harm = undefined
    odd.pinging = true
    assert.ok(await odd.open(), "the correct host connects")
    await odd.wait(100)
    assert.equal(odd.told, [reason])
    await isUsable(odd)
    odd.session.command(machine.COMMAND_STOP)
    await odd.wait(500)
    assert.is(odd.status?.state, machine.STATE_UNHOMED)
    odd.forget()
    resting = odd
}

const open = suite("in an open session the board refuses")

/** Sent in between the messages of the correct host. */
const SAID: Record<string, [reason: number, say: (odd: OddHost) => void]> = {
    "a repeated burst (replay)": [codes.REJECT_SEQUENCE, odd => odd.raw(odd.sent.at(-1)!)],
    "the host's own accept again": [codes.REJECT_SEQUENCE, odd => odd.raw(odd.sent[2]!)],
    "a burst too far ahead": [
        codes.REJECT_SEQUENCE,
        odd =>
            odd.raw(
                odd.burst({ type: burst.TYPE_PING, sequence: odd.sent.length + 1 }, pingOf(odd))
            ),
    ],
    "its own burst sent back (reflection)": [codes.REJECT_TAG, odd => odd.raw(odd.heard.at(-1)!)],
    "a board's burst sent by the host (direction)": [
        codes.REJECT_UNEXPECTED,
        odd => odd.raw(odd.burst({ type: burst.TYPE_PONG }, pingOf(odd))),
    ],
    "a burst without a tag": [codes.REJECT_TAG, odd => odd.raw(untagged(odd))],
    "a tag with the board's key": [
        codes.REJECT_TAG,
        odd => odd.raw(odd.burst({ type: burst.TYPE_PING }, pingOf(odd), odd.secrets.board_key)),
    ],
    "a command changed in transit": [codes.REJECT_TAG, odd => odd.raw(changed(odd))],
    "a burst of another host's session": [
        codes.REJECT_SESSION,
        odd => odd.raw(odd.burst({ type: burst.TYPE_PING, session: 77 }, pingOf(odd))),
    ],
    "session 0": [
        codes.REJECT_SESSION,
        odd => odd.raw(odd.burst({ type: burst.TYPE_PING, session: 0 }, pingOf(odd))),
    ],
    "a second challenge": [
        codes.REJECT_UNEXPECTED,
        odd => odd.raw(odd.burst({ type: burst.TYPE_CHALLENGE }, odd.sent[0]!.subarray(HEADER))),
    ],
    "an unknown type": [
        codes.REJECT_UNEXPECTED,
        odd => odd.raw(odd.burst({ type: 99 }, pingOf(odd))),
    ],
    "a payload with a wrong CRC": [
        codes.REJECT_PAYLOAD,
        odd => odd.raw(odd.burst({ type: burst.TYPE_PING }, new Uint8Array(8).fill(1))),
    ],
    "a payload of wrong length": [
        codes.REJECT_PAYLOAD,
        odd => odd.raw(odd.burst({ type: burst.TYPE_SETUP }, pingOf(odd))),
    ],
    "a message of 2000 bytes": [
        codes.REJECT_OVERSIZE,
        odd =>
            odd.raw(odd.burst({ type: burst.TYPE_SETUP }, new Uint8Array(2000)).subarray(0, 1000)),
    ],
    "more than its input buffer holds": [
        codes.REJECT_OVERSIZE,
        odd => odd.raw(odd.burst({ type: burst.TYPE_SETUP }, new Uint8Array(2000))),
    ],
    "a payload longer than any message": [
        codes.REJECT_HEADER,
        odd => odd.raw(odd.burst({ type: burst.TYPE_SETUP, payload_length: 20000 }, pingOf(odd))),
    ],
    "bytes that are no burst": [codes.REJECT_HEADER, odd => odd.raw(new Uint8Array(64).fill(0x55))],
    "a header with one bit flipped": [
        codes.REJECT_HEADER,
        odd => odd.raw(flipped(odd.burst({ type: burst.TYPE_PING }, pingOf(odd)), 9)),
    ],
    "another protocol version": [
        codes.REJECT_VERSION,
        odd => odd.raw(odd.burst({ type: burst.TYPE_PING, version: 3 }, pingOf(odd))),
    ],
    "more credit than the board can use": [
        codes.REJECT_CREDIT,
        odd =>
            odd.raw(
                odd.burst(
                    { type: burst.TYPE_CREDIT },
                    odd.payload(messages.CREDIT, { limit_bytes: 0x70000000 })
                )
            ),
    ],
}

function untagged(odd: OddHost): Uint8Array {
    const bytes = odd.burst({ type: burst.TYPE_PING }, pingOf(odd))
    return bytes.fill(0, burst.TAG_AT, HEADER)
}

function flipped(bytes: Uint8Array, at: number): Uint8Array {
    bytes[at]! ^= 1
    return bytes
}

/** A stop changed to a start with recomputed CRCs: only the tag can show it. */
function changed(odd: OddHost): Uint8Array {
    const command = { command: machine.COMMAND_STOP, serial: 9, argument: 0 }
    const bytes = odd.burst({ type: burst.TYPE_COMMAND }, odd.payload(messages.COMMAND, command))
    bytes[HEADER] = machine.COMMAND_START
    const end = bytes.length - 4
    putNumber(bytes, end, "u32", crc32c(bytes, HEADER, end, 0))
    return bytes
}

for (const [name, [reason, say]] of Object.entries(SAID))
    open(`${name}: ${reason}`, async () => {
        const odd = await inSession()
        say(odd)
        await isRefused(odd, reason)
    })

open("a burst of the previous session with the same number", async () => {
    // A host that lost its session counter: each of its sessions is number 4.
    const identity = { ...fixedIdentity(KEY, randomOf(3)), nextSession: () => 4 }
    const odd = await OddHost.boot({ identity })
    await odd.open()
    const ping = odd.burst({ type: burst.TYPE_PING }, pingOf(odd))
    odd.session.reject(codes.REJECT_UNEXPECTED)
    await odd.wait(100)
    assert.ok(await odd.open())
    odd.events.length = 0
    odd.raw(ping)
    await isRefused(odd, codes.REJECT_TAG)
})

open("silence of 3 s", async () => {
    const odd = await inSession()
    odd.pinging = false
    await odd.wait(3100)
    await isRefused(odd, codes.REJECT_LATE)
})

open("refuses a command in a wrong state without ending the session", async () => {
    const odd = await OddHost.boot()
    await odd.open()
    for (const command of [machine.COMMAND_START, machine.COMMAND_ARM, machine.COMMAND_LIVE]) {
        const serial = odd.session.command(command)
        await odd.wait(50)
        const refusal = odd.refusals.at(-1)!
        assert.equal(refusal, {
            command,
            serial,
            reason: codes.REFUSED_STATE,
            value: machine.STATE_UNHOMED,
        })
    }
    const sentence = codes.sentenceOf(codes.REFUSED_STATE)
    assert.is(odd.boardLog.filter(l => l.includes(`refused: ${sentence}`)).length, 3)
    assert.equal(odd.closings, [])
    await isUsable(odd)
    odd.board.stopVm()
})
open.run()

const greeting = suite("in the greeting the board refuses")

/** Changes to the host's challenge (burst 0) and proof (burst 1). */
const GREETED: Record<
    string,
    [reason: number, harm: (odd: OddHost, bytes: Uint8Array, n: number) => readonly Uint8Array[]]
> = {
    "an accept instead of proofs (downgrade)": [
        codes.REJECT_INSECURE,
        (odd, _, n) =>
            n > 0
                ? []
                : [
                      odd.burst(
                          { type: burst.TYPE_ACCEPT, session: 1, sequence: 0 },
                          odd.payload(messages.ACCEPT, {
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
        (odd, _, n) => (n > 0 ? [] : [odd.heard[0]!]),
    ],
    "a proof before the challenge": [
        codes.REJECT_UNEXPECTED,
        (odd, _, n) =>
            n > 0 ? [] : [odd.burst({ type: burst.TYPE_PROOF, sequence: 0 }, new Uint8Array(52))],
    ],
    "a command before any proof": [
        codes.REJECT_UNEXPECTED,
        (odd, _, n) =>
            n > 0
                ? []
                : [
                      odd.burst(
                          { type: burst.TYPE_COMMAND, sequence: 0 },
                          odd.payload(messages.COMMAND, {
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
        (_odd, b, n) => (n > 0 ? [] : [resealed(b, HEADER + 4, burst.SESSION_AT)]),
    ],
    "a challenge whose session differs from its header's": [
        codes.REJECT_SESSION,
        (_odd, b, n) => (n > 0 ? [] : [resealed(b, HEADER + 4)]),
    ],
    "one bit of the challenge changed": [
        codes.REJECT_KEY,
        (_odd, b, n) => [n === 0 ? resealed(b, HEADER + 12) : b],
    ],
    "one bit of the proof changed": [
        codes.REJECT_KEY,
        (odd, b, n) => (n === 1 ? [retagged(odd, resealed(b, HEADER + 20))] : [b]),
    ],
    "another nonce in the proof": [
        codes.REJECT_KEY,
        (odd, b, n) => (n === 1 ? [retagged(odd, resealed(b, HEADER))] : [b]),
    ],
    "a correct proof with a wrong tag": [
        codes.REJECT_TAG,
        (_odd, b, n) => (n === 1 ? [flipped(Uint8Array.from(b), burst.TAG_AT)] : [b]),
    ],
    "the board's proof sent as the host's": [
        codes.REJECT_KEY,
        (odd, b, n) => (n === 1 ? [retagged(odd, boardsProof(odd, b))] : [b]),
    ],
    "an accept of another session": [
        codes.REJECT_SESSION,
        (odd, b, n) => (n === 2 ? [retagged(odd, resealed(b, HEADER + 4))] : [b]),
    ],
    "an accept without a tag": [
        codes.REJECT_TAG,
        (_odd, b, n) => (n === 2 ? [Uint8Array.from(b).fill(0, burst.TAG_AT, HEADER)] : [b]),
    ],
    "more initial credit than the board can use": [
        codes.REJECT_CREDIT,
        (odd, b, n) => (n === 2 ? [retagged(odd, resealed(b, HEADER + 11))] : [b]),
    ],
    "a host of another layout": [
        codes.REJECT_LAYOUT,
        (_odd, b, n) => (n > 0 ? [] : [foreign(b, burst.PROTOCOL_VERSION)]),
    ],
    "a host of another version": [
        codes.REJECT_VERSION,
        (_odd, b, n) => (n > 0 ? [] : [foreign(b, 3)]),
    ],
    "a silent host": [codes.REJECT_LATE, () => []],
    noise: [codes.REJECT_HEADER, (_odd, b) => [new Uint8Array(b.length).fill(0xa5)]],
    "the challenge twice": [codes.REJECT_SEQUENCE, (_odd, b, n) => (n === 0 ? [b, b] : [])],
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

function retagged(odd: OddHost, bytes: Uint8Array): Uint8Array {
    bytes.set(tagOf(odd.secrets.host_key, bytes), burst.TAG_AT)
    return bytes
}

function boardsProof(odd: OddHost, from: Uint8Array): Uint8Array {
    const bytes = Uint8Array.from(from)
    bytes.set(odd.secrets.board_proof as Uint8Array, HEADER + 16)
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

for (const [name, [reason, harm]] of Object.entries(GREETED))
    greeting(`${name}: ${reason}`, async () => {
        const odd = await inSession()
        odd.session.reject(codes.REJECT_UNEXPECTED)
        odd.forget()
        odd.harm = (bytes, n) => harm(odd, bytes, n)
        const limitUs = odd.clock.nowUs + 5e6
        await odd.clock.run(() => odd.closings.length > 0, limitUs)
        assert.not(odd.session.isOpen && odd.status !== undefined)
        assert.is(odd.receiver.testLines, 0)
        await isRefused(odd, reason)
    })

greeting("a replay of an earlier session's greeting: 409", async () => {
    const odd = await OddHost.boot()
    await odd.open()
    const [challenge, proof, accept] = odd.sent
    odd.session.reject(codes.REJECT_UNEXPECTED)
    odd.harm = (_, n) => [[challenge!, proof!, accept!][n]!].filter(Boolean)
    await odd.clock.run(() => odd.connections === 2, odd.clock.nowUs + 3e6)
    odd.events.length = 0
    await odd.clock.run(() => odd.closings.length === 2, odd.clock.nowUs + 3e6)
    await isRefused(odd, codes.REJECT_KEY)
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
async function comesBack(odd: OddHost): Promise<void> {
    if (!odd.session.isOpen) assert.ok(await odd.open())
    await odd.wait(1500)
    assert.equal(
        odd.told,
        odd.closings.map(c => c.reason)
    )
    for (const { reason } of odd.closings)
        assert.match(
            odd.boardLog.join("\n"),
            `link closed by this cart: ${codes.sentenceOf(reason)}`
        )
    if (odd.status?.state === machine.STATE_FAULT) {
        odd.session.command(machine.COMMAND_ACKNOWLEDGE)
        await odd.wait(300)
        assert.is(odd.status.state, machine.STATE_UNHOMED)
    }
    await isUsable(odd)
    odd.board.stopVm()
}

const clocks = suite("clocks that jump")

clocks("a board halted for 4 s reports why it closes and connects again", async () => {
    const odd = await OddHost.boot()
    await odd.open()
    odd.board.holdVm(4000)
    // The SPI transfer interrupted by the halt is abandoned a second later.
    await odd.wait(6000)
    // More data arrived in the meantime than its buffer holds.
    assert.equal(odd.closings, [{ reason: codes.REJECT_OVERSIZE, by: "board" }])
    await comesBack(odd)
})

for (const byMs of [3_600_000, -1000, -3_600_000])
    clocks(`the wall clock is set by ${byMs / 1000} s`, async () => {
        const clock = new SettableClock()
        const odd = await OddHost.boot({ clock })
        await odd.open()
        clock.setByMs = byMs
        await odd.wait(4500)
        await comesBack(odd)
    })

clocks("the host's clock jumps: pings may carry any value", async () => {
    const odd = await OddHost.boot()
    await odd.open()
    for (const value of [0xffffffff, 0, 5e9, -1, 12]) {
        odd.session.ping(value)
        await odd.wait(30)
        assert.is(odd.closings.length, 0)
    }
    await isUsable(odd)
    odd.board.stopVm()
})
clocks.run()
