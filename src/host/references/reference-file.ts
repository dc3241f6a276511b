// Encodes a ring-down reference as a JSON file with version and CRC, and validates one on reading.

import { crc32c } from "@node-rs/crc32"
import * as v from "valibot"
import type { RingDownReference } from "../picture/picture"
import type { ReferenceKey } from "./reference-key"
import { parseJson } from "../json-text"

/** A file is damaged or not a reference; the message is a clause that says why. */
export class ReferenceError extends Error {}

export interface StoredReference {
    readonly key: ReferenceKey
    /** When it was captured, ms since 1970 UTC. */
    readonly capturedMs: number
    readonly ringDown: RingDownReference
}

const FORMAT = "ivus ring-down reference"
/** 2: the key has a TGC curve instead of start and slope. */
const VERSION = 2
/**
 * A longer file cannot be a reference: 4096 lines of 8192 samples would be 45 MB, and a ring-down zone is a twentieth of
 * that.
 */
export const FILE_MAX_BYTES = 4 << 20

const uint32 = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(0xffffffff))
/** Loose, since the CRC and the file name cover fields of other versions too. */
const keySchema = v.looseObject({
    catheter: v.string(),
    serial: uint32,
    centreFrequencyKhz: uint32,
    linesPerFrame: uint32,
    samplesPerLine: uint32,
    sampleSpacingNm: uint32,
    tgc: v.string(),
    catheterRadiusUm: uint32,
    ringDownUm: uint32,
    tableCrc: uint32,
    firmwareVersion: uint32,
}) satisfies v.GenericSchema<unknown, ReferenceKey>
const fileSchema = v.looseObject({ format: v.literal(FORMAT), version: v.unknown() })
/** A file's content, without format, version and CRC. */
const bodySchema = v.looseObject({
    key: keySchema,
    captured: v.string(),
    frames: uint32,
    firstSample: uint32,
    endSample: uint32,
    codes: v.string(),
})

/** One JSON object; its field `crc32c` is over the text of the same object without that field. */
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

/** @throws ReferenceError for text that is not a reference, of another version, damaged, or inconsistent */
export function decodeReference(text: string): StoredReference {
    let parsed: unknown
    try {
        parsed = parseJson(text)
    } catch {
        throw damaged("it is not valid JSON")
    }
    const file = v.safeParse(fileSchema, parsed)
    if (!file.success) throw new ReferenceError("it is not a ring-down reference")
    if (file.output.version !== VERSION)
        throw new ReferenceError(
            `it has version ${String(file.output.version)}, and only version ${VERSION} can be read`
        )
    // The CRC is over the fields in the order of the file.
    const { crc32c: crc, ...body } = parsed as Record<string, unknown>
    if (crc !== crcOf(body)) throw damaged("its CRC is wrong")
    return decodeBody(body)
}

/** Validates the content: a valid CRC does not exclude a file from a faulty program. */
function decodeBody(content: object): StoredReference {
    const body = v.safeParse(bodySchema, content)
    if (!body.success) throw damaged(defectText(body.issues[0]))
    const { key, captured, frames, firstSample, endSample } = body.output
    const capturedMs = Date.parse(captured)
    if (Number.isNaN(capturedMs)) throw damaged("its date is invalid")
    if (frames < 1 || firstSample > endSample || endSample > key.samplesPerLine)
        throw damaged("its zone is outside of the line")
    const codes = Uint8Array.from(Buffer.from(body.output.codes, "base64"))
    if (codes.length !== key.linesPerFrame * (endSample - firstSample))
        throw damaged("its samples do not fill its zone")
    return { key, capturedMs, ringDown: { firstSample, endSample, codes, frames } }
}

function defectText({ path }: v.BaseIssue<unknown>): string {
    const [field, setting] = (path ?? []).map(item => String(item.key))
    if (field === "key")
        return setting === undefined
            ? "its settings are missing"
            : `its setting "${setting}" is missing or invalid`
    if (field === "captured") return "its date is invalid"
    if (field === "codes") return "its samples do not fill its zone"
    return "its zone is outside of the line"
}

function crcOf(body: object): number {
    return crc32c(JSON.stringify(body))
}

function damaged(why: string): ReferenceError {
    return new ReferenceError(`it is damaged (${why})`)
}
