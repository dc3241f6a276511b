// Writes a multi-frame DICOM file whose pictures are added one by one.

import { createHash } from "node:crypto"
import { type DicomAttributes, uidOf, US_MULTI_FRAME } from "./dicom-attributes"

const EXPLICIT_LITTLE_ENDIAN = "1.2.840.10008.1.2.1"
/** PixelData (7FE0,0010), OB, two zero bytes; the length follows. */
const PIXEL_DATA = [0xe0, 0x7f, 0x10, 0x00, 0x4f, 0x42, 0x00, 0x00]
/** 0xffffffff: undefined length. */
const PIXELS_MAX_BYTES = 0xfffffffe

/** A file to which pictures are added one by one, because all of them may not fit into memory. */
export interface DicomFile {
    /** Message for the summary if there is no file, else null. */
    readonly note: string | null
    /** Adds the next picture. @param greys as many as in the first picture */
    add(greys: Uint8Array): void
    /** Ends the file. @throws when pictures are missing */
    end(): void
}

/**
 * Starts a file.
 * @param attributes all attributes except the pixels
 * @param pixelBytes total size of all pictures
 * @param open creates the file and returns the function that appends bytes to it
 */
export async function dicomFile(
    attributes: DicomAttributes,
    pixelBytes: number,
    open: () => (bytes: Uint8Array) => void
): Promise<DicomFile> {
    if (pixelBytes > PIXELS_MAX_BYTES)
        return {
            note: `NO pullback.dcm: the pictures have ${(pixelBytes / 1e9).toFixed(2)} GB, and a DICOM file holds at most 4.29 GB; use the PNG files of the cross-sections`,
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
            // Elements have an even length (PS3.5, 7.1.1).
            if (pixelBytes % 2) write(new Uint8Array(1))
        },
    }
}

/** Preamble, meta information, data set, and the header of PixelData. */
async function dicomHead(attributes: DicomAttributes, pixelBytes: number): Promise<Uint8Array> {
    // Loading dcmjs takes 0.1 s, so only runs with results load it.
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
