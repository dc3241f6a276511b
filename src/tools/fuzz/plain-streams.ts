// Fuzz targets: streams without tags, damaged in every way. Valid bursts and lines are delivered,
// invalid ones are not, and missing ones are counted.

import * as fc from "fast-check"
import * as assert from "uvu/assert"
import * as burst from "../../shared/protocol/burst"
import { getNumber } from "../../shared/protocol/bytes"
import { crc32c } from "../../shared/protocol/crc32c"
import { type Burst, BurstStream, type LinkFaults } from "../../host/link/burst-stream"
import { applyDamage, damage, reorder, reordered } from "../../host/link/testing/stream-damage"
import { concat, plainRecords, TestBoard } from "../../host/link/testing/test-board"

const SESSION = 7

/** A burst of an undamaged stream. */
interface Sent {
    readonly bytes: Uint8Array
    readonly type: number
    readonly session: number
    readonly sequence: number
}

/**
 * A whole session: hello, description, then bursts of `lines` lines, or an event where that is 0.
 */
function session(number: number, lines: readonly number[]): Sent[] {
    const board = new TestBoard(number).hello().describe()
    let line = 0
    for (const count of lines) {
        if (count === 0) board.event(301, line)
        else board.lines(plainRecords(line, line + count))
        line += count
    }
    board.end({ lines_fired: line, lines_sent: line })
    return board.bursts.map((bytes, sequence) => ({
        bytes,
        type: bytes[burst.TYPE_AT]!,
        session: sequence === 0 ? 0 : number,
        sequence,
    }))
}

const damagedStream = fc.record({
    lines: fc.array(fc.nat(4), { minLength: 1, maxLength: 5 }),
    other: fc.constantFrom(SESSION - 1, SESSION, SESSION + 1),
    reorders: fc.array(reorder, { maxLength: 2 }),
    damages: fc.array(damage, { maxLength: 3 }),
    cuts: fc.array(fc.integer({ min: 1, max: 300 }), {
        minLength: 1,
        maxLength: 4,
    }),
})

function received(
    bytes: Uint8Array,
    cuts: readonly number[]
): { bursts: Burst[]; faults: LinkFaults } {
    const bursts: Burst[] = []
    const stream = new BurstStream(b => bursts.push(b))
    for (let at = 0, i = 0; at < bytes.length; i++) {
        const length = cuts[i % cuts.length]!
        stream.push(bytes.subarray(at, at + length))
        at += length
    }
    stream.end()
    return { bursts, faults: stream.faults }
}

interface Expected {
    /** Session, sequence number and payload of the delivered bursts. */
    readonly delivered: string[]
    /** Messages in sequence whose payload has a wrong CRC. */
    readonly damaged: number
    readonly missing: number
    readonly doubled: number
    readonly foreign: number
}

/**
 * The expected result: every burst whose header is still intact somewhere, in the order of the
 * specification. Headers are searched by their bytes, without checks, lengths or synchronisation.
 */
function expected(bytes: Uint8Array, known: readonly Sent[]): Expected {
    const found: { at: number; sent: Sent }[] = []
    const haystack = Buffer.from(bytes)
    for (const sent of known) {
        const header = checkedPart(sent)
        let at = haystack.indexOf(header)
        for (; at >= 0; at = haystack.indexOf(header, at + 1))
            if (at + burst.BURST_HEADER_LENGTH <= bytes.length) found.push({ at, sent })
    }
    found.sort((a, b) => a.at - b.at)
    const delivered: string[] = []
    const result = { delivered, damaged: 0, missing: 0, doubled: 0, foreign: 0 }
    let session = 0
    let hellos = 0
    let next = 0
    for (const [i, { at, sent }] of found.entries()) {
        if (sent.session === 0) hellos++
        else if (
            session !== 0 &&
            sent.session !== session &&
            (hellos === 0 || sent.session < session)
        ) {
            result.foreign++
            continue
        } else {
            if (sent.session === session) result.doubled += hellos
            else next = hellos > 0 ? 1 : sent.sequence
            session = sent.session
            hellos = 0
            if (sent.sequence < next) {
                result.doubled++
                continue
            }
            result.missing += sent.sequence - next
            next = sent.sequence + 1
        }
        // A receiver reads zeros beyond the next header or the end of the stream.
        const from = at + burst.BURST_HEADER_LENGTH
        const end = sent.bytes.length - burst.BURST_HEADER_LENGTH
        const to = Math.min(from + end, found[i + 1]?.at ?? bytes.length)
        const standing = new Uint8Array(end)
        if (to > from) standing.set(bytes.subarray(from, to))
        const check = crc32c(standing, 0, end - 4, 0)
        if (sent.type === burst.TYPE_LINES || getNumber(standing, end - 4, "u32") === check)
            delivered.push(`${place(sent)} ${hex(standing)}`)
        else result.damaged++
    }
    return result
}

/** The header check covers the bytes before it; the reserved tag after it may have any value. */
const checkedPart = (sent: Sent): Uint8Array => sent.bytes.subarray(0, burst.TAG_AT)

const place = (burst: { session: number; sequence: number }): string =>
    `${burst.session}/${burst.sequence}`

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex")

/** Numbers of valid and damaged lines, which show whether the cases of a run were useful. */
export interface LineCounts {
    good: number
    damaged: number
}

/** Exactly the valid bursts and lines are delivered, and missing ones are counted. */
export function plainStreams(lines: LineCounts = { good: 0, damaged: 0 }): fc.IProperty<unknown> {
    const records = new Set(plainRecords(0, 64).map(hex))
    return fc.property(damagedStream, s => {
        const ours = session(SESSION, s.lines)
        const other = session(s.other, [...s.lines, 1])
        const otherBytes = concat(other.map(o => o.bytes))
        let sent = ours
        for (const r of s.reorders) sent = reordered(sent, r)
        let bytes = concat(sent.map(o => o.bytes))
        for (const d of s.damages) bytes = applyDamage(bytes, d, otherBytes)

        const { bursts, faults } = received(bytes, s.cuts)
        const correct = expected(bytes, dedupe([...ours, ...other]))
        const actual = bursts.map(b => `${place(b.header)} ${hex(b.payload)}`)
        assert.equal(actual, correct.delivered)
        assert.is(faults.messagesDamaged, correct.damaged)
        assert.is(faults.burstsMissing, correct.missing)
        assert.is(faults.burstsDoubled, correct.doubled)
        assert.is(faults.burstsForeign, correct.foreign)

        for (const { payload, goodLines } of bursts) {
            const length = payload.length / goodLines.length
            goodLines.forEach((good, i) => {
                const line = payload.subarray(i * length, (i + 1) * length)
                assert.is(good, records.has(hex(line)))
                lines[good ? "good" : "damaged"]++
            })
        }
    })
}

/** Bursts are shared where the other session has the same number. */
function dedupe(sent: readonly Sent[]): Sent[] {
    const byBytes = new Map(sent.map(s => [hex(checkedPart(s)), s]))
    return [...byBytes.values()]
}

/** The result does not depend on how the stream is cut into chunks. */
export function cutStreams(): fc.IProperty<unknown> {
    return fc.property(damagedStream, s => {
        let bytes = concat(session(SESSION, s.lines).map(o => o.bytes))
        for (const d of s.damages) bytes = applyDamage(bytes, d, bytes)
        const whole = received(bytes, [bytes.length + 1])
        assert.equal(received(bytes, s.cuts), whole)
        assert.equal(received(bytes, [1]), whole)
    })
}

/** An undamaged stream has no faults; a stream that lost bytes has some. */
export function cleanStreams(): fc.IProperty<unknown> {
    return fc.property(damagedStream, damage, (s, d) => {
        const sent = session(SESSION, s.lines)
        const bytes = concat(sent.map(o => o.bytes))
        const clean = received(bytes, s.cuts)
        assert.is(clean.bursts.length, sent.length)
        assert.ok(Object.values(clean.faults).every(n => n === 0))
        const after = applyDamage(bytes, d, bytes)
        const { bursts, faults } = received(after, s.cuts)
        const arrived = new Set(bursts.map(b => place(b.header)))
        const missing = sent.filter(o => !arrived.has(place(o))).length
        const named = Object.values(faults).some(n => n > 0)
        // Whole bursts missing at either end leave no trace in the stream; the end summary shows
        // them.
        const kept = sent.map(o => hex(o.bytes))
        const atAnEnd = kept.some(
            (_, i) =>
                hex(after) === kept.slice(i).join("") || hex(after) === kept.slice(0, i).join("")
        )
        assert.ok(missing === 0 || named || atAnEnd)
    })
}

/** Arbitrary bytes cause no exception. */
export function noise(): fc.IProperty<unknown> {
    const magic = fc.constant(Uint8Array.of(0x49, 0x56, 0x4c, 0x31))
    const bytes = fc.array(fc.oneof(fc.uint8Array({ maxLength: 100 }), magic))
    return fc.property(bytes, parts => {
        const { bursts, faults } = received(concat(parts), [17, 64, 3])
        assert.is(bursts.length, 0)
        assert.is(faults.bytesSkipped, concat(parts).length)
    })
}
