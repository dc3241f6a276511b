// Checks that validating all lines of a burst at once gives the same result as validating each line alone.

import * as fc from "fast-check"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import { TYPE_LINES } from "../../shared/protocol/burst"
import type { BurstHeader } from "./burst-header"
import { PayloadCheck } from "./payload-check"
import { concat, plainLine, record } from "./testing/test-board"

const test = suite("payload check")

const goodLinesOf = (check: PayloadCheck, records: readonly Uint8Array[]): readonly boolean[] =>
    check.validate({ type: TYPE_LINES, lines: records.length } as BurstHeader, concat(records))
        .goodLines

const recordOf = (line: number, samples: number): Uint8Array =>
    record(
        { ...plainLine(line), samples },
        Uint8Array.from({ length: samples }, (_, k) => (line * 41 + k) & 0xff)
    )

/** Lengths change from burst to burst, so that cached CRCs of one length must not be used for the next. */
const bursts = fc.array(
    fc.record({
        samples: fc.integer({ min: 1, max: 300 }),
        lines: fc.integer({ min: 1, max: 42 }),
        hits: fc.array(
            fc.record({
                line: fc.nat(41),
                at: fc.nat(400),
                flip: fc.integer({ min: 1, max: 255 }),
            }),
            { maxLength: 6 }
        ),
    }),
    { minLength: 1, maxLength: 4 }
)

test("gives the same result for each line as a check of the line alone, for any damage", () => {
    const seen = { good: 0, damaged: 0, several: 0 }
    fc.assert(
        fc.property(bursts, all => {
            const check = new PayloadCheck()
            for (const { samples, lines, hits } of all) {
                const right = Array.from({ length: lines }, (_, i) => recordOf(i, samples))
                const records = right.map(r => r.slice())
                for (const { line, at, flip } of hits) {
                    const hit = records[line % lines]!
                    hit[at % hit.length]! ^= flip
                }
                const same = records.map((r, i) => Buffer.compare(r, right[i]!) === 0)
                assert.equal(goodLinesOf(check, records), same)
                const alone = records.map(r => goodLinesOf(new PayloadCheck(), [r])[0])
                assert.equal(alone, same)
                const damaged = same.filter(good => !good).length
                seen.good += lines - damaged
                seen.damaged += damaged
                if (damaged > 1) seen.several++
            }
        }),
        { numRuns: 1000, seed: 31 }
    )
    assert.ok(seen.good > 10_000 && seen.damaged > 1000 && seen.several > 500)
})

test("detects equal damage in any two lines of a burst [IVUS-DAT-002]", () => {
    const right = Array.from({ length: 42 }, (_, i) => recordOf(i, 256))
    const check = new PayloadCheck()
    for (let a = 0; a < 42; a++)
        for (let b = a + 1; b < 42; b++) {
            const records = right.map(r => r.slice())
            for (const i of [a, b]) records[i]![100]! ^= 0x10
            const wrong = goodLinesOf(check, records).flatMap((good, i) => (good ? [] : [i]))
            assert.equal(wrong, [a, b])
        }
})

test.run()
