// Makes the capture of a long pullback from that of a short one, by repeating its imaged A-lines.

import { crc32c } from "@node-rs/crc32"
import { type BurstHeader, BurstStream } from "../../../src/host/link/burst-stream"
import {
    LINE_AT_SPEED,
    LINE_CRC_LENGTH,
    LINE_FLAGS_AT,
    LINE_FRAME_AT,
    LINE_NUMBER_AT,
    LINE_POSITION_AT,
    LINE_TICK_AT,
} from "../../../src/shared/acquisition/line-record"
import * as burst from "../../../src/shared/protocol/burst"
import { writeFields } from "../../../src/shared/protocol/bytes"
import { layoutHash } from "../../../src/shared/protocol/layout-hash"
import {
    DESCRIPTION,
    type Description,
    END,
    type End,
    readPayload,
    writePayload,
} from "../../../src/shared/protocol/messages"

const HASH = layoutHash()

interface Line {
    readonly header: BurstHeader
    readonly record: Uint8Array
}

/** By how much a line comes later than in the capture. */
interface Shift {
    readonly lines: number
    readonly frames: number
    readonly us: number
    readonly counts: number
}

/** Writes the capture of a pullback whose imaged section is `times` as long, without an error of the link. */
export function writeLongerCapture(
    capture: Uint8Array,
    times: number,
    write: (bytes: Uint8Array) => void
): void {
    const writer = new LongerCapture(times, write)
    const stream = new BurstStream(({ header, payload }) => writer.take(header, payload))
    stream.push(capture)
    stream.end()
}

class LongerCapture {
    private readonly imaged: Line[] = []
    private description: Description | undefined
    private sequence = 0
    private shift: Shift = { lines: 0, frames: 0, us: 0, counts: 0 }
    private isRepeated = false

    constructor(
        private readonly times: number,
        private readonly write: (bytes: Uint8Array) => void
    ) {}

    take(header: BurstHeader, payload: Uint8Array): void {
        if (header.type === burst.TYPE_DESCRIPTION) {
            const found = readPayload(payload, 0, DESCRIPTION)
            this.description = found
            const length_nm = found.window_end_nm - found.window_start_nm
            const window_end_nm = found.window_start_nm + this.times * length_nm
            writePayload(payload, 0, DESCRIPTION, { ...found, window_end_nm })
        }
        if (header.type === burst.TYPE_END) this.takeEnd(payload)
        if (header.type === burst.TYPE_LINES && !(header.flags & burst.FLAG_TEST_LINES))
            this.takeLines(header, payload)
        else this.send(header, payload)
    }

    private takeEnd(payload: Uint8Array): void {
        const end: End = readPayload(payload, 0, END)
        const { lines, counts } = this.shift
        writePayload(payload, 0, END, {
            ...end,
            lines_fired: end.lines_fired + lines,
            lines_sent: end.lines_sent + lines,
            window_end_nm: end.window_end_nm + counts * this.description!.encoder_nm_per_count,
        })
    }

    private takeLines(header: BurstHeader, payload: Uint8Array): void {
        const length = this.description!.record_length
        const before: Line[] = []
        const after: Line[] = []
        for (let at = 0; at < payload.length; at += length) {
            const line = { header, record: payload.subarray(at, at + length) }
            const isImaged =
                (viewOf(line.record).getUint16(LINE_FLAGS_AT, true) & LINE_AT_SPEED) > 0
            if (isImaged) this.imaged.push({ header, record: line.record.slice() })
            else (this.imaged.length > 0 ? after : before).push(line)
        }
        this.sendLines(before)
        if (after.length === 0) return
        if (!this.isRepeated) this.repeat()
        this.sendLines(after)
    }

    /** Sends the imaged lines, as often as wanted. The lines after them come later by the last shift. */
    private repeat(): void {
        this.isRepeated = true
        const { imaged, description, times } = this
        const d = description!
        const step: Shift = {
            lines: imaged.length,
            frames: imaged.length / d.lines_per_frame,
            us: Math.round((imaged.length * d.line_period_ns) / 1000),
            counts: (d.window_end_nm - d.window_start_nm) / d.encoder_nm_per_count,
        }
        for (let n = 0; n < times; n++) {
            this.shift = {
                lines: n * step.lines,
                frames: n * step.frames,
                us: n * step.us,
                counts: n * step.counts,
            }
            this.sendLines(imaged.map(line => ({ ...line, record: line.record.slice() })))
        }
    }

    private sendLines(lines: readonly Line[]): void {
        const { shift, description } = this
        for (const { record } of lines) {
            const view = viewOf(record)
            const add = (at: number, more: number): void =>
                view.setUint32(at, view.getUint32(at, true) + more, true)
            add(LINE_NUMBER_AT, shift.lines)
            add(LINE_TICK_AT, shift.us)
            add(LINE_POSITION_AT, shift.counts)
            view.setUint16(LINE_FRAME_AT, view.getUint16(LINE_FRAME_AT, true) + shift.frames, true)
            const end = record.length - LINE_CRC_LENGTH
            view.setUint32(end, crc32c(record.subarray(0, end)), true)
        }
        for (let at = 0; at < lines.length;) {
            const { header } = lines[at]!
            // As many as had come together.
            let to = at
            while (to < lines.length && lines[to]!.header === header) to++
            const records = Buffer.concat(lines.slice(at, to).map(({ record }) => record))
            const moved = {
                ...header,
                lines: to - at,
                tick_us: (header.tick_us + shift.us) >>> 0,
                position_nm: header.position_nm + shift.counts * description!.encoder_nm_per_count,
            }
            this.send(moved, records)
            at = to
        }
    }

    private send(header: BurstHeader, payload: Uint8Array): void {
        const bytes = new Uint8Array(burst.BURST_HEADER_LENGTH + payload.length)
        // Only the hello's number is 0 without a session.
        const sequence = header.session === 0 ? header.sequence : this.sequence
        writeFields(bytes, 0, burst.BURST_HEADER, {
            ...{ ...header, sequence },
            payload_length: payload.length,
        })
        burst.sealHeader(bytes, HASH)
        bytes.set(payload, burst.BURST_HEADER_LENGTH)
        this.sequence = (sequence + 1) >>> 0
        this.write(bytes)
    }
}

function viewOf(bytes: Uint8Array): DataView {
    return new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
}
