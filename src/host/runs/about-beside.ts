// What is known of the run whose capture is replayed: from the record beside the capture.

import { basename, dirname } from "node:path"
import { type Asked, NO_PATIENT, NO_SITE, type RunAbout } from "./run-about"
import { readRecord, RecordError } from "./record-schema"
import { CAPTURE_NAME, type RunRecord } from "./run-record"

export interface KnownBefore extends Pick<RunAbout, "study" | "studyDateMs" | "patient" | "site"> {
    readonly dateMs?: number
    readonly asked?: RunRecord["asked"]
}

export const NOTHING_KNOWN: KnownBefore = { study: null, patient: NO_PATIENT, site: NO_SITE }

/** @param report says why a record that is there cannot be used */
export function knownBeside(capture: string, report: (line: string) => void): KnownBefore {
    if (basename(capture) !== CAPTURE_NAME) return NOTHING_KNOWN
    try {
        const { study, study_date, patient, site, date, asked } = readRecord(dirname(capture))
        return {
            ...{ study, patient, site, asked, dateMs: Date.parse(date) },
            ...(study_date && { studyDateMs: Date.parse(study_date) }),
        }
    } catch (error) {
        if (!(error instanceof RecordError)) throw error
        if (error.defect !== "missing")
            report(`${error.problem}. Date, patient, study and site are not taken from it.`)
        return NOTHING_KNOWN
    }
}

/** What was asked for then, by a run that is now made again. */
export function askedAgain(asked: KnownBefore["asked"], onDiskFull: Asked["onDiskFull"]): Asked {
    return {
        speedMmS: asked?.speed_mm_s ?? null,
        lengthMm: asked?.length_mm ?? null,
        frameRateHz: asked?.frame_rate_hz ?? null,
        target: asked?.target ?? "replay",
        seed: asked?.seed ?? null,
        onDiskFull,
    }
}
