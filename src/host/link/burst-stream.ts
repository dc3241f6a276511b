// Splits the link's bytes into bursts, validates them and counts what was wrong. Specification:
// src/shared/protocol/README.md.

import * as burst from "../../shared/protocol/burst"
import { checkHeader } from "../../shared/protocol/burst"
import { layoutHash } from "../../shared/protocol/layout-hash"
import { Backlog } from "./backlog"
import { type BurstHeader, readHeader } from "./burst-header"
import { PayloadCheck } from "./payload-check"
import { SequenceCheck, type SequenceFaults } from "./sequence-check"

export type { BurstHeader } from "./burst-header"

/** Bytes of {@link burst.BURST_MAGIC} on the wire. */
const MAGIC = Uint8Array.of(0x49, 0x56, 0x4c, 0x31)

/** One burst that passed all checks. */
export interface Burst {
    readonly header: BurstHeader
    /** Header and payload as received. */
    readonly bytes: Uint8Array
    readonly payload: Uint8Array
    /**
     * Line bursts: for each record, whether its CRC or digest is right. Empty for other types, and where the payload
     * is not a whole number of records.
     */
    readonly goodLines: readonly boolean[]
}

/** Counts of link errors. All zero on a clean run. */
export interface LinkFaults extends SequenceFaults {
    /** Bursts without damage that have no valid session tag, or were received before the sender was authenticated; not used. */
    burstsForged: number
    /** Truncated bursts: the header of another burst, or the end of the stream, in place of payload. */
    burstsCut: number
    /** Sections without a readable header. */
    headersDamaged: number
    /** Bytes that belong to no burst. */
    bytesSkipped: number
    /** Lines with a wrong CRC-32C or digest. */
    linesDamaged: number
    /** Other messages with a damaged payload or invalid content. */
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

/**
 * What a host writes over the tag of a burst that is not authentic, before it records it: a reader of the capture has no keys to find
 * that out.
 */
const NO_TAG = 0xff

/** Whether a burst may be authentic, as far as can be told without the keys of its session. */
function isUnmarked({ bytes }: Burst): boolean {
    return bytes.subarray(burst.TAG_AT, burst.BURST_HEADER_LENGTH).some(byte => byte !== NO_TAG)
}

/** Whether a burst needs no tag: before the proofs, or in a session without a key. One that was cut within its tag has none. */
const needsNoTag = ({ type, flags }: BurstHeader): boolean =>
    type === burst.TYPE_HELLO || (flags & burst.FLAG_INSECURE) !== 0

/** More bytes are needed to decide. */
const NEEDS_MORE = -1
const NO_HEADER = -2

/**
 * Parses a stream of bytes into bursts. Damage is counted in {@link faults} and never throws. After damage the stream
 * resynchronizes at the next valid header, also if that header is inside the payload of a truncated burst.
 */
export class BurstStream {
    readonly faults = noLinkFaults()
    /** Headers that were complete but refused (wrong check, version or length): number of each, by HEADER_BAD_ code. */
    readonly refusedHeaders = new Map<number, number>()
    private readonly backlog = new Backlog()
    private readonly check = new PayloadCheck()
    private readonly hash = layoutHash()
    private readonly sequence = new SequenceCheck(this.faults)
    private outOfStep = false
    /** Bytes that must be buffered before parsing continues, as a stream may arrive byte by byte. */
    private needed = 0
    /** The same as an offset in the backlog. */
    private neededEnd = 0

    /**
     * @param isTrusted whether the sender of a complete burst is authentic; by default what can be told without the session's keys,
     * so that the capture of a session gives the same counts as the session did
     * @param onBytes gets all bytes in order, each time up to the end of one burst or of skipped bytes, before `onBurst` gets that
     * burst; `isUsed`: whether it will get it. A burst that is not authentic is marked as such in its tag.
     */
    constructor(
        private readonly onBurst: (burst: Burst) => void,
        private readonly isTrusted?: (burst: Burst) => boolean,
        private readonly onBytes?: (bytes: Uint8Array, isUsed: boolean) => void
    ) {}

    /**
     * Processes the next bytes, in pieces of any length. The caller must not overwrite them afterwards, since bursts
     * are views of them; Node's sockets and files never do.
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
            // Only the incomplete burst is copied; bursts behind it are read in place.
            const to = Math.min(bytes.length, at + Math.max(1, missing))
            backlog.add(bytes.subarray(at, to))
            at = to
            if (backlog.length >= this.needed) this.readAll(false)
        }
    }

    /** The bytes of an incomplete burst, which is used once the rest of it is pushed. */
    get pending(): Uint8Array {
        const { bytes, start, end } = this.backlog
        return bytes.subarray(start, end)
    }

    /** The connection or file has ended: a remaining partial burst is processed as truncated. */
    end(): void {
        this.readAll(true)
        this.needed = 0
        const { backlog, faults } = this
        if (backlog.length === 0) return
        if (!this.outOfStep) faults.burstsCut++
        faults.bytesSkipped += backlog.length
        this.onBytes?.(backlog.bytes.subarray(backlog.start, backlog.end), false)
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

    /** Parses at offset `at`. @returns the offset to continue at, or NEEDS_MORE */
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
            // The header check does not cover the tag, so another header may start in it.
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
        const b = { header, bytes: whole, payload, goodLines }
        const trusted = (this.isTrusted ?? isUnmarked)(b) && (next >= start || needsNoTag(header))
        if (!trusted) bytes.fill(NO_TAG, at + burst.TAG_AT, Math.min(next, start))
        const isUsed = this.accepts(b, damaged, trusted)
        this.onBytes?.(bytes.subarray(at, next), isUsed)
        if (isUsed) this.onBurst(b)
        return next
    }

    /** Waits until the backlog reaches `end`. */
    private wait(end: number): number {
        this.neededEnd = end
        return NEEDS_MORE
    }

    /** Skips at least one byte, to the next place that may be a header. */
    private skip(at: number, verdict: number): number {
        if (!this.outOfStep) {
            this.outOfStep = true
            this.faults.headersDamaged++
            if (verdict !== burst.HEADER_BAD_MAGIC)
                this.refusedHeaders.set(verdict, (this.refusedHeaders.get(verdict) ?? 0) + 1)
        }
        const next = this.findMagic(at + 1, this.backlog.end)
        this.faults.bytesSkipped += next - at
        this.onBytes?.(this.backlog.bytes.subarray(at, next), false)
        return next
    }

    /** First offset in [from, to) of the magic, or of its start at the end of the buffer; else `to`. */
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

    /** Searches for the next burst's header inside the payload of a truncated burst. */
    private headerWithin(from: number, to: number, ended: boolean): number {
        const { bytes, end: length } = this.backlog
        for (let at = this.findMagic(from, to); at < to; at = this.findMagic(at + 1, to)) {
            const whole = at + burst.BURST_HEADER_LENGTH <= length
            if (!whole) return ended ? NO_HEADER : this.wait(at + burst.BURST_HEADER_LENGTH)
            if (checkHeader(bytes, at, this.hash) === burst.HEADER_GOOD) return at
        }
        return NO_HEADER
    }

    /** Whether a burst is used; what is wrong with it is counted. */
    private accepts(b: Burst, damaged: boolean, trusted: boolean): boolean {
        const { header, goodLines } = b
        const { faults } = this
        const isLines = header.type === burst.TYPE_LINES
        // Without authenticity nothing counts in the sequence: anybody may have written the number.
        if (!trusted && !damaged) {
            faults.burstsForged++
            return false
        }
        if (trusted && !this.sequence.accept(header)) return false
        if (damaged) {
            if (!isLines || goodLines.length === 0) faults.messagesDamaged++
            faults.linesDamaged += goodLines.filter(good => !good).length
        }
        // Without a whole number of records no line can be located; the counts in the header are still valid.
        return trusted && (isLines || !damaged)
    }
}

/**
 * The burst at [at, end). Bytes from `to` on were cut off and are read as zeros, so that the good lines before them
 * count.
 */
function paddedBurst(bytes: Uint8Array, at: number, to: number, end: number): Uint8Array {
    if (to === end) return bytes.subarray(at, end)
    const padded = new Uint8Array(end - at)
    padded.set(bytes.subarray(at, to))
    return padded
}
