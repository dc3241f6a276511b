// What the DICOM files of one run have in common: patient, study, series, equipment and identifiers.
//
// Date, patient and study are those that were given; everything else follows from what was received, so that a replay with the
// same ones gives the same file.

import { createHash } from "node:crypto"
import { PROGRAM_VERSION, versionText } from "../../../shared/versions"
import { boardIdOf } from "../../link/host-identity"
import type { ReceivedRun } from "../../run/run-target"
import type { RunAbout } from "../../runs/run-about"
import type { Provenance } from "../measured-run"
import type { RunVerdict } from "../verdict"
import { dateAttributes, dateIdOf } from "./dicom-dates"

/** Values by keyword (PS3.6); an empty value is unknown. */
export type DicomAttributes = Readonly<Record<string, unknown>>

/** What was given for a run. */
export type DicomAbout = Pick<RunAbout, "dateMs" | "patient" | "study" | "studyDateMs">

/** An object that another one refers to. */
export interface DicomReference {
    readonly ReferencedSOPClassUID: string
    readonly ReferencedSOPInstanceUID: string
}

export const MODEL_NAME = "IVUS cart controller"
export const NOT_CLINICAL = "Investigational, not for clinical use."
/** A short string (SH) has 16 characters; some readers count bytes. */
const STUDY_ID_MAX = 16

/** The series of a run: the number of each follows that of the run's time, so that viewers show them in this order. */
const SERIES = { pullback: "", longitudinal: "1", report: "2" }
export type DicomSeries = keyof typeof SERIES

/** What the cart says of itself: null where its greeting was not received, such as in a cut capture. */
export type DeviceSaid = Pick<Provenance, "cart" | "firmware">

export function deviceOf({ receiver: { hello } }: Pick<ReceivedRun, "receiver">): DeviceSaid {
    return {
        cart: hello ? boardIdOf(hello) : null,
        firmware: hello ? versionText(hello.firmware_version) : null,
    }
}

/** @param runHash SHA-256 of the data received */
export function commonAttributes(
    { cart, firmware }: DeviceSaid,
    about: DicomAbout,
    runHash: Uint8Array,
    series: DicomSeries
): DicomAttributes {
    const dates = dateAttributes(about.dateMs, about.studyDateMs)
    return {
        // UTF-8: names may have any letters.
        SpecificCharacterSet: "ISO_IR 192",
        ...dates,
        SeriesNumber: `${String(dates.SeriesNumber)}${SERIES[series]}`,
        ...{ AccessionNumber: "", ReferringPhysicianName: "" },
        Modality: "IVUS",
        Manufacturer: `${MODEL_NAME}. ${NOT_CLINICAL}`,
        ManufacturerModelName: MODEL_NAME,
        ...(cart !== null && { DeviceSerialNumber: cart }),
        SoftwareVersions: [
            `host ${versionText(PROGRAM_VERSION)}`,
            ...(firmware === null ? [] : [`firmware ${firmware}`]),
        ],
        ...patientAndStudyOf(about),
        ...{ PatientBirthDate: "", PatientSex: "" },
        ...uidsOf(about, runHash, series),
    }
}

/** What a reader must know first of a run that did not complete; nothing for one that did. */
export function runStateOf({ verdict, verdictReason }: RunVerdict): string {
    return verdict === "complete" ? "" : `The run is ${verdict}: ${verdictReason}. `
}

/** A run without a patient is anonymous. A DICOMDIR needs a Study ID. */
function patientAndStudyOf({ dateMs, patient, study }: DicomAbout): DicomAttributes {
    const isAnonymous = patient.id === null && patient.name === null
    return {
        PatientName: isAnonymous ? "ANONYMOUS^PATIENT" : (patient.name ?? ""),
        PatientID: isAnonymous ? "ANONYMOUS" : (patient.id ?? ""),
        StudyID: startOf(study ?? dateIdOf(dateMs), STUDY_ID_MAX),
        ...(study !== null && { StudyDescription: study }),
    }
}

/** The first characters of a text that have at most so many bytes. */
function startOf(text: string, maxBytes: number): string {
    let start = ""
    for (const character of text) {
        if (Buffer.byteLength(start + character) > maxBytes) break
        start += character
    }
    return start.trim()
}

/** The identifiers of study and series; a study without a name is that of one run. */
export function uidsOf(
    { dateMs, patient, study }: DicomAbout,
    runHash: Uint8Array,
    series: DicomSeries
): DicomAttributes {
    const who = JSON.stringify([patient.id, patient.name, study])
    const uid = (of: string): string => uidOf(hashOf(of, who, String(dateMs), runHash))
    return {
        StudyInstanceUID: study === null ? uid("study") : uidOf(hashOf("study", who)),
        SeriesInstanceUID: uid(series === "pullback" ? "series" : series),
        ...(series === "pullback" && { SynchronizationFrameOfReferenceUID: uid("clock") }),
    }
}

/** A decimal string; at most 16 characters. */
export function decimal(value: number): string {
    return String(Number(value.toFixed(6)))
}

export function hashOf(...parts: (string | Uint8Array)[]): Buffer {
    const hash = createHash("sha256")
    for (const part of parts) hash.update(part)
    return hash.digest()
}

/** A UID from a UUID (PS3.5, B.2) of version 8 (RFC 9562), whose bits are taken from a hash. */
export function uidOf(hash: Uint8Array): string {
    const uuid = Buffer.from(hash.subarray(0, 16))
    uuid[6] = (uuid[6]! & 0x0f) | 0x80
    uuid[8] = (uuid[8]! & 0x3f) | 0x80
    return `2.25.${BigInt(`0x${uuid.toString("hex")}`)}`
}
