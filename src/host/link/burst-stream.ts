// Responsible for: cutting the link's bytes into bursts, and saying what was wrong with them.
// Not for: what bursts mean, or answering (host-session.ts).
// Specification: src/wire/README.md.

import { crc32c } from "@node-rs/crc32"
import * as burst from "../../wire/burst"
import { judgeHeader } from "../../wire/burst"
import { getNumber, readFields, type Message } from "../../wire/bytes"
import { layoutHash } from "../../wire/layout-hash"
import { LINE_SAMPLES_AT, recordLength } from "../../wire/line-record"
import { SequenceCheck, type SequenceFaults } from "./sequence-check"

/** Bytes on the wire of {@link burst.BURST_MAGIC}. */
const MAGIC = Uint8Array.of(0x49, 0x56, 0x4c, 0x31)
/** Of the CRC-32C that ends each line and each message. */
const CRC_LENGTH = 4

export type BurstHeader = Message<typeof burst.BURST_HEADER>

/** One burst that may be believed. */
export interface Burst {
    readonly header: BurstHeader
    /** Header and payload, as they came. */
    readonly bytes: Uint8Array
    readonly payload: Uint8Array
    /** Line bursts: which records have a right CRC. Empty for other types, and where no records can be told apart. */
    readonly goodLines: readonly boolean[]
}

/** What went wrong on the link, counted. All zero on a clean run. */
export interface LinkFaults extends SequenceFaults {
    /** Whole bursts that were not made with the session's key, or came before their sender had proven itself; not used. */
    burstsForged: number
    /** Bursts of which the end is missing: another burst, or the end of the stream, stands there. */
    burstsCut: number
    /** Stretches of bytes in which no header could be read. */
    headersDamaged: number
    /** Bytes that belonged to no burst. */
    bytesSkipped: number
    /** Lines whose CRC-32C is wrong. */
    linesDamaged: number
    /** Other messages whose payload is damaged, or no content of theirs. */
    messagesDamaged: number
}

export function noLinkFaults(): LinkFaults {
    return {
        burstsMissing: 0,
        burstsDoubled: 0,
        burstsForeign: 0,
        burstsForged: 0,
        burstsCut: 0,
        headersDamaged: 0,
        bytesSkipped: 0,
        linesDamaged: 0,
        messagesDamaged: 0,
    }
}

/** Growing store of bytes that have come in and not been used. */
class Backlog {
    bytes = new Uint8Array(1 << 16)
    length = 0

    add(more: Uint8Array): void {
        const needed = this.length + more.length
        if (needed > this.bytes.length) {
            const larger = new Uint8Array(
                Math.max(needed, 2 * this.bytes.length)
            )
            larger.set(this.bytes.subarray(0, this.length))
            this.bytes = larger
        }
        this.bytes.set(more, this.length)
        this.length = needed
    }

    drop(count: number): void {
        if (count === 0) return
        this.bytes.copyWithin(0, count, this.length)
        this.length -= count
    }
}

/** More bytes must come before it can be said. */
const UNDECIDED = -1
const NONE = -2

/**
 * A stream of bytes in, bursts out. Damage is counted in {@link faults} and never
 * throws; the stream is back in step with the next whole header, also when that
 * stands where a burst that was cut still promised payload.
 */
export class BurstStream {
    readonly faults = noLinkFaults()
    /** Verdicts on headers that were whole and yet refused (another version or layout), by code. */
    readonly refused = new Map<number, number>()
    private readonly backlog = new Backlog()
    private readonly hash = layoutHash()
    private readonly sequence = new SequenceCheck(this.faults)
    private lost = false
    /** Bytes that must be there before it is worth another look; a stream may come byte by byte. */
    private needed = 0

    /** @param mayBelieve whether the sender of a whole burst is who it should be; left out, nobody asks */
    constructor(
        private readonly onBurst: (burst: Burst) => void,
        private readonly mayBelieve: (burst: Burst) => boolean = () => true
    ) {}

    /** Takes the next bytes, however they were cut. */
    push(bytes: Uint8Array): void {
        this.backlog.add(bytes)
        if (this.backlog.length >= this.needed) this.readAll(false)
    }

    /** The connection or file has ended: what is left over was cut. */
    end(): void {
        this.readAll(true)
        this.needed = 0
        const { backlog, faults } = this
        if (backlog.length === 0) return
        if (!this.lost) faults.burstsCut++
        faults.bytesSkipped += backlog.length
        backlog.drop(backlog.length)
    }

    private readAll(ended: boolean): void {
        let at = 0
        for (;;) {
            const next = this.readOne(at, ended)
            if (next === UNDECIDED) break
            at = next
        }
        this.backlog.drop(at)
        this.needed -= at
    }

    /** Deals with what stands at `at`. @returns where to go on, or UNDECIDED */
    private readOne(at: number, ended: boolean): number {
        const { bytes, length } = this.backlog
        const start = at + burst.BURST_HEADER_LENGTH
        if (start > length) return this.wait(start)
        const verdict = judgeHeader(bytes, at, this.hash)
        if (verdict !== burst.HEADER_GOOD) return this.skip(at, verdict)
        this.lost = false
        const header = readFields(bytes, at, burst.BURST_HEADER)
        const end = start + header.payload_length
        if (end > length && !ended) return this.wait(end)
        // What was cut off reads as zeros, so that the lines before it still count.
        const whole = new Uint8Array(end - at)
        const payload = whole.subarray(burst.BURST_HEADER_LENGTH)
        let next = Math.min(end, length)
        whole.set(bytes.subarray(at, next))
        let content = judgePayload(header, payload)
        if (content.damaged) {
            // The check does not cover the tag: another header may begin in it.
            const tag = at + burst.TAG_AT
            const inner = this.headerWithin(tag, next, ended)
            if (inner === UNDECIDED) return UNDECIDED
            if (inner !== NONE) {
                next = inner
                payload.fill(0, Math.max(0, inner - start))
                content = judgePayload(header, payload)
            }
        }
        if (next < end) this.faults.burstsCut++
        this.deliver({ header, bytes: whole, payload, ...content })
        return next
    }

    /** Nothing can be said before the backlog reaches `end`. */
    private wait(end: number): number {
        this.needed = end
        return UNDECIDED
    }

    /** One byte on, to the next place that starts like a header. */
    private skip(at: number, verdict: number): number {
        if (!this.lost) {
            this.lost = true
            this.faults.headersDamaged++
            if (verdict !== burst.HEADER_BAD_MAGIC)
                this.refused.set(verdict, (this.refused.get(verdict) ?? 0) + 1)
        }
        const next = this.findMagic(at + 1, this.backlog.length)
        this.faults.bytesSkipped += next - at
        return next
    }

    /** First place in [from, to) where the magic stands, or at the very end could begin; else `to`. */
    private findMagic(from: number, to: number): number {
        const { bytes, length } = this.backlog
        for (let at = from; at < to; at++) {
            at = bytes.indexOf(MAGIC[0]!, at)
            if (at < 0 || at >= to) return to
            const known = Math.min(MAGIC.length, length - at)
            let k = 1
            while (k < known && bytes[at + k] === MAGIC[k]) k++
            if (k === known) return at
        }
        return to
    }

    /** A burst that was cut runs into the next one: its header then stands where payload should. */
    private headerWithin(from: number, to: number, ended: boolean): number {
        const { bytes, length } = this.backlog
        for (
            let at = this.findMagic(from, to);
            at < to;
            at = this.findMagic(at + 1, to)
        ) {
            const whole = at + burst.BURST_HEADER_LENGTH <= length
            if (!whole)
                return ended ? NONE : this.wait(at + burst.BURST_HEADER_LENGTH)
            if (judgeHeader(bytes, at, this.hash) === burst.HEADER_GOOD)
                return at
        }
        return NONE
    }

    private deliver({ damaged, ...b }: Burst & Content): void {
        const { header, goodLines } = b
        const { faults } = this
        const isLines = header.type === burst.TYPE_LINES
        const believed = this.mayBelieve(b)
        if (!believed && !damaged) {
            faults.burstsForged++
            return
        }
        // What is damaged has no right tag either: where tags are asked for, not even its whole lines are believed.
        if (believed && !this.sequence.take(header)) return
        if (damaged && (!isLines || goodLines.length === 0))
            faults.messagesDamaged++
        faults.linesDamaged += goodLines.filter(good => !good).length
        // Without a whole number of records no line can be found; the header's counts still hold.
        if (believed && (isLines || !damaged)) this.onBurst(b)
    }
}

/** What a payload turned out to be. */
interface Content {
    readonly damaged: boolean
    readonly goodLines: readonly boolean[]
}

function judgePayload(header: BurstHeader, payload: Uint8Array): Content {
    if (header.type !== burst.TYPE_LINES)
        return { damaged: !endsWithItsCrc(payload), goodLines: [] }
    const { lines } = header
    if (lines === 0) return { damaged: payload.length > 0, goodLines: [] }
    const length = payload.length / lines
    if (!Number.isInteger(length) || length <= recordLength(0))
        return { damaged: true, goodLines: [] }
    const goodLines = Array.from({ length: lines }, (_, i) =>
        isLine(payload.subarray(i * length, (i + 1) * length))
    )
    return { damaged: goodLines.includes(false), goodLines }
}

/** A message as long as a line has a right CRC too, but not this number of samples, of one byte or of two. */
function isLine(record: Uint8Array): boolean {
    const samples = getNumber(record, LINE_SAMPLES_AT, "u16")
    const ofSomeFormat =
        recordLength(samples) === record.length ||
        recordLength(2 * samples) === record.length
    return ofSomeFormat && endsWithItsCrc(record)
}

/** Lines and messages alike end with a CRC-32C over all before it. */
function endsWithItsCrc(bytes: Uint8Array): boolean {
    const end = bytes.length - CRC_LENGTH
    if (end < 0) return false
    return crc32c(bytes.subarray(0, end)) === getNumber(bytes, end, "u32")
}
