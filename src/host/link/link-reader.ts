// The receiver for other programs: a Node stream that converts the board's bytes into one typed object per message.

import { Transform, type TransformCallback } from "node:stream"
import * as burst from "../../shared/protocol/burst"
import { getNumber, readFields, type Message } from "../../shared/protocol/bytes"
import {
    LINE_CRC_LENGTH,
    LINE_FLAGS_AT,
    LINE_FRAME_AT,
    type LINE_HEADER,
    LINE_HEADER_LENGTH,
    LINE_INDEX_AT,
    LINE_NUMBER_AT,
    LINE_POSITION_AT,
    LINE_SAMPLES_AT,
    LINE_TICK_AT,
} from "../../shared/acquisition/line-record"
import * as messages from "../../shared/protocol/messages"
import { descriptionDefect } from "./description-check"
import { type Burst, type BurstHeader, BurstStream, type LinkFaults } from "./burst-stream"

export type { BurstHeader, LinkFaults } from "./burst-stream"

/** One A-line with a right CRC. */
export interface Line extends Message<typeof LINE_HEADER> {
    /** Samples as sent: one byte each in format 1, two bytes each in RF formats (README of src/shared, "Samples"). */
    readonly bytes: Uint8Array
}

type BoardMessage = Exclude<ReturnType<typeof messages.messageTable>[number], { from: "host" }>

/** The board's messages with a payload of fields, by name. */
type FieldMessages = { [M in BoardMessage as M["name"]]: Message<M["layout"]> }

/** A message, distinguished by `type`. */
export type LinkMessage =
    | {
          readonly type: "lines"
          readonly header: BurstHeader
          /** Lines with a valid CRC, in order. */
          readonly lines: readonly Line[]
          /** Number of damaged lines in the burst. */
          readonly damaged: number
          /** Test pattern lines sent after connecting; they carry no echo. */
          readonly test: boolean
      }
    | {
          [T in keyof FieldMessages]: {
              readonly type: T
              readonly header: BurstHeader
              readonly fields: FieldMessages[T]
          }
      }[keyof FieldMessages]

const FIELDS = new Map<number, BoardMessage>(
    messages.messageTable().flatMap(m => (m.from === "host" ? [] : [[m.type, m]]))
)

/**
 * Reads the board's bytes from a socket or a `capture.ivl`, in chunks of any length; delivers, in object
 * mode, one {@link LinkMessage} for each valid burst. Damage never makes it fail and costs no other burst: it is
 * counted in {@link faults}, which is all zero on a clean run and final once the stream has ended.
 *
 * It sends nothing to the board. Format: src/shared/protocol/README.md.
 */
export class LinkReader extends Transform {
    private readonly stream = new BurstStream(b => this.deliver(b))
    /** Whether the end message of the latest run was received; if not, the capture is cut. */
    complete = false
    /** Whether a burst came from a board without a key: its data are not authenticated. */
    insecure = false

    constructor() {
        super({ readableObjectMode: true })
    }

    get faults(): LinkFaults {
        return this.stream.faults
    }

    override _transform(
        bytes: Uint8Array,
        _encoding: BufferEncoding,
        done: TransformCallback
    ): void {
        this.stream.push(bytes)
        done()
    }

    override _flush(done: TransformCallback): void {
        this.stream.end()
        done()
    }

    override [Symbol.asyncIterator](): NodeJS.AsyncIterator<LinkMessage> {
        return super[Symbol.asyncIterator]() as NodeJS.AsyncIterator<LinkMessage>
    }

    private deliver({ header, payload, goodLines }: Burst): void {
        this.insecure ||= (header.flags & burst.FLAG_INSECURE) !== 0
        if (header.type === burst.TYPE_LINES) {
            const lines = linesOf(payload, goodLines)
            this.push({
                type: "lines",
                header,
                lines,
                damaged: goodLines.length - lines.length,
                test: (header.flags & burst.FLAG_TEST_LINES) !== 0,
            } satisfies LinkMessage)
            return
        }
        const known = FIELDS.get(header.type)
        // An unknown type with a right CRC is from a newer board and is skipped: README of src/shared, "Messages".
        if (!known) return
        if (payload.length !== messages.payloadLength(known.layout)) {
            this.faults.messagesDamaged++
            return
        }
        const { name: type, layout } = known
        const fields = readFields(payload, 0, layout)
        if (type === "description" && descriptionDefect(fields as messages.Description)) {
            this.faults.messagesDamaged++
            return
        }
        if (type === "description") this.complete = false
        if (type === "end") this.complete = true
        this.push({ type, header, fields })
    }
}

function linesOf(payload: Uint8Array, good: readonly boolean[]): Line[] {
    const length = payload.length / good.length
    const lines: Line[] = []
    good.forEach((isGood, i) => {
        if (!isGood) return
        const record = payload.subarray(i * length, (i + 1) * length)
        // Field by field: a lookup by name would be twenty times slower.
        lines.push({
            line: getNumber(record, LINE_NUMBER_AT, "u32"),
            frame: getNumber(record, LINE_FRAME_AT, "u16"),
            index: getNumber(record, LINE_INDEX_AT, "u16"),
            tick_us: getNumber(record, LINE_TICK_AT, "u32"),
            position_counts: getNumber(record, LINE_POSITION_AT, "i32"),
            flags: getNumber(record, LINE_FLAGS_AT, "u16"),
            samples: getNumber(record, LINE_SAMPLES_AT, "u16"),
            bytes: record.subarray(LINE_HEADER_LENGTH, length - LINE_CRC_LENGTH),
        })
    })
    return lines
}
