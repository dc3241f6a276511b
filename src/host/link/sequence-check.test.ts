// Responsible for: the order of bursts: what is missing, doubled, late or of another session.
// Not for: bytes (burst-stream.test.ts).

import * as fc from "fast-check"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import { TYPE_HELLO, TYPE_REJECT, TYPE_STATUS } from "../../shared/protocol/burst"
import { SequenceCheck } from "./sequence-check"

const test = suite("sequence check")

function check() {
    const faults = { burstsMissing: 0, burstsDoubled: 0, burstsForeign: 0 }
    const sequence = new SequenceCheck(faults)
    const counts = (): number[] => [
        faults.burstsMissing,
        faults.burstsDoubled,
        faults.burstsForeign,
    ]
    const take = (session: number, ...numbers: number[]): boolean[] =>
        numbers.map(n => sequence.take({ type: TYPE_STATUS, session, sequence: n }))
    const hello = (): boolean => sequence.take({ type: TYPE_HELLO, session: 0, sequence: 0 })
    return { sequence, counts, take, hello }
}

test("in their turn all are taken", () => {
    const { take, hello, counts } = check()
    assert.ok(hello())
    assert.equal(take(1, 1, 2, 3), [true, true, true])
    assert.equal(counts(), [0, 0, 0])
})

test("a gap is counted, a copy and a late one are refused", () => {
    const { take, hello, counts } = check()
    hello()
    assert.equal(take(1, 1, 2, 2, 6, 4, 7), [true, true, false, true, false, true])
    assert.equal(counts(), [3, 2, 0])
})

test("bursts between hello and the first that comes are missing", () => {
    const { take, hello, counts } = check()
    hello()
    take(1, 4)
    assert.equal(counts(), [3, 0, 0])
})

test("whoever begins in mid-session has missed nothing", () => {
    const { take, counts } = check()
    assert.equal(take(5, 1000, 1001), [true, true])
    assert.equal(counts(), [0, 0, 0])
})

test("the sequence goes on through 2^32", () => {
    const { take, counts } = check()
    assert.equal(take(5, 0xfffffffe, 0xffffffff, 0, 0xffffffff, 2), [true, true, true, false, true])
    assert.equal(counts(), [1, 1, 0])
})

test("a new session has a hello and a higher number; the old one is then refused", () => {
    const { take, hello, counts } = check()
    hello()
    take(1, 1, 2, 3)
    hello()
    assert.equal(take(2, 1, 2), [true, true])
    assert.equal(take(1, 4, 5), [false, false])
    assert.equal(take(2, 3), [true])
    assert.equal(counts(), [0, 0, 2])
})

test("another session without a hello is refused, whatever its number", () => {
    const { take, hello, counts } = check()
    hello()
    take(5, 1)
    assert.equal([...take(6, 2), ...take(4, 2)], [false, false])
    assert.equal(counts(), [0, 0, 2])
})

test("an old hello in mid-session, alone or with its session, changes nothing", () => {
    const { take, hello, counts } = check()
    hello()
    take(5, 1, 2)
    hello()
    assert.equal(take(5, 3), [true])
    assert.equal(counts(), [0, 1, 0])
    hello()
    assert.equal(take(4, 1, 2), [false, false])
    assert.equal(take(5, 4), [true])
    assert.equal(counts(), [0, 2, 2])
})

test("before the host has given a number, hellos and rejects are all taken", () => {
    const { sequence, take, hello, counts } = check()
    hello()
    assert.ok(sequence.take({ type: TYPE_REJECT, session: 0, sequence: 1 }))
    hello()
    assert.equal(take(1, 1), [true])
    assert.equal(counts(), [0, 0, 0])
})

test("whatever comes: taken and missing together are the span, and none is taken twice", () => {
    const start = fc.constantFrom(1, 0x7ffffff0, 0xfffffff0)
    const steps = fc.array(fc.nat(40), { minLength: 1, maxLength: 60 })
    fc.assert(
        fc.property(start, steps, (from, offsets) => {
            const { take, counts } = check()
            take(9, from)
            const taken = offsets.filter(o => take(9, (from + o) >>> 0)[0] === true)
            assert.equal(
                taken,
                [...new Set(taken)].sort((a, b) => a - b)
            )
            const [missing, doubled] = counts() as [number, number]
            assert.is(taken.length + missing, Math.max(0, ...taken))
            assert.is(doubled, offsets.length - taken.length)
        }),
        { numRuns: 2000, seed: 1 }
    )
})

test.run()
