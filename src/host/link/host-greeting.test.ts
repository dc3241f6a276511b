// The host's half of the greeting: authentication of the board. The board's half: src/firmware/link/greeting.ts.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import * as burst from "../../shared/protocol/burst"
import { sealHeader } from "../../shared/protocol/burst"
import { getNumber } from "../../shared/protocol/bytes"
import { layoutHash } from "../../shared/protocol/layout-hash"
import * as messages from "../../shared/protocol/messages"
import * as codes from "../../shared/codes"
import { BurstStream } from "./burst-stream"
import { CREDIT_WINDOW, HostSession } from "./host-session"
import { type HostIdentity } from "./host-identity"
import { hasValidTag, tagOf } from "./seal"
import { KEY, meet, oneByOne, OTHER, resealPayload, types } from "./testing/met-board"
import { TestPeer } from "./testing/test-peer"

const insecureHost = { keyOf: () => undefined, insecure: true }
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
                met.peer.hello()
                assert.not(met.host.isOpen && met.peer.open, `type ${type}, byte ${at}`)
            }
    }
)

greeting.run()
