// The host's half of a session: messages, control, credit, and bursts that are not of this session.

import * as fc from "fast-check"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import * as machine from "../../shared/cart-machine"
import { nominalCalibration } from "../../shared/motion/calibration"
import * as burst from "../../shared/protocol/burst"
import { sealHeader } from "../../shared/protocol/burst"
import { putNumber } from "../../shared/protocol/bytes"
import { layoutHash } from "../../shared/protocol/layout-hash"
import * as messages from "../../shared/protocol/messages"
import { catheterFrom, specOf } from "../sequence/catheter-spec"
import { setupOf } from "../sequence/pullback-request"
import { CREDIT_WINDOW, type HostSession } from "./host-session"
import { KEY, meet, resealPayload, type Met } from "./testing/met-board"

const REQUEST = { catheterId: "array-20mhz", speedMmPerS: 1, lengthMm: 20, frameRateHz: 30 }
const insecureHost = { keyOf: () => undefined, insecure: true }
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
