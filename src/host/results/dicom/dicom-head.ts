// What stands in front of the pictures in a DICOM file, or all of one without pictures: preamble, meta information and data set,
// encoded by dcmjs.

import { createHash } from "node:crypto"
import { type DicomAttributes, uidOf } from "./dicom-common"

/** JPEG-LS without loss; the data set is explicit little endian. */
export const JPEG_LS_LOSSLESS = "1.2.840.10008.1.2.4.80"
/** Without pictures. */
export const EXPLICIT_LITTLE_ENDIAN = "1.2.840.10008.1.2.1"

/** @param attributes all except the pixels */
export async function dicomHead(
    attributes: DicomAttributes,
    transferSyntax = JPEG_LS_LOSSLESS
): Promise<Uint8Array<ArrayBuffer>> {
    // Loading dcmjs takes 0.1 s, so only runs with results load it.
    const { data } = (await import("dcmjs")).default
    const { DicomDict, DicomMetaDictionary } = data
    const meta = DicomMetaDictionary.denaturalizeDataset({
        FileMetaInformationVersion: new Uint8Array([0, 1]).buffer,
        MediaStorageSOPClassUID: attributes.SOPClassUID,
        MediaStorageSOPInstanceUID: attributes.SOPInstanceUID,
        TransferSyntaxUID: transferSyntax,
        ImplementationClassUID: uidOf(createHash("sha256").update("IVUS cart controller").digest()),
        ImplementationVersionName: "IVUS-CART",
    })
    const file = new DicomDict(meta)
    file.dict = DicomMetaDictionary.denaturalizeDataset(attributes)
    return new Uint8Array(file.write())
}
