// Measures how fast the host receives a capture, compared with CRC-32C over the same bytes.

import { createHmac } from "node:crypto"
import { crc32c } from "@node-rs/crc32"
import { BurstStream } from "../../src/host/link/burst-stream"
import { hasValidTag, tagOf } from "../../src/host/link/seal"
import { record, TestBoard } from "../../src/host/link/testing/test-board"
import { RunReceiver } from "../../src/host/run/run-receiver"
import { BURST_HEADER_LENGTH, TAG_AT } from "../../src/shared/protocol/burst"
import {
    LINE_AT_SPEED,
    LINE_CRC_LENGTH,
    LINE_EPOCH_SHIFT,
    recordLength,
} from "../../src/shared/acquisition/line-record"
import { KEY_LENGTH } from "../../src/shared/protocol/session"

const SAMPLES = 256
const LINES_PER_FRAME = 256
const LINES_PER_BURST = 42
const BURSTS = 2000
/** Chunk size of a socket. */
const CHUNK = 1 << 16
const ROUNDS = 15
/** Bytes of a record covered by its CRC. */
const COVERED = recordLength(SAMPLES) - LINE_CRC_LENGTH

/** MB of the capture per second of CPU time, best of {@link ROUNDS}. */
export interface DecodeRates {
    /** CRC-32C, one call over everything. */
    readonly crc: number
    /** One call per line. */
    readonly crcByLine: number
    /** HMAC-SHA-256, one per burst. */
    readonly tags: number
    /** Bursts found and cut, headers and every line checked; without and with tags. */
    readonly checked: number
    readonly checkedSealed: number
    /** With frames assembled. */
    readonly assembled: number
    readonly assembledSealed: number
}

/** A run of lines as sent by a board with this key. */
function capture(key: Uint8Array): { bytes: Uint8Array; lines: number } {
    const board = new TestBoard().hello().describe({
        samples_per_line: SAMPLES,
        lines_per_frame: LINES_PER_FRAME,
        record_length: recordLength(SAMPLES),
    })
    const samples = new Uint8Array(SAMPLES)
    let line = 0
    for (let b = 0; b < BURSTS; b++) {
        const records = Array.from({ length: LINES_PER_BURST }, () => {
            for (let k = 0; k < SAMPLES; k++)
                samples[k] = (line * 31 + k * 7 + ((k * k * line) >> 4)) & 0xff
            const bytes = record(
                {
                    line,
                    frame: Math.floor(line / LINES_PER_FRAME) & 0xffff,
                    index: line % LINES_PER_FRAME,
                    tick_us: 22 * line,
                    position_counts: line,
                    flags: LINE_AT_SPEED | (1 << LINE_EPOCH_SHIFT),
                    samples: SAMPLES,
                },
                samples
            )
            line++
            return bytes
        })
        board.lines(records, { speed_epoch: 1 })
    }
    board.end({ lines_fired: line, lines_sent: line })
    for (const burst of board.bursts) burst.set(tagOf(key, burst), TAG_AT)
    return { bytes: board.bytes(), lines: line }
}

/** @throws Error if the received data differ from the sent ones */
export function decodeRates(): DecodeRates {
    const key = new Uint8Array(KEY_LENGTH).fill(0x5a)
    const { bytes, lines } = capture(key)
    const chunks: Uint8Array[] = []
    for (let at = 0; at < bytes.length; at += CHUNK) chunks.push(bytes.subarray(at, at + CHUNK))
    const bursts: Uint8Array[] = []
    const find = new BurstStream(b => bursts.push(b.bytes))
    find.push(bytes)

    const check = (sealed: boolean): void => {
        let good = 0
        const stream = new BurstStream(
            ({ goodLines }) => {
                if (!goodLines.includes(false)) good += goodLines.length
            },
            sealed ? b => hasValidTag(key, b.bytes) : undefined
        )
        for (const chunk of chunks) stream.push(chunk)
        if (good !== lines) throw new Error(`${good} of ${lines} lines`)
    }
    const assemble = (sealed: boolean): void => {
        const receiver = new RunReceiver(
            {},
            sealed
                ? {
                      receive: () => undefined,
                      isTrusted: b => hasValidTag(key, b.bytes),
                  }
                : undefined
        )
        for (const chunk of chunks) receiver.push(chunk)
        receiver.finish()
        const { counts } = receiver.assembler!
        if (counts.received !== lines || counts.missing !== 0)
            throw new Error(`${counts.received} of ${lines} lines in frames`)
    }
    const works = {
        crc: () => void crc32c(bytes),
        crcByLine: () => {
            for (const burst of bursts)
                for (
                    let at = BURST_HEADER_LENGTH;
                    at + COVERED < burst.length;
                    at += recordLength(SAMPLES)
                )
                    crc32c(burst.subarray(at, at + COVERED))
        },
        tags: () => {
            for (const burst of bursts) createHmac("sha256", key).update(burst).digest()
        },
        checked: () => check(false),
        checkedSealed: () => check(true),
        assembled: () => assemble(false),
        assembledSealed: () => assemble(true),
    }
    const rates = Object.fromEntries(Object.keys(works).map(name => [name, 0])) as Record<
        keyof DecodeRates,
        number
    >
    // Alternates the measurements, so that other load on the machine affects all alike.
    for (let round = 0; round < ROUNDS; round++)
        for (const name of Object.keys(works) as (keyof DecodeRates)[]) {
            const before = process.cpuUsage()
            works[name]()
            const { user, system } = process.cpuUsage(before)
            rates[name] = Math.max(rates[name], bytes.length / (user + system))
        }
    return rates
}
