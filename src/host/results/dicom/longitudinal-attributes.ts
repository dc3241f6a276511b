// The attributes of longitudinal.dcm: the longitudinal view as a Secondary Capture Image (DICOM PS3.3 A.8.1).

import type { ReceivedRun } from "../../run/run-target"
import { verdictOf } from "../verdict"
import type { DicomResults, PictureSize } from "./dicom-attributes"
import {
    commonAttributes,
    deviceOf,
    type DicomAbout,
    type DicomAttributes,
    type DicomReference,
    decimal,
    NOT_CLINICAL,
    runStateOf,
} from "./dicom-common"

const SECONDARY_CAPTURE = "1.2.840.10008.5.1.4.1.1.7"

/**
 * @param picture size and scale; the horizontal axis is the measured position
 * @param pullback the frames that it is cut from; null if their file could not be written
 * @returns all attributes except the pixels and the SOPInstanceUID, which {@link singlePicture} adds
 */
export function longitudinalAttributes(
    run: ReceivedRun,
    about: DicomAbout,
    results: DicomResults,
    picture: PictureSize,
    pullback: DicomReference | null
): DicomAttributes {
    const { fixedDirection } = results
    const spacing = [decimal(picture.mmPerPxY), decimal(picture.mmPerPxX)]
    const cut = fixedDirection
        ? "Depth downwards from the catheter's centre"
        : "Cut through the catheter's centre, the upper half looks up in the cross-sections"
    return {
        ...commonAttributes(deviceOf(run), about, results.dataHash, "longitudinal"),
        ImageType: ["DERIVED", "SECONDARY"],
        SOPClassUID: SECONDARY_CAPTURE,
        SeriesDescription: "IVUS pullback, longitudinal view",
        InstanceNumber: "1",
        // Drawn by a workstation, from digital data (C.8.6.1).
        ConversionType: "WSD",
        ...{ Laterality: "", PatientOrientation: "" },
        ImageComments: `${NOT_CLINICAL} ${runStateOf(verdictOf(run))}${cut}; the start of the pullback, which is distal, is on the left.`,
        DerivationDescription: "Longitudinal cut, laid out by the measured position of the sled",
        ...(pullback && { SourceImageSequence: [pullback] }),
        // Some readers take the spacing of a Secondary Capture from the one, some from the other.
        ...{ PixelSpacing: spacing, NominalScannedPixelSpacing: spacing },
        ...{ SamplesPerPixel: 1, PhotometricInterpretation: "MONOCHROME2" },
        ...{ Rows: picture.heightPx, Columns: picture.widthPx },
        ...{ BitsAllocated: 8, BitsStored: 8, HighBit: 7 },
        ...{ PixelRepresentation: 0, BurnedInAnnotation: "NO" },
        LossyImageCompression: "00",
    }
}
