// The order of bursts: missing, duplicated, late, or of another session.

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
    const accept = (session: number, ...numbers: number[]): boolean[] =>
        numbers.map(n => sequence.accept({ type: TYPE_STATUS, session, sequence: n }))
    const hello = (): boolean => sequence.accept({ type: TYPE_HELLO, session: 0, sequence: 0 })
    return { sequence, counts, accept, hello }
}

test("accepts all bursts in sequence", () => {
    const { accept, hello, counts } = check()
    assert.ok(hello())
    assert.equal(accept(1, 1, 2, 3), [true, true, true])
    assert.equal(counts(), [0, 0, 0])
})

test("counts a gap and refuses a duplicate and a late burst [IVUS-DAT-006]", () => {
    const { accept, hello, counts } = check()
    hello()
    assert.equal(accept(1, 1, 2, 2, 6, 4, 7), [true, true, false, true, false, true])
    assert.equal(counts(), [3, 2, 0])
})

test("counts bursts between the hello and the first received one as missing", () => {
    const { accept, hello, counts } = check()
    hello()
    accept(1, 4)
    assert.equal(counts(), [3, 0, 0])
})

test("counts nothing as missing when it starts in mid-session", () => {
    const { accept, counts } = check()
    assert.equal(accept(5, 1000, 1001), [true, true])
    assert.equal(counts(), [0, 0, 0])
})

test("continues the sequence over 2^32", () => {
    const { accept, counts } = check()
    assert.equal(accept(5, 0xfffffffe, 0xffffffff, 0, 0xffffffff, 2), [
        true,
        true,
        true,
        false,
        true,
    ])
    assert.equal(counts(), [1, 1, 0])
})

test("switches to a session with a hello and a higher number, then refuses the old one", () => {
    const { accept, hello, counts } = check()
    hello()
    accept(1, 1, 2, 3)
    hello()
    assert.equal(accept(2, 1, 2), [true, true])
    assert.equal(accept(1, 4, 5), [false, false])
    assert.equal(accept(2, 3), [true])
    assert.equal(counts(), [0, 0, 2])
})

test("refuses another session without a hello, for any number [IVUS-DAT-006]", () => {
    const { accept, hello, counts } = check()
    hello()
    accept(5, 1)
    assert.equal([...accept(6, 2), ...accept(4, 2)], [false, false])
    assert.equal(counts(), [0, 0, 2])
})

test("stays in its session after an old hello, alone or followed by its session", () => {
    const { accept, hello, counts } = check()
    hello()
    accept(5, 1, 2)
    hello()
    assert.equal(accept(5, 3), [true])
    assert.equal(counts(), [0, 1, 0])
    hello()
    assert.equal(accept(4, 1, 2), [false, false])
    assert.equal(accept(5, 4), [true])
    assert.equal(counts(), [0, 2, 2])
})

test("accepts all hellos and rejects before a session number is assigned", () => {
    const { sequence, accept, hello, counts } = check()
    hello()
    assert.ok(sequence.accept({ type: TYPE_REJECT, session: 0, sequence: 1 }))
    hello()
    assert.equal(accept(1, 1), [true])
    assert.equal(counts(), [0, 0, 0])
})

test("accepts no burst twice; accepted and missing bursts add up to the span, for any order", () => {
    const start = fc.constantFrom(1, 0x7ffffff0, 0xfffffff0)
    const steps = fc.array(fc.nat(40), { minLength: 1, maxLength: 60 })
    fc.assert(
        fc.property(start, steps, (from, offsets) => {
            const { accept, counts } = check()
            accept(9, from)
            const taken = offsets.filter(o => accept(9, (from + o) >>> 0)[0] === true)
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
