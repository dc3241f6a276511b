// Fuzz target: streams with tags, damaged or joined from two sessions. Only bursts that the board
// sent in this session are delivered, and every intact burst in sequence is.

import * as fc from "fast-check"
import * as assert from "uvu/assert"
import { BurstStream } from "../../host/link/burst-stream"
import { hasValidTag, tagOf } from "../../host/link/seal"
import { applyDamage, damage, reorder, reordered } from "../../host/link/testing/stream-damage"
import { concat, plainRecords, TestBoard } from "../../host/link/testing/test-board"
import * as burst from "../../shared/protocol/burst"
import { getNumber, putNumber } from "../../shared/protocol/bytes"
import { crc32c } from "../../shared/protocol/crc32c"

const SESSION = 7
const OURS = new Uint8Array(32).fill(1)
/** Key of another session of the same board, or of an attacker. */
const THEIRS = new Uint8Array(32).fill(2)
const HEADER = burst.BURST_HEADER_LENGTH

/** Bursts of an open session from sequence number 1 on; the hello has no tag. */
function session(lines: readonly number[], key: Uint8Array): Uint8Array[] {
    const board = new TestBoard(SESSION).hello().describe()
    let line = 0
    for (const count of lines) {
        if (count === 0) board.event(301, line)
        else board.lines(plainRecords(line, line + count))
        line += count
    }
    board.end({ lines_fired: line, lines_sent: line })
    return board.bursts.slice(1).map(bytes => {
        bytes.set(tagOf(key, bytes), burst.TAG_AT)
        return bytes
    })
}

/** An attacker without the key: changes a byte and recomputes every CRC. */
function forged(bytes: Uint8Array, at: number): Uint8Array {
    const copy = Uint8Array.from(bytes)
    copy[HEADER + (at % (copy.length - HEADER - 4))]! ^= 1
    const lines = getNumber(copy, burst.LINES_AT, "u16")
    const length = (copy.length - HEADER) / Math.max(1, lines)
    for (let from = HEADER; from < copy.length; from += length) {
        const end = from + length - 4
        putNumber(copy, end, "u32", crc32c(copy, from, end, 0))
    }
    return copy
}

const stream = fc.record({
    lines: fc.array(fc.nat(4), { minLength: 1, maxLength: 5 }),
    reorders: fc.array(reorder, { maxLength: 2 }),
    damages: fc.array(damage, { maxLength: 3 }),
    /** Bursts that are forged, or replaced by those of the other session. */
    forges: fc.array(fc.tuple(fc.nat(7), fc.nat(300), fc.boolean()), { maxLength: 2 }),
    cuts: fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 4 }),
})

export function sealedStreams(): fc.IProperty<unknown> {
    return fc.property(stream, s => {
        const ours = session(s.lines, OURS)
        const theirs = session(s.lines, THEIRS)
        let sent: readonly Uint8Array[] = [...ours]
        for (const [which, at, replace] of s.forges)
            sent = sent.map((bytes, i) => {
                if (i !== which % sent.length) return bytes
                return replace ? theirs[i]! : forged(bytes, at)
            })
        for (const r of s.reorders) sent = reordered(sent, r)
        let bytes = concat(sent)
        for (const d of s.damages) bytes = applyDamage(bytes, d, concat(theirs))

        const received: Buffer[] = []
        const receiver = new BurstStream(
            b => void received.push(Buffer.from(b.bytes)),
            b => hasValidTag(OURS, b.bytes)
        )
        for (let at = 0, i = 0; at < bytes.length; i++) {
            const length = s.cuts[i % s.cuts.length]!
            receiver.push(bytes.subarray(at, at + length))
            at += length
        }
        receiver.end()
        assert.equal(
            received.map(b => b.toString("hex")),
            expected(bytes, ours)
        )
    })
}

/**
 * Intact bursts of this session found anywhere in the bytes, in sequence; without parsing headers.
 */
function expected(bytes: Uint8Array, ours: readonly Uint8Array[]): string[] {
    const haystack = Buffer.from(bytes)
    const found: { at: number; place: number }[] = []
    ours.forEach((whole, place) => {
        for (let at = haystack.indexOf(whole); at >= 0; at = haystack.indexOf(whole, at + 1))
            found.push({ at, place })
    })
    found.sort((a, b) => a.at - b.at)
    const delivered: string[] = []
    let next = 0
    for (const { place } of found) {
        if (place < next) continue
        delivered.push(Buffer.from(ours[place]!).toString("hex"))
        next = place + 1
    }
    return delivered
}
