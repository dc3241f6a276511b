// Responsible for: whether a payload is what its burst says: the CRC-32C of a message, or CRC-32C or digest of each line.
// Not for: headers (../../wire/burst.ts), or what the bytes mean.

import { createHash } from "node:crypto"
import { crc32c } from "@node-rs/crc32"
import * as burst from "../../shared/protocol/burst"
import { getNumber, putNumber } from "../../shared/protocol/bytes"
import {
    LINE_CRC_LENGTH,
    LINE_DIGEST,
    LINE_FLAGS_AT,
    LINE_SAMPLES_AT,
    recordLength,
} from "../../shared/acquisition/line-record"
import type { BurstHeader } from "./burst-header"

/** Of the CRC-32C that ends each line and each message. */
const CRC_LENGTH = 4

/** What a payload turned out to be. */
export interface Content {
    readonly damaged: boolean
    /** Line bursts: which records have a right CRC or digest. Empty for other types, and where no records can be told apart. */
    readonly goodLines: readonly boolean[]
}

const DAMAGED: Content = { damaged: true, goodLines: [] }
const WHOLE: Content = { damaged: false, goodLines: [] }

/** Judges payloads; it keeps what records of the latest length add up to. */
export class PayloadCheck {
    /** The records that {@link expectedCrcs} are of. */
    private sample = validRecord(recordLength(0))
    /** By the number of records: the CRC-32C of that many right ones, one after the other. */
    private expectedCrcs = [0]
    /** By the number of lines: what a burst is of which all are right. */
    private readonly allGood: Content[] = []

    validate(header: BurstHeader, payload: Uint8Array): Content {
        if (header.type !== burst.TYPE_LINES) return crcMatches(payload) ? WHOLE : DAMAGED
        const { lines } = header
        if (lines === 0) return payload.length > 0 ? DAMAGED : WHOLE
        const length = payload.length / lines
        if (!Number.isInteger(length) || length <= recordLength(0)) return DAMAGED
        if (this.allLinesGood(payload, lines, length))
            return (this.allGood[lines] ??= {
                damaged: false,
                goodLines: new Array<boolean>(lines).fill(true),
            })
        const goodLines = Array.from({ length: lines }, (_, i) =>
            isValidLine(payload.subarray(i * length, (i + 1) * length))
        )
        return { damaged: goodLines.includes(false), goodLines }
    }

    /**
     * All records at once, in one call of the library instead of one a line, which would take four times as long. A
     * record with its own right CRC behind it takes the CRC of a stream from one value to another that depends on its
     * length only, whatever is in it; so that of right records is known beforehand. One damaged record always makes
     * another; of several, one case in 2^32 does not, as of one that is looked at alone.
     */
    private allLinesGood(payload: Uint8Array, lines: number, length: number): boolean {
        for (let at = 0; at < payload.length; at += length)
            if (!lengthMatchesSamples(payload, at, length) || usesDigest(payload, at)) return false
        return crc32c(payload) === this.expectedCrc(lines, length)
    }

    private expectedCrc(lines: number, length: number): number {
        const { expectedCrcs: sums } = this
        if (this.sample.length !== length) {
            this.sample = validRecord(length)
            sums.length = 1
        }
        while (sums.length <= lines) sums.push(crc32c(this.sample, sums[sums.length - 1]))
        return sums[lines]!
    }
}

/** Zeros and their CRC. */
function validRecord(length: number): Uint8Array {
    const record = new Uint8Array(length)
    const end = length - CRC_LENGTH
    putNumber(record, end, "u32", crc32c(record.subarray(0, end)))
    return record
}

/** A message as long as a line has a right CRC too, but not this number of samples, of one byte or of two. */
function lengthMatchesSamples(bytes: Uint8Array, at: number, length: number): boolean {
    const samples = getNumber(bytes, at + LINE_SAMPLES_AT, "u16")
    return recordLength(samples) === length || recordLength(2 * samples) === length
}

function isValidLine(record: Uint8Array): boolean {
    if (!lengthMatchesSamples(record, 0, record.length)) return false
    return usesDigest(record, 0) ? digestMatches(record) : crcMatches(record)
}

/** Whether the record at `at` ends with a digest: its front end computes no CRC. */
function usesDigest(bytes: Uint8Array, at: number): boolean {
    return (getNumber(bytes, at + LINE_FLAGS_AT, "u16") & LINE_DIGEST) !== 0
}

const NO_DIGEST = new Uint8Array(LINE_CRC_LENGTH)

/** The first bytes of SHA-256 over the record with zeros in their place. */
function digestMatches(record: Uint8Array): boolean {
    const end = record.length - LINE_CRC_LENGTH
    const digest = createHash("sha256").update(record.subarray(0, end)).update(NO_DIGEST).digest()
    return digest.compare(record, end, record.length, 0, LINE_CRC_LENGTH) === 0
}

/** Messages, and the lines of a line engine, end with a CRC-32C over all before it. */
function crcMatches(bytes: Uint8Array): boolean {
    const end = bytes.length - CRC_LENGTH
    if (end < 0) return false
    return crc32c(bytes.subarray(0, end)) === getNumber(bytes, end, "u32")
}
