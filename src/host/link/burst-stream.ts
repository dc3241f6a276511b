// Responsible for: cutting the link's bytes into bursts, and saying what was wrong with them.
// Not for: what bursts mean, or answering (host-session.ts).
// Specification: src/wire/README.md.

import { crc32c } from "@node-rs/crc32"
import * as burst from "../../wire/burst"
import { judgeHeader } from "../../wire/burst"
import { getNumber } from "../../wire/bytes"
import { readFields, type Message } from "../../wire/bytes"
import { layoutHash } from "../../wire/layout-hash"
import { LINE_CRC_LENGTH, LINE_HEADER_LENGTH } from "../../wire/line-record"

export type BurstHeader = Message<typeof burst.BURST_HEADER>

/** One burst that may be believed. */
export interface Burst {
    readonly header: BurstHeader
    readonly payload: Uint8Array
    /** Line bursts: which records have a right CRC; empty for other types. */
    readonly goodLines: readonly boolean[]
}

/** What went wrong on the link, counted. All zero on a clean run. */
export interface LinkFaults {
    /** Bursts that sequence numbers say were sent and that never came, or came unreadable. */
    burstsMissing: number
    /** Bursts that came again, or late. */
    burstsDoubled: number
    /** Bursts of which the end is missing. */
    burstsCut: number
    /** Stretches of bytes in which no header could be read. */
    headersDamaged: number
    /** Bytes that belonged to no burst. */
    bytesSkipped: number
    /** Lines whose CRC-32C is wrong. */
    linesDamaged: number
    /** Other messages whose payload CRC is wrong. */
    messagesDamaged: number
}

export function noLinkFaults(): LinkFaults {
    return {
        burstsMissing: 0,
        burstsDoubled: 0,
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
        this.bytes.copyWithin(0, count, this.length)
        this.length -= count
    }
}

/**
 * A stream of bytes in, bursts out. Damage is counted in {@link faults} and never
 * throws; the stream is back in step with the next whole header.
 */
export class BurstStream {
    readonly faults = noLinkFaults()
    /** Verdicts on headers that were whole and yet refused (another version or layout), by code. */
    readonly refused = new Map<number, number>()
    private readonly backlog = new Backlog()
    private readonly hash = layoutHash()
    private expected: number | undefined
    private lost = false

    constructor(private readonly onBurst: (burst: Burst) => void) {}

    /** Takes the next bytes, however they were cut. */
    push(bytes: Uint8Array): void {
        this.backlog.add(bytes)
        let at = 0
        const { backlog } = this
        const view = backlog.bytes
        while (backlog.length - at >= burst.BURST_HEADER_LENGTH) {
            const verdict = judgeHeader(view, at, this.hash)
            if (verdict !== burst.HEADER_GOOD) {
                at = this.skip(view, at, verdict)
                continue
            }
            this.lost = false
            const length = getNumber(view, at + burst.PAYLOAD_LENGTH_AT, "u32")
            const end = at + burst.BURST_HEADER_LENGTH + length
            if (end > backlog.length) break
            at = this.take(view, at, end)
        }
        backlog.drop(at)
    }

    /** The connection or file has ended: what is left over was cut. */
    end(): void {
        if (this.backlog.length === 0) return
        this.faults.burstsCut++
        this.faults.bytesSkipped += this.backlog.length
        this.backlog.drop(this.backlog.length)
    }

    /** One byte on, to the next place that starts like a header. */
    private skip(view: Uint8Array, at: number, verdict: number): number {
        if (!this.lost) {
            this.lost = true
            this.faults.headersDamaged++
            if (verdict !== burst.HEADER_BAD_MAGIC)
                this.refused.set(verdict, (this.refused.get(verdict) ?? 0) + 1)
        }
        const next = this.findMagic(view, at + 1, this.backlog.length)
        this.faults.bytesSkipped += next - at
        return next
    }

    /** First place from `from` on where the magic stands, or could begin at the very end. */
    private findMagic(view: Uint8Array, from: number, end: number): number {
        const first = burst.BURST_MAGIC & 0xff
        for (let at = from; at < end; at++) {
            const found = view.indexOf(first, at)
            if (found < 0 || found >= end) return end
            at = found
            if (
                end - at < 4 ||
                getNumber(view, at, "u32") === burst.BURST_MAGIC
            )
                return at
        }
        return end
    }

    private take(view: Uint8Array, at: number, end: number): number {
        const header = readFields(view, at, burst.BURST_HEADER)
        const start = at + burst.BURST_HEADER_LENGTH
        let goodLines: boolean[] = []
        if (header.type === burst.TYPE_LINES) {
            goodLines = this.checkLines(view, start, end, header.lines)
            if (goodLines.includes(false)) {
                const next = this.headerWithin(view, start, end)
                if (next !== undefined) {
                    this.faults.burstsCut++
                    this.deliver(header, view.slice(start, end), goodLines)
                    return next
                }
            }
        }
        this.deliver(header, view.slice(start, end), goodLines)
        return end
    }

    /** A burst that was cut runs into the next one: its header then stands where samples should. */
    private headerWithin(
        view: Uint8Array,
        start: number,
        end: number
    ): number | undefined {
        for (let at = start; at < end; at++) {
            at = this.findMagic(view, at, end)
            if (end - at < 4) return undefined
            const whole = at + burst.BURST_HEADER_LENGTH <= this.backlog.length
            if (whole && judgeHeader(view, at, this.hash) === burst.HEADER_GOOD)
                return at
        }
        return undefined
    }

    private checkLines(
        bytes: Uint8Array,
        start: number,
        end: number,
        lines: number
    ): boolean[] {
        const length = lines > 0 ? (end - start) / lines : 0
        if (
            !Number.isInteger(length) ||
            length <= LINE_HEADER_LENGTH + LINE_CRC_LENGTH
        )
            return lines > 0 ? new Array<boolean>(lines).fill(false) : []
        const view = bytes
        return Array.from({ length: lines }, (_, i) => {
            const from = start + i * length
            const crcAt = from + length - LINE_CRC_LENGTH
            const data = Buffer.from(
                bytes.buffer,
                bytes.byteOffset + from,
                crcAt - from
            )
            return crc32c(data) === getNumber(view, crcAt, "u32")
        })
    }

    private deliver(
        header: BurstHeader,
        payload: Uint8Array,
        goodLines: boolean[]
    ): void {
        const { faults } = this
        // A session starts to count anew with its hello.
        if (header.type === burst.TYPE_HELLO) this.expected = header.sequence
        if (this.expected !== undefined) {
            const ahead = (header.sequence - this.expected) | 0
            if (ahead < 0) {
                faults.burstsDoubled++
                return
            }
            faults.burstsMissing += ahead
        }
        this.expected = (header.sequence + 1) >>> 0
        faults.linesDamaged += goodLines.filter(good => !good).length
        this.onBurst({ header, payload, goodLines })
    }
}
