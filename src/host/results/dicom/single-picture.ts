// A DICOM file with one picture, which is not compressed: every reader takes it, also where it is noise, which JPEG-LS makes larger.

import { type DicomAttributes, hashOf, uidOf } from "./dicom-common"
import { dicomHead, EXPLICIT_LITTLE_ENDIAN } from "./dicom-head"

/** PixelData (7FE0,0010), OB, two zero bytes; the length follows. */
const PIXEL_DATA = [0xe0, 0x7f, 0x10, 0x00, 0x4f, 0x42, 0x00, 0x00]

/**
 * @param attributes all but the pixels and the SOPInstanceUID, which follows from them and from the picture
 * @param greys row after row, 8 bits each
 * @param headOf encodes all attributes
 */
export async function singlePicture(
    attributes: DicomAttributes,
    greys: Uint8Array,
    headOf: typeof dicomHead = dicomHead
): Promise<Uint8Array> {
    const SOPInstanceUID = uidOf(hashOf(JSON.stringify(attributes), greys))
    const head = await headOf({ ...attributes, SOPInstanceUID }, EXPLICIT_LITTLE_ENDIAN)
    const padding = greys.length % 2
    const length = Buffer.alloc(4)
    length.writeUInt32LE(greys.length + padding)
    return Buffer.concat([
        ...[head, Uint8Array.from(PIXEL_DATA), length],
        ...[greys, new Uint8Array(padding)],
    ])
}
