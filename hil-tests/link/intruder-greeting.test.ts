// Bytes that a host must not send in the greeting: the board refuses them with a code in the log of
// both sides; the correct host then connects, receives the report, and controls the cart.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import { tagOf } from "../../src/host/link/seal"
import * as burst from "../../src/shared/protocol/burst"
import { sealHeader } from "../../src/shared/protocol/burst"
import { putNumber } from "../../src/shared/protocol/bytes"
import * as machine from "../../src/shared/cart-machine"
import { crc32c } from "../../src/shared/protocol/crc32c"
import { layoutHash } from "../../src/shared/protocol/layout-hash"
import * as messages from "../../src/shared/protocol/messages"
import * as codes from "../../src/shared/codes"
import { ScriptedHost } from "../support/carts/scripted-host"
import { HEADER, inSession, isRefused, flipped } from "../support/carts/refused-session"

const greeting = suite("in the greeting the board refuses")

/** Changes to the host's challenge (burst 0) and proof (burst 1). */
const DISTURBED: Record<
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

for (const [name, [reason, disturb]] of Object.entries(DISTURBED))
    greeting(`${name}: ${reason} [IVUS-LNK-002]`, async () => {
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
