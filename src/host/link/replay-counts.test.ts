// The capture of a session gives a reader without keys the same counts as the session gave its host, whatever damaged or forged it.

import * as fc from "fast-check"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import { sealHeader, TAG_AT, TYPE_AT, TYPE_LINES } from "../../shared/protocol/burst"
import { layoutHash } from "../../shared/protocol/layout-hash"
import { RunReceiver } from "../run/run-receiver"
import { HostSession } from "./host-session"
import { KEY } from "./testing/met-board"
import { applyDamage, damage } from "./testing/stream-damage"
import { concat, plainRecords, TestBoard } from "./testing/test-board"
import { TestPeer } from "./testing/test-peer"

const LINES = 4
/** Offset of the sequence number, which a forger may choose; of the samples of the first line. */
const [SEQUENCE_AT, SAMPLE_AT] = [12, 64 + 24]

/** A session with this key, or without one, whose bytes pass through `alter`. @param first records of the first burst of lines */
function session(
    key: Uint8Array | undefined,
    alter: (bytes: Uint8Array[]) => Uint8Array,
    first = plainRecords(0, LINES)
) {
    const host: HostSession = new HostSession(bytes => peer.receive(bytes), {
        keyOf: () => key,
        insecure: true,
        random: count => new Uint8Array(count).fill(9),
        nextSession: () => 5,
    })
    const receiver = new RunReceiver({}, host)
    const recorded: Uint8Array[] = []
    receiver.record = bytes => void recorded.push(Uint8Array.from(bytes))
    const waiting: Uint8Array[] = []
    const peer = new TestPeer(bytes => void waiting.push(bytes), key ? { key } : {})
    peer.hello()
    while (!peer.open) receiver.push(waiting.shift()!)
    const board = new TestBoard().describe().lines(first)
    for (let line = LINES; line < 5 * LINES; line += LINES)
        board.lines(plainRecords(line, line + LINES))
    peer.replay(board.end({ lines_fired: 5 * LINES, lines_sent: 5 * LINES }).bytes())
    const sent = waiting.splice(0)
    receiver.push(alter(sent))
    receiver.finish()
    return { receiver, capture: concat(recorded), sent }
}

function replayed(capture: Uint8Array): RunReceiver {
    const receiver = new RunReceiver()
    receiver.push(capture)
    receiver.finish()
    return receiver
}

const countsOf = ({ stream, assembler, bytes }: RunReceiver): unknown => ({
    ...{ faults: stream.faults, counts: assembler?.counts, gaps: assembler?.gaps, bytes },
})

/** A copy of a burst with one byte changed, and a right check and CRC where `isSealed`. */
function changed(from: Uint8Array, at: number, isSealed = false): Uint8Array {
    const to = Uint8Array.from(from)
    to[at]! ^= 0x40
    if (isSealed) sealHeader(to, layoutHash())
    return to
}

const test = suite("counts of a session and of its capture")

for (const [name, key] of Object.entries({ "with a key": KEY, "without a key": undefined }))
    test(`are the same ${name}, whatever happens to the bytes`, () => {
        fc.assert(
            fc.property(fc.array(damage, { maxLength: 4 }), damages => {
                const { receiver, capture } = session(key, sent => {
                    const all = concat(sent)
                    return damages.reduce((bytes, d) => applyDamage(bytes, d, all), all)
                })
                assert.equal(countsOf(replayed(capture)), countsOf(receiver))
            }),
            { numRuns: 200 }
        )
    })

test("a burst damaged in transit, with tags in force: no line of it is used, its number is missing", () => {
    for (const key of [KEY, undefined]) {
        const { receiver, capture } = session(key, sent => {
            const at = sent.findIndex(b => b[TYPE_AT] === TYPE_LINES)
            return concat(sent.map((b, i) => (i === at + 1 ? changed(b, SAMPLE_AT) : b)))
        })
        const { faults } = receiver.stream
        assert.is(faults.linesDamaged, 1)
        assert.is(faults.burstsForged, 0)
        assert.is(faults.burstsMissing, key ? 1 : 0)
        assert.is(receiver.assembler!.counts.missing, key ? LINES : 1)
        assert.equal(countsOf(replayed(capture)), countsOf(receiver))
    }
})

test("a record damaged before the burst was sealed: only its line is missing", () => {
    const odd = plainRecords(0, LINES)
    odd[1]![SAMPLE_AT - 64]! ^= 1
    const { receiver, capture } = session(KEY, concat, odd)
    const { faults } = receiver.stream
    assert.equal([faults.linesDamaged, faults.burstsMissing, faults.burstsForged], [1, 0, 0])
    assert.is(receiver.assembler!.counts.missing, 1)
    assert.equal(countsOf(replayed(capture)), countsOf(receiver))
})

test("a forged burst: it is marked in the capture, and its number does not count", () => {
    const { receiver, capture } = session(KEY, sent => {
        const at = sent.findIndex(b => b[TYPE_AT] === TYPE_LINES)
        // A right check, but no key: a number far ahead would make every later burst an old one.
        return concat([
            ...sent.slice(0, at),
            changed(sent[at]!, SEQUENCE_AT + 2, true),
            ...sent.slice(at),
        ])
    })
    const { faults } = receiver.stream
    assert.is(faults.burstsForged, 1)
    assert.is(faults.burstsMissing + faults.burstsDoubled, 0)
    assert.is(receiver.assembler!.counts.received, 5 * LINES)
    const marked = Buffer.from(capture).indexOf(new Uint8Array(16).fill(0xff))
    assert.is(capture[marked - TAG_AT + TYPE_AT], TYPE_LINES)
    assert.equal(countsOf(replayed(capture)), countsOf(receiver))
})

test.run()
