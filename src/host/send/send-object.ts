// The DICOM files of a run, and what must be known of each to send it.

import { closeSync, existsSync, openSync, readSync, statSync } from "node:fs"
import { join } from "node:path"

/** What is sent of a run, in this order: the reports refer to the pictures. */
export const SENT_FILES = ["pullback.dcm", "longitudinal.dcm", "report.dcm"] as const

export interface SendObject {
    /** The name of its file. */
    readonly name: string
    readonly path: string
    readonly bytes: number
    /** Where its data set begins, behind preamble and meta information. */
    readonly dataAt: number
    readonly transferSyntax: string
    readonly sopClass: string
    readonly uid: string
    readonly studyUid: string
    readonly seriesUid: string
}

/** A file that is not a DICOM file of this program; the message is one sentence. */
export class DicomFileError extends Error {}

/** The UIDs stand in front of the pixels, within this. */
const HEAD_BYTES = 1 << 20
const META_AT = 132
const SERIES_INSTANCE_UID = "0020000E"

/** The files of a run that can be sent. */
export function sentFilesIn(folder: string): string[] {
    return SENT_FILES.filter(name => existsSync(join(folder, name)))
}

/** @throws DicomFileError; an error of the disk */
export async function readObject(folder: string, name: string): Promise<SendObject> {
    const path = join(folder, name)
    const { size } = statSync(path)
    const head = headOf(path, size)
    const { data } = (await import("dcmjs")).default
    try {
        const dataAt = META_AT + 12 + head.readUInt32LE(META_AT + 8)
        const bytes = head.buffer.slice(head.byteOffset, head.byteOffset + head.length)
        const read = data.DicomMessage.readFile(bytes as ArrayBuffer, {
            untilTag: SERIES_INSTANCE_UID,
            includeUntilTagValue: true,
        })
        const text = (elements: typeof read.dict, tag: string): string => {
            const value = elements[tag]?.Value[0]
            if (typeof value !== "string" || value === "") throw new Error(`no ${tag}`)
            return value
        }
        return {
            ...{ name, path, bytes: size, dataAt },
            transferSyntax: text(read.meta, "00020010"),
            sopClass: text(read.dict, "00080016"),
            uid: text(read.dict, "00080018"),
            studyUid: text(read.dict, "0020000D"),
            seriesUid: text(read.dict, SERIES_INSTANCE_UID),
        }
    } catch {
        throw new DicomFileError(
            `The file ${name} is damaged; "ivus replay" makes the results of the run again.`
        )
    }
}

function headOf(path: string, size: number): Buffer {
    const head = Buffer.alloc(Math.min(size, HEAD_BYTES))
    const fd = openSync(path, "r")
    try {
        return head.subarray(0, readSync(fd, head, 0, head.length, 0))
    } finally {
        closeSync(fd)
    }
}
