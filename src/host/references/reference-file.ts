// Responsible for: a ring-down reference as a file: version, CRC, and what is refused on reading.
// Not for: where the files lie (reference-store.ts).

import { crc32c } from "@node-rs/crc32"
import type { RingDownReference } from "../picture/picture"
import { KEY_FIELDS, type ReferenceKey } from "./reference-key"

/** A file is damaged or no reference; the message says which and what to do. */
export class ReferenceError extends Error {}

export interface StoredReference {
    readonly key: ReferenceKey
    /** When it was captured, ms since 1970 UTC. */
    readonly capturedMs: number
    readonly ringDown: RingDownReference
}

const FORMAT = "ivus ring-down reference"
/** 2: the key has a curve of time gain in place of start and slope. */
const VERSION = 2
/** A longer file is none of ours: 4096 lines of 8192 samples would be 45 MB, a ring-down zone is a twentieth of that. */
export const FILE_MAX_BYTES = 4 << 20

/** JSON, one object; `crc32c` is over the text of the same object without it. */
export function encodeReference(stored: StoredReference): string {
    const { key, capturedMs, ringDown } = stored
    const body = {
        format: FORMAT,
        version: VERSION,
        captured: new Date(capturedMs).toISOString(),
        key,
        frames: ringDown.frames,
        firstSample: ringDown.firstSample,
        endSample: ringDown.endSample,
        codes: Buffer.from(ringDown.codes).toString("base64"),
    }
    return JSON.stringify({ ...body, crc32c: crcOf(body) }, undefined, 1) + "\n"
}

/**
 * @throws ReferenceError when it is not one, of another version, damaged, or contradicts itself
 */
export function decodeReference(text: string): StoredReference {
    let parsed: unknown
    try {
        parsed = JSON.parse(text)
    } catch {
        throw damaged("it is no JSON")
    }
    if (!isObject(parsed) || parsed.format !== FORMAT)
        throw new ReferenceError("it is no ring-down reference")
    if (parsed.version !== VERSION)
        throw new ReferenceError(
            `it has version ${String(parsed.version)}, and only version ${VERSION} can be read`
        )
    const { crc32c: crc, ...body } = parsed
    if (crc !== crcOf(body)) throw damaged("its CRC is wrong")
    return read(body)
}

/** What has a right CRC may still come from a program that was wrong. */
function read(body: Record<string, unknown>): StoredReference {
    const key = readKey(body.key)
    const capturedMs = Date.parse(String(body.captured))
    if (Number.isNaN(capturedMs)) throw damaged("its date is none")
    const { frames, firstSample, endSample } = body
    if (
        !isCount(frames, 1, 0xffffffff) ||
        !isCount(firstSample, 0, key.samplesPerLine) ||
        !isCount(endSample, firstSample, key.samplesPerLine)
    )
        throw damaged("its zone lies outside of a line")
    const codes = Uint8Array.from(Buffer.from(String(body.codes), "base64"))
    if (codes.length !== key.linesPerFrame * (endSample - firstSample))
        throw damaged("its samples do not fill its zone")
    return {
        key,
        capturedMs,
        ringDown: { firstSample, endSample, codes, frames },
    }
}

function readKey(value: unknown): ReferenceKey {
    if (!isObject(value)) throw damaged("its settings are missing")
    for (const field of KEY_FIELDS) {
        const good =
            field === "catheter" || field === "tgc"
                ? typeof value[field] === "string"
                : isCount(value[field], 0, 0xffffffff)
        if (!good) throw damaged(`its setting "${field}" is none`)
    }
    return value as unknown as ReferenceKey
}

function crcOf(body: object): number {
    return crc32c(JSON.stringify(body))
}

function damaged(why: string): ReferenceError {
    return new ReferenceError(`it is damaged (${why})`)
}

function isObject(value: unknown): value is Record<string, unknown> {
    return typeof value === "object" && value !== null && !Array.isArray(value)
}

function isCount(value: unknown, min: number, max: number): value is number {
    return Number.isInteger(value) && Number(value) >= min && Number(value) <= max
}
