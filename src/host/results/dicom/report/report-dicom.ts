// report.dcm: the measurements of a run as a structured report.

import type { MeasuredRun } from "../../measured-run"
import { type DicomReference, hashOf, uidOf } from "../dicom-common"
import { dicomHead, EXPLICIT_LITTLE_ENDIAN } from "../dicom-head"
import { reportAttributes } from "./report-attributes"

export const REPORT_NAME = "report.dcm"

/**
 * @param pullback the pictures that were measured; null if their file could not be written
 * @param headOf encodes all attributes
 */
export async function reportDicom(
    measured: MeasuredRun,
    pullback: DicomReference | null,
    headOf: typeof dicomHead = dicomHead
): Promise<Uint8Array> {
    const attributes = reportAttributes(measured, pullback)
    const SOPInstanceUID = uidOf(hashOf(JSON.stringify(attributes)))
    return headOf({ ...attributes, SOPInstanceUID }, EXPLICIT_LITTLE_ENDIAN)
}
