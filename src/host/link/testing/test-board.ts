// A test double of a board that makes streams of bursts, for tests of the host.

import { PROGRAM_VERSION } from "../../../shared/versions"
import * as burst from "../../../shared/protocol/burst"
import { sealHeader } from "../../../shared/protocol/burst"
import type { Layout, Message } from "../../../shared/protocol/bytes"
import { writeFields } from "../../../shared/protocol/bytes"
import { crc32c } from "../../../shared/protocol/crc32c"
import { layoutHash } from "../../../shared/protocol/layout-hash"
import {
    LINE_AT_SPEED,
    LINE_CRC_LENGTH,
    LINE_FRAME_START,
    LINE_HEADER,
    LINE_HEADER_LENGTH,
    LINE_TEST,
    PAIRS_NONE,
    recordLength,
    SAMPLE_FORMAT_LOG8,
    testSample,
} from "../../../shared/acquisition/line-record"
import * as messages from "../../../shared/protocol/messages"
import { MOVE_PULLBACK } from "../../../shared/motion/move-terms"
import type { BurstHeader } from "../burst-stream"

export type LineHeader = Message<typeof LINE_HEADER>

/** Format of the test lines: a small catheter, so that many lines fit in a test. */
export const LINES_PER_FRAME = 8
export const SAMPLES_PER_LINE = 12
export const LINE_PERIOD_US = 100

export const DESCRIPTION: messages.Description = {
    catheter: "test-catheter",
    catheter_serial: 7,
    sample_format: SAMPLE_FORMAT_LOG8,
    lines_per_frame: LINES_PER_FRAME,
    samples_per_line: SAMPLES_PER_LINE,
    record_length: recordLength(SAMPLES_PER_LINE),
    sample_spacing_nm: 39063,
    line_period_ns: LINE_PERIOD_US * 1000,
    frame_rate_mhz: 30000,
    centre_frequency_khz: 20000,
    sound_speed_mm_s: 1540000,
    catheter_radius_um: 300,
    ring_down_um: 250,
    tgc_step_ns: 20,
    tgc_cdb: Array.from({ length: 32 }, (_, i) => 4 * i),
    encoder_nm_per_count: 1000,
    microsteps_per_mm: 51200,
    fclk_hz: 12000000,
    window_start_nm: 2000000,
    window_end_nm: 12000000,
    speed_nm_s: 1000000,
    mode: MOVE_PULLBACK,
    step_um: 0,
    dwell_ms: 0,
    stops: 0,
    sequence_crc: 0x12345678,
    pair_list: PAIRS_NONE,
    sample_period_ps: 50731,
    first_sample_ns: 0,
    run: 1,
}

/** Header of line `line` of an undisturbed run: all lines at speed, 1 um a line. */
export function plainLine(line: number): LineHeader {
    const index = line % LINES_PER_FRAME
    return {
        line,
        frame: Math.floor(line / LINES_PER_FRAME) & 0xffff,
        index,
        tick_us: (1000 + LINE_PERIOD_US * line) >>> 0,
        position_counts: 2000 + line,
        flags: LINE_AT_SPEED | (index === 0 ? LINE_FRAME_START : 0),
        samples: SAMPLES_PER_LINE,
    }
}

/** Samples that identify their line. */
export function samplesOf(line: number): Uint8Array {
    return Uint8Array.from({ length: SAMPLES_PER_LINE }, (_, k) => (31 * line + 7 * k) & 0xff)
}

/** One line record with its CRC. */
export function record(
    header: LineHeader,
    samples: Uint8Array = samplesOf(header.line)
): Uint8Array {
    const bytes = new Uint8Array(recordLength(samples.length))
    writeFields(bytes, 0, LINE_HEADER, header)
    bytes.set(samples, LINE_HEADER_LENGTH)
    const end = bytes.length - LINE_CRC_LENGTH
    new DataView(bytes.buffer).setUint32(end, crc32c(bytes, 0, end, 0), true)
    return bytes
}

/** Records of the lines [from, to) of the undisturbed run. */
export function plainRecords(from: number, to: number): Uint8Array[] {
    return Array.from({ length: to - from }, (_, i) => record(plainLine(from + i)))
}

/** Record `index` of the test pattern lines that a board sends after connecting. */
export function testRecord(index: number): Uint8Array {
    const samples = Uint8Array.from({ length: SAMPLES_PER_LINE }, (_, k) => testSample(index, k))
    const header = { ...plainLine(index), frame: 0, index, flags: LINE_TEST }
    return record(header, samples)
}

export function concat(parts: readonly Uint8Array[]): Uint8Array {
    return new Uint8Array(Buffer.concat(parts))
}

const HASH = layoutHash()

/** A board on one connection; each call adds one burst to its stream. */
export class TestBoard {
    /** The bursts so far, in order. */
    readonly bursts: Uint8Array[] = []
    sequence = 0
    /** Session number in the headers; 0 until the hello. */
    private current = 0

    constructor(private readonly session = 1) {}

    bytes(): Uint8Array {
        return concat(this.bursts)
    }

    hello(): this {
        this.current = 0
        this.sequence = 0
        this.message(burst.TYPE_HELLO, messages.HELLO, {
            layout_hash: HASH,
            board_id_low: 1,
            board_id_high: 2,
            firmware_version: PROGRAM_VERSION,
            nonce_0: 0,
            nonce_1: 0,
            nonce_2: 0,
            nonce_3: 0,
            window_bytes: 2 << 20,
        })
        this.current = this.session
        return this
    }

    message<L extends Layout>(type: number, fields: L, message: Message<L>): this {
        const payload = new Uint8Array(messages.payloadLength(fields))
        messages.writePayload(payload, 0, fields, message)
        return this.burst({ type }, payload)
    }

    describe(changes: Partial<messages.Description> = {}): this {
        const message = { ...DESCRIPTION, ...changes }
        return this.message(burst.TYPE_DESCRIPTION, messages.DESCRIPTION, message)
    }

    event(code: number, value = 0): this {
        const message = { code, time_ms: this.sequence, value }
        return this.message(burst.TYPE_EVENT, messages.EVENT, message)
    }

    lines(records: readonly Uint8Array[], changes: Partial<BurstHeader> = {}): this {
        const header = {
            type: burst.TYPE_LINES,
            lines: records.length,
            ...changes,
        }
        return this.burst(header, concat(records))
    }

    end(changes: Partial<messages.End> = {}): this {
        return this.message(burst.TYPE_END, messages.END, {
            outcome: 0,
            lines_fired: 0,
            lines_sent: 0,
            lines_dropped_fifo: 0,
            lines_dropped_credit: 0,
            lines_dropped_crc: 0,
            lines_dropped_gate: 0,
            bursts_sent: 0,
            window_start_nm: DESCRIPTION.window_start_nm,
            window_end_nm: DESCRIPTION.window_end_nm,
            speed_error_ppm: 0,
            run: 1,
            ...changes,
        })
    }

    /** Adds any burst. The header is sealed with the changes applied. */
    burst(changes: Partial<BurstHeader>, payload: Uint8Array): this {
        const header: BurstHeader = {
            magic: burst.BURST_MAGIC,
            version: burst.PROTOCOL_VERSION,
            type: 0,
            header_length: burst.BURST_HEADER_LENGTH,
            flags: burst.FLAG_INSECURE,
            session: this.current,
            sequence: this.sequence,
            payload_length: payload.length,
            tick_us: 0,
            position_nm: 0,
            speed_nm_s: 0,
            speed_epoch: 0,
            lines: 0,
            dropped_fifo: 0,
            dropped_credit: 0,
            dropped_crc: 0,
            dropped_gate: 0,
            check: 0,
            tag_0: 0,
            tag_1: 0,
            tag_2: 0,
            tag_3: 0,
            ...changes,
        }
        const bytes = new Uint8Array(burst.BURST_HEADER_LENGTH + payload.length)
        writeFields(bytes, 0, burst.BURST_HEADER, header)
        sealHeader(bytes, HASH)
        bytes.set(payload, burst.BURST_HEADER_LENGTH)
        this.bursts.push(bytes)
        this.sequence = (header.sequence + 1) >>> 0
        return this
    }
}
