// The messages that a host sends before a setup, in order and one at a time, and the error text of a refusal. The
// cart's side: hil-tests/acquisition/sent-pairs.test.ts, sent-catheter.test.ts.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import * as burst from "../../shared/protocol/burst"
import { fieldsOf, type Message, nameOf } from "../../shared/protocol/bytes"
import { CATHETER } from "../../shared/acquisition/catheters"
import { STATE_READY, STATE_UNHOMED } from "../../shared/cart-machine"
import { crc32c } from "../../shared/protocol/crc32c"
import * as messages from "../../shared/protocol/messages"
import { PAIRS, PairListInput, partIsValid } from "../../shared/acquisition/pair-list"
import { readFields } from "../../shared/protocol/bytes"
import * as codes from "../../shared/codes"
import { HostSession } from "../link/host-session"
import { fixedIdentity } from "../link/host-identity"
import { TestPeer } from "../link/testing/test-peer"
import { catheterFrom, type CatheterSpec, specOf } from "../sequence/catheter-spec"
import { pairBytes } from "../sequence/pair-list"
import { RunReceiver } from "./run-receiver"
import type { PullbackRequest } from "../sequence/pullback-request"
import { allowsAll } from "./operator"
import { PullbackSequencer } from "./pullback-sequencer"

const KEY = Uint8Array.from({ length: 32 }, (_, i) => 3 * i + 1)
const SPEC: CatheterSpec = { ...specOf("array-20mhz")!, id: "mine" }
const SENT = Array.from({ length: 150 }, (_, i) => [i % 64, (3 * i) % 64] as const)
const REQUEST: PullbackRequest = {
    ...{ catheterId: "mine", spec: SPEC, channelDataPairs: { sent: SENT } },
    ...{ speedMmPerS: 1, lengthMm: 5, frameRateHz: 2 },
}
const HEADER = burst.BURST_HEADER_LENGTH

/** Connects a sequencer directly to a cart that answers as the test demands. */
function meet(request: PullbackRequest): {
    sequencer: PullbackSequencer
    peer: TestPeer
    /** New messages of the sequencer, as bytes. */
    newMessages: () => Uint8Array[]
    sendEvent: (code: number, value: number) => void
    state: (state: number) => void
} {
    const session: HostSession = new HostSession(
        bytes => peer.receive(bytes),
        fixedIdentity(KEY, count => new Uint8Array(count))
    )
    const sequencer = new PullbackSequencer(session, request, () => undefined, allowsAll())
    const receiver = new RunReceiver(sequencer.listener, session)
    const waiting: Uint8Array[] = []
    const peer: TestPeer = new TestPeer(
        bytes => {
            // An answer sent during delivery is delivered after it.
            if (waiting.push(bytes) > 1) return
            for (; waiting[0]; waiting.shift()) receiver.push(waiting[0])
        },
        { key: KEY }
    )
    peer.hello()
    let seen = peer.received.length
    const event = (code: number, value: number): void =>
        void peer.message(burst.TYPE_EVENT, messages.EVENT, { code, time_ms: 0, value })
    return {
        sequencer,
        peer,
        newMessages: () => {
            const fresh = peer.received.slice(seen)
            seen = peer.received.length
            return fresh.map(h => h.bytes)
        },
        sendEvent: event,
        state: state => event(codes.EVENT_STATE, state),
    }
}

const test = suite("what is sent before a setup")

test("waits until the cart is ready, then sends the catheter, the pair pieces one by one, and the setup", () => {
    const { newMessages, sendEvent, state } = meet(REQUEST)
    assert.equal(newMessages(), [])
    state(STATE_UNHOMED)
    // Control, then home.
    assert.equal(
        newMessages().map(b => b[burst.TYPE_AT]),
        [burst.TYPE_COMMAND, burst.TYPE_COMMAND]
    )
    state(STATE_READY)
    const [catheter, ...more] = newMessages()
    assert.is(more.length, 0)
    assert.is(catheter![burst.TYPE_AT], burst.TYPE_CATHETER)
    const payload = catheter!.subarray(HEADER)
    assert.ok(messages.payloadIsValid(payload, 0, payload.length, CATHETER))
    assert.equal(messages.readPayload(payload, 0, CATHETER), catheterFrom(SPEC))
    sendEvent(codes.EVENT_CATHETER_DATA, 0)
    const input = new PairListInput()
    const whole = pairBytes(SENT)
    for (const [first, count] of [
        [0, 64],
        [64, 64],
        [128, 22],
    ] as const) {
        const [piece, ...rest] = newMessages()
        assert.is(rest.length, 0)
        assert.is(piece![burst.TYPE_AT], burst.TYPE_PAIRS)
        const bytes = piece!.subarray(HEADER)
        assert.ok(partIsValid(bytes, 0, bytes.length))
        assert.equal(readFields(bytes, 0, PAIRS), {
            list_crc: crc32c(whole, 0, whole.length, 0),
            total: 150,
            first,
            count,
        })
        assert.is(input.accept(bytes, 0, 64), codes.GOOD)
        // An unrelated event triggers no piece.
        sendEvent(codes.EVENT_DRIVER_WARM, 0)
        sendEvent(codes.EVENT_PAIRS, input.received)
    }
    assert.ok(input.complete())
    const [setup, ...rest] = newMessages()
    assert.is(rest.length, 0)
    assert.is(setup![burst.TYPE_AT], burst.TYPE_SETUP)
    // Ready again, after a calibration: everything is sent again, since the cart may have lost it.
    state(STATE_UNHOMED)
    state(STATE_READY)
    assert.equal(
        newMessages().map(b => b[burst.TYPE_AT]),
        // Control again for the answer, home, and what is sent.
        [burst.TYPE_COMMAND, burst.TYPE_COMMAND, burst.TYPE_CATHETER]
    )
})

test("sends only the setup for a built-in catheter and a built-in pair list", () => {
    const { newMessages, sendEvent, state } = meet({
        ...{ catheterId: "array-20mhz", channelDataPairs: { list: 1 } },
        ...{ speedMmPerS: 1, lengthMm: 5, frameRateHz: 2 },
    })
    state(STATE_READY)
    assert.equal(
        newMessages().map(b => b[burst.TYPE_AT]),
        // The first one asks for control.
        [burst.TYPE_COMMAND, burst.TYPE_SETUP]
    )
    // Events about data that were not sent are ignored.
    sendEvent(codes.EVENT_CATHETER_DATA, 0)
    sendEvent(codes.EVENT_PAIRS, 64)
    assert.equal(newMessages(), [])
})

/** The sequencer's failure after the cart refused its last message. */
function refused(reason: number, value: number): string {
    const { sequencer, peer, state } = meet(REQUEST)
    state(STATE_READY)
    const refusal: Message<typeof messages.REFUSAL> = { command: 0, serial: 0, reason, value }
    peer.message(burst.TYPE_REFUSAL, messages.REFUSAL, refusal)
    return sequencer.failure!.message
}

test("names the field, its value and limit, or the pair, that the cart refused", () => {
    const at = (name: string): number => fieldsOf(CATHETER).findIndex(f => nameOf(f) === name)
    const field = (name: string): string => refused(codes.REFUSED_CATHETER_FIELD, at(name))
    assert.match(
        field("supply_mv"),
        /out of range: supply_mv is 40000; allowed: 1000 to 100000 mV\./
    )
    assert.match(field("rotor_sign"), /rotor_direction is "none"; allowed: another value/)
    assert.match(field("id"), /id is "mine"; allowed: another value/)
    // A newer cart may have more fields.
    assert.match(refused(codes.REFUSED_CATHETER_FIELD, 99), /out of range: catheter is missing/)
    assert.match(refused(codes.REFUSED_CATHETER_BUILT_IN, 0), /reserved for a built-in catheter/)
    assert.match(
        refused(codes.REFUSED_PAIRS_ELEMENT, 7),
        /does not have: correct the pair list \(pairs\[7\]\)/
    )
})

test("sends nothing without a session", () => {
    const sent: Uint8Array[] = []
    const session = new HostSession(
        bytes => void sent.push(bytes),
        fixedIdentity(KEY, count => new Uint8Array(count))
    )
    session.catheter(catheterFrom(SPEC))
    session.pairs(pairBytes(SENT), 0)
    assert.equal(sent, [])
})

test.run()
