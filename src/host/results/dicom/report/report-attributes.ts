// The attributes of report.dcm: a Comprehensive SR (DICOM PS3.3 A.35.3).

import type { Edits } from "../../../measure/edits"
import type { MeasuredRun } from "../../measured-run"
import {
    commonAttributes,
    type DicomAttributes,
    type DicomReference,
    MODEL_NAME,
    uidsOf,
} from "../dicom-common"
import { dateAttributes } from "../dicom-dates"
import { OWN_SCHEME } from "./codes"
import { reportContent } from "./report-content"

const COMPREHENSIVE_SR = "1.2.840.10008.5.1.4.1.1.88.33"

/**
 * @param pullback the pictures that were measured; null if their file could not be written
 * @returns all attributes except the SOPInstanceUID
 */
export function reportAttributes(
    measured: MeasuredRun,
    pullback: DicomReference | null
): DicomAttributes {
    const { about, results, provenance, summary, edits } = measured
    const common = commonAttributes(provenance, about, results.dataHash, "report")
    const { AcquisitionDate, AcquisitionTime, AcquisitionDateTime, ...document } = common
    void [AcquisitionDate, AcquisitionTime, AcquisitionDateTime]
    return {
        ...document,
        Modality: "SR",
        SOPClassUID: COMPREHENSIVE_SR,
        SeriesDescription: "IVUS pullback, measurements",
        InstanceNumber: "1",
        ReferencedPerformedProcedureStepSequence: [],
        PerformedProcedureCodeSequence: [],
        ...contentDate(edits, about.dateMs),
        ...(summary.complete
            ? { CompletionFlag: "COMPLETE" }
            : {
                  CompletionFlag: "PARTIAL",
                  // A long string (LO) has 64 characters.
                  CompletionFlagDescription: `The run is ${summary.verdict}`,
              }),
        ...verificationOf(measured),
        ...(pullback && {
            CurrentRequestedProcedureEvidenceSequence: [evidence(measured, pullback)],
        }),
        CodingSchemeIdentificationSequence: [
            {
                CodingSchemeDesignator: OWN_SCHEME,
                CodingSchemeName: `${MODEL_NAME}, concepts of its own`,
            },
        ],
        ContentTemplateSequence: [{ MappingResource: "DCMR", TemplateIdentifier: "3250" }],
        ...reportContent(measured, pullback),
    }
}

/** That of the latest change by a person, else that of the run. */
function contentDate({ history }: Edits, dateMs: number): DicomAttributes {
    const changed = history.map(({ date }) => Date.parse(date))
    const { ContentDate, ContentTime } = dateAttributes(Math.max(dateMs, ...changed))
    return { ContentDate, ContentTime }
}

/** A report is verified if a person has accepted the measurements of all frames. */
function verificationOf({ edits, segment }: MeasuredRun): DicomAttributes {
    const accepted = edits.accepted.at(-1)
    if (!accepted || segment.frames === 0 || segment.framesAccepted < segment.frames)
        return { VerificationFlag: "UNVERIFIED" }
    const { AcquisitionDateTime } = dateAttributes(Date.parse(accepted.date))
    return {
        VerificationFlag: "VERIFIED",
        VerifyingObserverSequence: [
            {
                VerifyingObserverName: accepted.by,
                VerifyingObserverIdentificationCodeSequence: [],
                VerifyingOrganization: "not stated",
                VerificationDateTime: AcquisitionDateTime,
            },
        ],
    }
}

function evidence({ about, results }: MeasuredRun, pullback: DicomReference): DicomAttributes {
    const { StudyInstanceUID, SeriesInstanceUID } = uidsOf(about, results.dataHash, "pullback")
    return {
        StudyInstanceUID,
        ReferencedSeriesSequence: [{ SeriesInstanceUID, ReferencedSOPSequence: [pullback] }],
    }
}
