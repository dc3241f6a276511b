// The host's half of a session: authentication of the board, messages, credit, and silence without a session. The
// board's half: src/firmware/link/greeting.ts.

import * as fc from "fast-check"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import * as machine from "../../shared/cart-machine"
import { nominalCalibration } from "../../shared/motion/calibration"
import * as burst from "../../shared/protocol/burst"
import { checkHeader, sealHeader } from "../../shared/protocol/burst"
import { getNumber, putNumber, type Layout, type Message } from "../../shared/protocol/bytes"
import { layoutHash } from "../../shared/protocol/layout-hash"
import * as messages from "../../shared/protocol/messages"
import * as codes from "../../shared/codes"
import { catheterFrom, specOf } from "../sequence/catheter-spec"
import { setupOf } from "../sequence/pullback-request"
import { BurstStream } from "./burst-stream"
import { CREDIT_WINDOW, HostSession } from "./host-session"
import { type HostIdentity } from "./host-identity"
import { hasValidTag, tagOf } from "./seal"
import { TestPeer, type TestPeerOptions } from "./testing/test-peer"

const REQUEST = { catheterId: "array-20mhz", speedMmPerS: 1, lengthMm: 20, frameRateHz: 30 }
const KEY = Uint8Array.from({ length: 32 }, (_, i) => 7 * i + 1)
const OTHER = KEY.map(b => b ^ 1)

interface Met {
    readonly host: HostSession
    readonly peer: TestPeer
    readonly stream: BurstStream
    readonly closings: [reason: number, by: string][]
    /** Types of the bursts that were delivered. */
    readonly delivered: number[]
    last<L extends Layout>(fields: L): Message<L>
}

/** Connects a host and a board directly. Every burst of the host is checked as a board checks it. */
function meet(board: TestPeerOptions = { key: KEY }, identity: Partial<HostIdentity> = {}): Met {
    const closings: [number, string][] = []
    const delivered: number[] = []
    let sessions = 0
    let expected = 0
    const host: HostSession = new HostSession(
        bytes => {
            assert.is(checkHeader(bytes, 0, layoutHash()), burst.HEADER_GOOD)
            assert.is(getNumber(bytes, burst.SEQUENCE_AT, "u32"), expected++)
            assert.is(getNumber(bytes, 16, "u32"), bytes.length - 64)
            peer.receive(bytes)
        },
        {
            keyOf: () => KEY,
            insecure: false,
            random: count => new Uint8Array(count).fill(0x17),
            nextSession: () => ++sessions,
            ...identity,
        },
        (reason, by) => void closings.push([reason, by])
    )
    const stream = new BurstStream(b => {
        delivered.push(b.header.type)
        host.receive(b)
    }, host.isTrusted)
    const peer = new TestPeer(oneByOne(stream), board)
    const last = <L extends Layout>(fields: L): Message<L> => {
        const { bytes } = peer.received.at(-1)!
        assert.ok(messages.payloadIsValid(bytes, 64, bytes.length - 64, fields))
        return messages.readPayload(bytes, 64, fields)
    }
    return { host, peer, stream, closings, delivered, last }
}

/** Delivers bursts one after the other, as a network would, also when an answer is sent during delivery. */
function oneByOne(stream: BurstStream): (bytes: Uint8Array) => void {
    const waiting: Uint8Array[] = []
    return bytes => {
        if (waiting.push(bytes) > 1) return
        for (; waiting.length > 0; waiting.shift()) stream.push(waiting[0]!)
    }
}

const insecureHost = { keyOf: () => undefined, insecure: true }
const types = (met: Met): number[] => met.peer.received.map(m => m.type)

const greeting = suite("greeting of the host")

greeting(
    "sends challenge, proof and accept in this order to a board with the same key, tagged from the proof on",
    () => {
        const met = meet()
        met.peer.hello()
        assert.ok(met.host.isOpen)
        assert.ok(met.peer.open)
        assert.not(met.host.isInsecure)
        assert.equal(types(met), [2, 3, 4])
        const accept = met.last(messages.ACCEPT)
        assert.is(accept.session, 1)
        assert.is(accept.layout_hash, layoutHash())
        assert.is(accept.credit_bytes, CREDIT_WINDOW)
        for (const { bytes, header } of met.peer.received.slice(1)) {
            assert.is(header.session, 1)
            assert.ok(hasValidTag(met.peer.secrets!.host_key, bytes))
        }
        assert.equal(met.closings, [])
    }
)

greeting("grants no more credit than the board's window", () => {
    const met = meet({ key: KEY, windowBytes: 65792 })
    met.peer.hello()
    assert.is(met.last(messages.ACCEPT).credit_bytes, 65792)
    met.host.consumed(15744)
    assert.is(met.last(messages.CREDIT).limit_bytes, 65792 + 15744)
})

greeting("rejects a hello with a window smaller than a burst", () => {
    const met = meet({ key: KEY, windowBytes: 16447 })
    met.peer.hello()
    assert.equal(met.closings, [[codes.REJECT_PAYLOAD, "host"]])
})

greeting("sends a board with another key a proof that it refuses, and gets no proof of it", () => {
    const met = meet({ key: OTHER })
    met.peer.hello()
    assert.not(met.host.isOpen)
    assert.equal(types(met), [2, 3])
    assert.is(met.peer.sent.length, 1)
})

greeting("rejects a board whose proof is wrong", () => {
    const dishonest = meet({
        key: KEY,
        corrupt: (bytes, type) => {
            if (type !== burst.TYPE_PROOF) return bytes
            bytes[64 + 16] = bytes[64 + 16]! ^ 1
            resealPayload(bytes)
            bytes.set(tagOf(dishonest.peer.secrets!.board_key, bytes), burst.TAG_AT)
            return bytes
        },
    })
    dishonest.peer.hello()
    assert.equal(dishonest.closings, [[codes.REJECT_KEY, "host"]])
    assert.is(dishonest.peer.rejected, codes.REJECT_KEY)
    assert.not(dishonest.host.isOpen)
})

greeting("rejects a board without a stored key", () => {
    const met = meet({ key: KEY }, { keyOf: () => undefined })
    met.peer.hello()
    assert.equal(met.closings, [[codes.REJECT_NO_KEY, "host"]])
    assert.equal(types(met), [burst.TYPE_REJECT])
})

greeting("opens a session without a key only if the host allows it, and flags every burst", () => {
    const met = meet({}, insecureHost)
    met.peer.hello()
    assert.ok(met.host.isOpen)
    assert.ok(met.host.isInsecure)
    met.host.ping(1)
    assert.equal(types(met), [burst.TYPE_ACCEPT, burst.TYPE_PING])
    for (const { header } of met.peer.received) assert.is(header.flags, burst.FLAG_INSECURE)
    for (const refused of [
        meet({}, { keyOf: () => undefined }),
        meet({}, {}),
        // Downgrade: the host allows boards without a key, but has a key for this board.
        meet({}, { insecure: true }),
    ]) {
        refused.peer.hello()
        assert.equal(refused.closings, [[codes.REJECT_INSECURE, "host"]])
        assert.is(refused.peer.rejected, codes.REJECT_INSECURE)
    }
})

greeting("rejects a second board while one is connected", () => {
    const met = meet({ key: KEY }, { isBusy: () => true })
    met.peer.hello()
    assert.equal(met.closings, [[codes.REJECT_BUSY, "host"]])
    let busy = false
    const slower = meet(
        { key: KEY, corrupt: bytes => ((busy = true), bytes) },
        { isBusy: () => busy && slower.peer.sequence > 1 }
    )
    slower.peer.hello()
    assert.equal(slower.closings, [[codes.REJECT_BUSY, "host"]])
})

greeting("opens no session on a replayed hello and proof", () => {
    const earlier = meet()
    earlier.peer.hello()
    const random = (count: number): Uint8Array => new Uint8Array(count).fill(0x18)
    const met = meet({ key: KEY }, { random })
    for (const bytes of earlier.peer.sent) met.peer.raw(bytes)
    assert.not(met.host.isOpen)
    assert.equal(met.delivered, [burst.TYPE_HELLO])
    assert.is(met.stream.faults.burstsForged, 1)
})

greeting("closes an open session on a hello", () => {
    const met = meet()
    met.peer.hello()
    const { sequence } = met.peer
    met.peer.burst({ type: 1, session: 0, sequence: 0 }, met.peer.sent[0]!.subarray(64))
    assert.is(met.peer.sequence, sequence + 1)
    assert.equal(met.closings, [[codes.REJECT_UNEXPECTED, "host"]])
    assert.not(met.host.isOpen)
})

greeting("delivers nothing of a board that is not authenticated [IVUS-LNK-002]", () => {
    const met = meet()
    const status = new Uint8Array(messages.payloadLength(messages.STATUS))
    resealPayload(status, 0)
    met.peer.burst({ type: burst.TYPE_STATUS }, status)
    met.peer.sequence = 0
    met.peer.hello()
    assert.is(met.stream.faults.burstsForged, 1)
    assert.not(met.delivered.includes(burst.TYPE_STATUS))
})

greeting("assigns a new session number and nonce after a lost connection", () => {
    const nonces = [1, 2].map(b => new Uint8Array(16).fill(b))
    const closings: number[] = []
    const identity: HostIdentity = {
        keyOf: () => KEY,
        insecure: false,
        random: () => nonces.shift()!,
        nextSession: () => 3 - nonces.length,
    }
    const bursts: Uint8Array[][] = []
    let peer: TestPeer
    const host: HostSession = new HostSession(
        bytes => {
            bursts.at(-1)!.push(bytes)
            peer.receive(bytes)
        },
        identity,
        reason => void closings.push(reason)
    )
    const stream = new BurstStream(b => host.receive(b), host.isTrusted)
    for (let i = 0; i < 2; i++) {
        bursts.push([])
        peer = new TestPeer(oneByOne(stream), { key: KEY })
        peer.hello()
        assert.ok(host.isOpen)
        host.connectionLost()
        assert.not(host.isOpen)
    }
    const [one, two] = bursts.map(h => h[0]!)
    assert.is.not(getNumber(one!, 8, "u32"), getNumber(two!, 8, "u32"))
    assert.is.not(Buffer.compare(one!.subarray(72, 88), two!.subarray(72, 88)), 0)
    assert.equal(closings, [])
})

/** Updates the CRC at the end of a message. */
function resealPayload(bytes: Uint8Array, at = 64): void {
    const end = bytes.length - 4
    putNumber(bytes, end, "u32", crcOf(bytes, at, end))
}

function crcOf(bytes: Uint8Array, from: number, to: number): number {
    const record = new Uint8Array(bytes.subarray(from, to))
    let crc = 0xffffffff
    for (const byte of record) {
        crc ^= byte
        for (let i = 0; i < 8; i++) crc = (crc >>> 1) ^ (crc & 1 ? 0x82f63b78 : 0)
    }
    return ~crc >>> 0
}

greeting(
    "opens no session if any byte of hello or proof is changed and sealed again [IVUS-LNK-002]",
    () => {
        // Anybody can compute the CRCs; only the key is secret.
        for (const type of [burst.TYPE_HELLO, burst.TYPE_PROOF])
            for (let at = 4; at < (type === burst.TYPE_HELLO ? 104 : 116); at++) {
                if (at >= burst.CHECK_AT && at < burst.TAG_AT) continue
                const met = meet({
                    key: KEY,
                    corrupt: (bytes, its) => {
                        if (its !== type) return bytes
                        const corrupted = Uint8Array.from(bytes)
                        corrupted[at] = corrupted[at]! ^ 0x11
                        if (at < 44) sealHeader(corrupted, layoutHash())
                        else if (at >= 64 && at < bytes.length - 4) resealPayload(corrupted)
                        return corrupted
                    },
                })
                // The board keeps its own hello as it was before the change.
                const raw = met.peer.raw.bind(met.peer)
                met.peer.raw = bytes => {
                    const result = raw(bytes)
                    return result
                }
                met.peer.hello()
                assert.not(met.host.isOpen && met.peer.open, `type ${type}, byte ${at}`)
            }
    }
)

greeting.run()

const test = suite("host session")

test("sends all messages with the session number and increasing serial numbers", () => {
    const { host, peer, last } = meet()
    peer.hello()
    host.ping(0x1_0000_0007)
    assert.is(last(messages.PING).value, 7)
    host.setup(setupOf(REQUEST))
    assert.is(last(messages.SETUP).catheter, "array-20mhz")
    // The first number is that of the request for control.
    assert.is(host.command(1), 2)
    assert.is(host.command(2), 3)
    assert.equal(last(messages.COMMAND), { command: 2, serial: 3, argument: 0 })
    host.command(12, -1000000)
    assert.is(last(messages.COMMAND).argument, -1000000)
    assert.ok(peer.received.every(h => h.header.session === 1))
})

/** The requests of a host that has just connected, as commands; another message is its type, below 0. */
function requestsOf(act: (host: HostSession) => void): number[] {
    const { host, peer } = meet()
    peer.hello()
    const before = peer.received.length
    act(host)
    return peer.received
        .slice(before)
        .map(({ type, bytes }) =>
            type === burst.TYPE_COMMAND
                ? messages.readPayload(bytes, 64, messages.COMMAND).command
                : -type
        )
}

test("asks for control once, before the first request that needs it [IVUS-CTL-001]", () => {
    const { COMMAND_CONTROL, COMMAND_HOME } = machine
    assert.equal(
        requestsOf(host => {
            host.command(COMMAND_HOME)
            host.setup(setupOf(REQUEST))
            host.command(COMMAND_HOME)
        }),
        [COMMAND_CONTROL, COMMAND_HOME, -burst.TYPE_SETUP, COMMAND_HOME]
    )
    const first: readonly [(host: HostSession) => void, number][] = [
        [host => host.setup(setupOf(REQUEST)), burst.TYPE_SETUP],
        [host => host.catheter(catheterFrom(specOf("array-20mhz")!)), burst.TYPE_CATHETER],
        [host => host.calibration(nominalCalibration()), burst.TYPE_CALIBRATION],
        [host => host.pairs(new Uint8Array(2), 0), burst.TYPE_PAIRS],
    ]
    for (const [act, type] of first) assert.equal(requestsOf(act), [COMMAND_CONTROL, -type])
})

test("asks for no control in order to stop, read, ping or give credit [IVUS-CTL-003]", () => {
    const free = [machine.COMMAND_STOP, machine.COMMAND_STANDBY, machine.COMMAND_DUMP]
    assert.equal(
        requestsOf(host => free.forEach(command => host.command(command))),
        free
    )
    assert.equal(
        requestsOf(host => {
            host.ping(1)
            host.consumed(CREDIT_WINDOW)
        }),
        [-burst.TYPE_PING, -burst.TYPE_CREDIT]
    )
})

test("sends nothing before a session, after a reject, or after the connection was lost", () => {
    const sendAll = ({ host, peer }: Met): number => {
        const before = peer.received.length
        host.ping(1)
        host.command(1)
        host.setup(setupOf(REQUEST))
        host.consumed(CREDIT_WINDOW)
        return peer.received.length - before
    }
    const met = meet()
    assert.is(sendAll(met), 0)
    met.peer.hello()
    // One more: the command asks for control.
    assert.is(sendAll(met), 5)
    met.host.reject(407)
    assert.is(sendAll(met), 0)
    assert.not(met.host.isOpen)
    const lost = meet()
    lost.peer.hello()
    lost.host.connectionLost()
    assert.is(sendAll(lost), 0)
})

test("renews credit for consumed bytes in steps of an eighth of the window, also over 2^32", () => {
    const bursts = fc.array(fc.integer({ min: 65, max: 16448 }), { minLength: 300, maxLength: 600 })
    const before = fc.constantFrom(0, 0xffff0000 - CREDIT_WINDOW, 0xffffff00)
    fc.assert(
        fc.property(before, bursts, (already, sizes) => {
            const { host, peer, last } = meet({}, insecureHost)
            peer.hello()
            if (already > 0) host.consumed(already)
            const received = (): number => peer.received.length
            let consumed = already
            let limit = received() > 1 ? last(messages.CREDIT).limit_bytes : CREDIT_WINDOW
            for (const size of sizes) {
                const sent = received()
                host.consumed(size)
                consumed = (consumed + size) >>> 0
                if (received() > sent) limit = last(messages.CREDIT).limit_bytes
                const ahead = (limit - consumed) >>> 0
                assert.ok(ahead <= CREDIT_WINDOW)
                assert.ok(ahead > (CREDIT_WINDOW * 7) / 8)
            }
        }),
        { numRuns: 100, seed: 1 }
    )
})

test.run()

const after = suite("bursts of an open session")

/** An open session in which the board has sent one event. */
function opened(): Met {
    const met = meet()
    met.peer.hello()
    met.peer.message(burst.TYPE_EVENT, messages.EVENT, {
        code: 301,
        time_ms: 1,
        value: 2,
    })
    assert.equal(met.delivered.slice(-1), [burst.TYPE_EVENT])
    return met
}

after(
    "counts a burst that was changed and sealed again as forged, and as missing before the next one [IVUS-LNK-003]",
    () => {
        for (const at of [7, 8, 12, 20, 43, 48, 63, 64, 70]) {
            const met = opened()
            const { length } = met.delivered
            const corrupted = Uint8Array.from(met.peer.sent.at(-1)!)
            putNumber(corrupted, burst.SEQUENCE_AT, "u32", met.peer.sequence++)
            corrupted[at] = corrupted[at]! ^ 0x40
            sealHeader(corrupted, layoutHash())
            resealPayload(corrupted)
            met.peer.raw(corrupted)
            assert.is(met.delivered.length, length, `byte ${at}`)
            assert.is(met.stream.faults.burstsForged, 1)
            met.peer.message(burst.TYPE_EVENT, messages.EVENT, { code: 302, time_ms: 2, value: 0 })
            assert.is(met.delivered.length, length + 1)
            assert.is(met.stream.faults.burstsMissing, 1)
        }
    }
)

after(
    "counts a replayed burst as duplicated and does not use it [IVUS-LNK-003, IVUS-DAT-006]",
    () => {
        const met = opened()
        const { length } = met.delivered
        met.peer.raw(met.peer.sent.at(-1)!)
        assert.is(met.delivered.length, length)
        assert.is(met.stream.faults.burstsDoubled, 1)
    }
)

after("counts bursts of an earlier session with the same key as forged", () => {
    const earlier = opened()
    const met = meet({ key: KEY, nonce: new Uint8Array(16).fill(3) })
    met.peer.hello()
    const { length } = met.delivered
    for (const old of earlier.peer.sent.slice(1)) met.peer.raw(old)
    assert.is(met.delivered.length, length)
    assert.is(met.stream.faults.burstsForged, earlier.peer.sent.length - 1)
})

after("counts the host's own bursts sent back as forged [IVUS-LNK-003]", () => {
    const met = opened()
    const { length } = met.delivered
    const own = met.peer.received.filter(m => m.type !== burst.TYPE_CHALLENGE)
    for (const { bytes } of own) met.peer.raw(bytes)
    assert.is(met.delivered.length, length)
    assert.is(met.stream.faults.burstsForged, own.length)
})

after("ignores a reject without the session's tag", () => {
    const met = opened()
    const payload = new Uint8Array(6)
    messages.writePayload(payload, 0, messages.REJECT, { reason: 407 })
    const key = met.peer.secrets
    met.peer.secrets = undefined
    met.peer.burst({ type: burst.TYPE_REJECT }, payload)
    assert.ok(met.host.isOpen)
    met.peer.secrets = key
    met.peer.burst({ type: burst.TYPE_REJECT }, payload)
    assert.equal(met.closings, [[407, "board"]])
})

after.run()
