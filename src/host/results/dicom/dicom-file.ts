// Responsible for: the bytes of a multi-frame DICOM file, of which the pictures come one by one.
// Not for: what it says (dicom-attributes.ts), naming or opening it.

import { createHash } from "node:crypto"
import { type DicomAttributes, uidOf, US_MULTI_FRAME } from "./dicom-attributes"

const EXPLICIT_LITTLE_ENDIAN = "1.2.840.10008.1.2.1"
/** PixelData (7FE0,0010), OB, two bytes that are zero; its length follows. */
const PIXEL_DATA = [0xe0, 0x7f, 0x10, 0x00, 0x4f, 0x42, 0x00, 0x00]
/** 0xffffffff means that the length is not known. */
const PIXELS_MAX_BYTES = 0xfffffffe

/** A file that takes its pictures one by one: a thousand of them are more than a run may hold at once. */
export interface DicomFile {
    /** What a reader of the summary should know of it; null where it is as usual. */
    readonly note: string | null
    /** In their order. @param greys of a picture of the size of the first */
    add(greys: Uint8Array): void
    /** After the last picture. */
    end(): void
}

/**
 * @param attributes all but the pixels
 * @param pixelBytes of all pictures together
 * @param open begins the file; what it returns takes its bytes
 */
export async function dicomFile(
    attributes: DicomAttributes,
    pixelBytes: number,
    open: () => (bytes: Uint8Array) => void
): Promise<DicomFile> {
    if (pixelBytes > PIXELS_MAX_BYTES)
        return {
            note: `there is NO pullback.dcm: a DICOM file holds 4.29 GB of pictures, and these are ${(pixelBytes / 1e9).toFixed(2)} GB; the cross-sections are all there as PNG`,
            add: () => undefined,
            end: () => undefined,
        }
    const head = await dicomHead(attributes, pixelBytes)
    const write = open()
    write(head)
    let left = pixelBytes
    return {
        note: null,
        add(greys) {
            left -= greys.length
            write(greys)
        },
        end() {
            if (left !== 0) throw new Error(`pullback.dcm is ${left} bytes short of its pictures`)
            // An element is of an even length (PS3.5, 7.1.1).
            if (pixelBytes % 2) write(new Uint8Array(1))
        },
    }
}

/** Preamble, meta information, data set, and the head of the element of pixels. */
async function dicomHead(attributes: DicomAttributes, pixelBytes: number): Promise<Uint8Array> {
    // A tenth of a second that only a run with results takes.
    const { data } = (await import("dcmjs")).default
    const { DicomDict, DicomMetaDictionary } = data
    const meta = DicomMetaDictionary.denaturalizeDataset({
        FileMetaInformationVersion: new Uint8Array([0, 1]).buffer,
        MediaStorageSOPClassUID: US_MULTI_FRAME,
        MediaStorageSOPInstanceUID: attributes.SOPInstanceUID,
        TransferSyntaxUID: EXPLICIT_LITTLE_ENDIAN,
        ImplementationClassUID: uidOf(createHash("sha256").update("IVUS cart controller").digest()),
        ImplementationVersionName: "IVUS-CART",
    })
    const file = new DicomDict(meta)
    file.dict = DicomMetaDictionary.denaturalizeDataset(attributes)
    const pixels = Buffer.alloc(PIXEL_DATA.length + 4)
    pixels.set(PIXEL_DATA)
    pixels.writeUInt32LE(pixelBytes + (pixelBytes % 2), PIXEL_DATA.length)
    return Buffer.concat([Buffer.from(file.write()), pixels])
}
