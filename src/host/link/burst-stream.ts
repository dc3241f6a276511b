// Responsible for: cutting the link's bytes into bursts, and saying what was wrong with them.
// Not for: what bursts mean, or answering (host-session.ts).
// Specification: src/shared/protocol/README.md.

import * as burst from "../../shared/protocol/burst"
import { checkHeader } from "../../shared/protocol/burst"
import { layoutHash } from "../../shared/protocol/layout-hash"
import { Backlog } from "./backlog"
import { type BurstHeader, readHeader } from "./burst-header"
import { PayloadCheck } from "./payload-check"
import { SequenceCheck, type SequenceFaults } from "./sequence-check"

export type { BurstHeader } from "./burst-header"

/** Bytes on the wire of {@link burst.BURST_MAGIC}. */
const MAGIC = Uint8Array.of(0x49, 0x56, 0x4c, 0x31)

/** One burst that may be believed. */
export interface Burst {
    readonly header: BurstHeader
    /** Header and payload, as they came. */
    readonly bytes: Uint8Array
    readonly payload: Uint8Array
    /** Line bursts: which records have a right CRC or digest. Empty for other types, and where no records can be told apart. */
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
    /** Lines whose CRC-32C or digest is wrong. */
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

/** More bytes must come before it can be said. */
const NEEDS_MORE = -1
const NO_HEADER = -2

/**
 * A stream of bytes in, bursts out. Damage is counted in {@link faults} and never
 * throws; the stream is back in step with the next whole header, also when that
 * stands where a burst that was cut still promised payload.
 */
export class BurstStream {
    readonly faults = noLinkFaults()
    /** Verdicts on headers that were whole and yet refused (another version or layout), by code. */
    readonly refusedHeaders = new Map<number, number>()
    private readonly backlog = new Backlog()
    private readonly check = new PayloadCheck()
    private readonly hash = layoutHash()
    private readonly sequence = new SequenceCheck(this.faults)
    private outOfStep = false
    /** Bytes that must be there before it is worth another look; a stream may come byte by byte. */
    private needed = 0
    /** Where in the backlog that is. */
    private neededEnd = 0

    /** @param isTrusted whether the sender of a whole burst is who it should be; left out, nobody asks */
    constructor(
        private readonly onBurst: (burst: Burst) => void,
        private readonly isTrusted: (burst: Burst) => boolean = () => true
    ) {}

    /**
     * Takes the next bytes, however they were cut. From now on they are the receiver's and its bursts' own: they must not
     * be written again, and Node's sockets and files never do.
     */
    push(bytes: Uint8Array): void {
        const { backlog } = this
        let at = 0
        while (at < bytes.length) {
            const missing = this.needed - backlog.length
            if (backlog.length === 0 && bytes.length - at >= missing) {
                backlog.readInPlace(bytes, at)
                this.readAll(false)
                backlog.saveRest()
                return
            }
            // Only what is under way is copied; behind it bursts are read where they lie.
            const to = Math.min(bytes.length, at + Math.max(1, missing))
            backlog.add(bytes.subarray(at, to))
            at = to
            if (backlog.length >= this.needed) this.readAll(false)
        }
    }

    /** The connection or file has ended: what is left over was cut. */
    end(): void {
        this.readAll(true)
        this.needed = 0
        const { backlog, faults } = this
        if (backlog.length === 0) return
        if (!this.outOfStep) faults.burstsCut++
        faults.bytesSkipped += backlog.length
        backlog.drop(backlog.length)
    }

    private readAll(ended: boolean): void {
        const { backlog } = this
        let at = backlog.start
        for (;;) {
            const next = this.readOne(at, ended)
            if (next === NEEDS_MORE) break
            at = next
        }
        backlog.drop(at - backlog.start)
        this.needed = this.neededEnd - at
    }

    /** Deals with what stands at `at`. @returns where to go on, or UNDECIDED */
    private readOne(at: number, ended: boolean): number {
        const { bytes, end: length } = this.backlog
        const start = at + burst.BURST_HEADER_LENGTH
        if (start > length) return this.wait(start)
        const verdict = checkHeader(bytes, at, this.hash)
        if (verdict !== burst.HEADER_GOOD) return this.skip(at, verdict)
        this.outOfStep = false
        const header = readHeader(bytes, at)
        const end = start + header.payload_length
        if (end > length && !ended) return this.wait(end)
        let next = Math.min(end, length)
        let whole = paddedBurst(bytes, at, next, end)
        let payload = whole.subarray(burst.BURST_HEADER_LENGTH)
        let content = this.check.validate(header, payload)
        if (content.damaged) {
            // The check does not cover the tag: another header may begin in it.
            const tag = at + burst.TAG_AT
            const inner = this.headerWithin(tag, next, ended)
            if (inner === NEEDS_MORE) return NEEDS_MORE
            if (inner !== NO_HEADER) {
                next = inner
                whole = paddedBurst(bytes, at, Math.max(start, next), end)
                payload = whole.subarray(burst.BURST_HEADER_LENGTH)
                content = this.check.validate(header, payload)
            }
        }
        if (next < end) this.faults.burstsCut++
        const { damaged, goodLines } = content
        this.deliver({ header, bytes: whole, payload, goodLines }, damaged)
        return next
    }

    /** Nothing can be said before the backlog reaches `end`. */
    private wait(end: number): number {
        this.neededEnd = end
        return NEEDS_MORE
    }

    /** One byte on, to the next place that starts like a header. */
    private skip(at: number, verdict: number): number {
        if (!this.outOfStep) {
            this.outOfStep = true
            this.faults.headersDamaged++
            if (verdict !== burst.HEADER_BAD_MAGIC)
                this.refusedHeaders.set(verdict, (this.refusedHeaders.get(verdict) ?? 0) + 1)
        }
        const next = this.findMagic(at + 1, this.backlog.end)
        this.faults.bytesSkipped += next - at
        return next
    }

    /** First place in [from, to) where the magic stands, or at the very end could begin; else `to`. */
    private findMagic(from: number, to: number): number {
        const { bytes, end: length } = this.backlog
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
        const { bytes, end: length } = this.backlog
        for (let at = this.findMagic(from, to); at < to; at = this.findMagic(at + 1, to)) {
            const whole = at + burst.BURST_HEADER_LENGTH <= length
            if (!whole) return ended ? NO_HEADER : this.wait(at + burst.BURST_HEADER_LENGTH)
            if (checkHeader(bytes, at, this.hash) === burst.HEADER_GOOD) return at
        }
        return NO_HEADER
    }

    private deliver(b: Burst, damaged: boolean): void {
        const { header, goodLines } = b
        const { faults } = this
        const isLines = header.type === burst.TYPE_LINES
        const believed = this.isTrusted(b)
        if (!believed && !damaged) {
            faults.burstsForged++
            return
        }
        // What is damaged has no right tag either: where tags are asked for, not even its whole lines are believed.
        if (believed && !this.sequence.take(header)) return
        if (damaged) {
            if (!isLines || goodLines.length === 0) faults.messagesDamaged++
            faults.linesDamaged += goodLines.filter(good => !good).length
        }
        // Without a whole number of records no line can be found; the header's counts still hold.
        if (believed && (isLines || !damaged)) this.onBurst(b)
    }
}

/** Bytes [at, to) as they stand; up to `end` they were cut off and read as zeros, so that the lines before still count. */
function paddedBurst(bytes: Uint8Array, at: number, to: number, end: number): Uint8Array {
    if (to === end) return bytes.subarray(at, end)
    const padded = new Uint8Array(end - at)
    padded.set(bytes.subarray(at, to))
    return padded
}
