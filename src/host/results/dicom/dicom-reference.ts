// Reads which object a DICOM file holds, so that another one can refer to it.

import { closeSync, openSync, readSync } from "node:fs"
import type { DicomReference } from "./dicom-common"

/** The file meta information (PS3.10, 7.1) is at the beginning: preamble, "DICM", and some 300 bytes. */
const HEAD_BYTES = 1024
const [MAGIC_AT, ELEMENTS_AT] = [128, 132]
const META_GROUP = 0x0002
const [SOP_CLASS, SOP_INSTANCE] = [0x0002, 0x0003]
/** Value representations whose length has 32 bits, behind two zero bytes; of those that the meta information uses. */
const LONG = ["OB", "UN"]

/** @returns null where there is no such file, or it is none of DICOM */
export function dicomReferenceIn(path: string): DicomReference | null {
    const head = headOf(path)
    if (head?.toString("latin1", MAGIC_AT, ELEMENTS_AT) !== "DICM") return null
    const uids = new Map<number, string>()
    for (let at = ELEMENTS_AT; at + 12 <= head.length;) {
        if (head.readUInt16LE(at) !== META_GROUP) break
        const isLong = LONG.includes(head.toString("latin1", at + 4, at + 6))
        const length = isLong ? head.readUInt32LE(at + 8) : head.readUInt16LE(at + 6)
        const from = at + (isLong ? 12 : 8)
        const value = head.toString("latin1", from, from + length)
        uids.set(head.readUInt16LE(at + 2), value.replace(/\0$/, ""))
        at = from + length
    }
    const [sopClass, sopInstance] = [uids.get(SOP_CLASS), uids.get(SOP_INSTANCE)]
    if (!sopClass || !sopInstance) return null
    return { ReferencedSOPClassUID: sopClass, ReferencedSOPInstanceUID: sopInstance }
}

function headOf(path: string): Buffer | undefined {
    try {
        const fd = openSync(path, "r")
        try {
            const head = Buffer.alloc(HEAD_BYTES)
            return head.subarray(0, readSync(fd, head, 0, HEAD_BYTES, 0))
        } finally {
            closeSync(fd)
        }
    } catch {
        return undefined
    }
}
