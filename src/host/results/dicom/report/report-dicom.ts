// report.dcm: the measurements of a run as a structured report.

import { setImmediate as yieldToEventLoop } from "node:timers/promises"
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
    // Each of these steps takes some tens of ms for the longest runs: other events run between them.
    const attributes = reportAttributes(measured, pullback)
    await yieldToEventLoop()
    const SOPInstanceUID = uidOf(hashOf(JSON.stringify(attributes)))
    await yieldToEventLoop()
    return headOf({ ...attributes, SOPInstanceUID }, EXPLICIT_LITTLE_ENDIAN)
}
