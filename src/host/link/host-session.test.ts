// Responsible for: what the host sends: its headers and messages, credit, and nothing without a session.
// Not for: what comes from the board.

import * as fc from "fast-check"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import * as burst from "../../wire/burst"
import { judgeHeader } from "../../wire/burst"
import { readFields, type Field, type Message } from "../../wire/bytes"
import { layoutHash } from "../../wire/layout-hash"
import * as messages from "../../wire/messages"
import { CREDIT_WINDOW, HostSession } from "./host-session"
import { setupOf } from "../run/run-target"

const REQUEST = { catheterId: "array-20mhz", speedMmPerS: 1, lengthMm: 20, frameRateHz: 30 } // prettier-ignore
const test = suite("host session")

/** A session and all that it sent, checked as a board checks it. */
function session() {
    const sent: Uint8Array[] = []
    const host = new HostSession(bytes => sent.push(bytes))
    const headers = () =>
        sent.map((bytes, i) => {
            assert.is(judgeHeader(bytes, 0, layoutHash()), burst.HEADER_GOOD)
            const header = readFields(bytes, 0, burst.BURST_HEADER)
            assert.is(header.sequence, i)
            assert.is(header.payload_length, bytes.length - 64)
            return header
        })
    const last = <F extends readonly Field[]>(fields: F): Message<F> => {
        const bytes = sent.at(-1)!
        assert.ok(messages.payloadIsGood(bytes, 64, bytes.length - 64, fields))
        return messages.readPayload(bytes, 64, fields)
    }
    return { host, sent, headers, last }
}

test("accept opens the session with its number and the first credit", () => {
    const { host, headers, last } = session()
    assert.not(host.isOpen)
    host.accept(3)
    assert.ok(host.isOpen)
    assert.is(headers()[0]!.type, burst.TYPE_ACCEPT)
    assert.is(headers()[0]!.session, 3)
    const accept = last(messages.ACCEPT)
    assert.is(accept.session, 3)
    assert.is(accept.layout_hash, layoutHash())
    assert.is(accept.credit_bytes, CREDIT_WINDOW)
})

test("all messages carry the session and count on from 0, each session anew", () => {
    const { host, sent, headers, last } = session()
    host.accept(3)
    host.ping(0x1_0000_0007)
    assert.is(last(messages.PING).value, 7)
    host.setup(setupOf(REQUEST))
    assert.is(last(messages.SETUP).catheter, "array-20mhz")
    assert.is(host.command(1), 1)
    assert.is(host.command(2), 2)
    assert.equal(last(messages.COMMAND), { command: 2, serial: 2, argument: 0 })
    host.command(12, -1000000)
    assert.is(last(messages.COMMAND).argument, -1000000)
    assert.ok(headers().every(h => h.session === 3))
    sent.length = 0
    // A hello that comes again in an open session changes nothing.
    host.accept(4)
    assert.is(sent.length, 0)
    host.lost()
    host.accept(4)
    assert.is(headers()[0]!.session, 4)
})

test("no ping without a session: before accept, after a reject, after the connection was lost", () => {
    const { host, sent } = session()
    host.ping(1)
    assert.is(sent.length, 0)
    host.accept(1)
    host.lost()
    host.ping(1)
    assert.is(sent.length, 1)
    host.accept(2)
    host.reject(407)
    host.ping(1)
    assert.is(sent.length, 3)
    assert.not(host.isOpen)
})

test("credit: what was consumed may be sent again, told in eighths of the window, also through 2^32", () => {
    const bursts = fc.array(fc.integer({ min: 65, max: 16448 }), { minLength: 300, maxLength: 600 }) // prettier-ignore
    const before = fc.constantFrom(0, 0xffff0000 - CREDIT_WINDOW, 0xffffff00)
    fc.assert(
        fc.property(before, bursts, (already, sizes) => {
            const { host, sent, last } = session()
            host.accept(1)
            if (already > 0) host.consumed(already)
            let consumed = already
            let limit = sent.length > 1 ? last(messages.CREDIT).limit_bytes : CREDIT_WINDOW // prettier-ignore
            for (const size of sizes) {
                const told = sent.length
                host.consumed(size)
                consumed = (consumed + size) >>> 0
                if (sent.length > told) limit = last(messages.CREDIT).limit_bytes // prettier-ignore
                const ahead = (limit - consumed) >>> 0
                assert.ok(ahead <= CREDIT_WINDOW)
                assert.ok(ahead > (CREDIT_WINDOW * 7) / 8)
            }
        }),
        { numRuns: 100, seed: 1 }
    )
})

test.run()
