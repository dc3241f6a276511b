// What a replay takes from the record of its run: only what the options would take.

import type { KnownBefore } from "../../runs/about-beside"
import { YEARS } from "./about-options"
import { LABEL_MAX } from "./site-options"
import { personName, plainText } from "./text-option"

/**
 * A record that a user's own script wrote may hold what no DICOM file can hold.
 * @param report says what is not taken
 */
export function allowedBefore(before: KnownBefore, report: (line: string) => void): KnownBefore {
    const refused: string[] = []
    const text = (
        what: string,
        value: string | null,
        takenAs: (text: string) => string | undefined = plainText
    ): string | null => {
        const taken = takenAs(value ?? "")
        // A script may write an empty text for what it does not know.
        if (value !== null && value !== "" && taken === undefined) refused.push(what)
        return taken ?? null
    }
    const { patient, site, study, studyDateMs, dateMs, asked } = before
    const isDate = [dateMs, studyDateMs].every(ms => ms === undefined || isInYears(ms))
    if (!isDate) refused.push("date")
    const isAsked = asked === undefined || isPlain(asked)
    if (!isAsked) refused.push("asked")
    const allowed: KnownBefore = {
        study: text("study", study),
        patient: {
            id: text("patient.id", patient.id),
            name: text("patient.name", patient.name, personName),
        },
        site: {
            label: text("site.label", site.label, label => plainText(label, LABEL_MAX)),
            vessel: text("site.vessel", site.vessel),
            side: site.side,
            segment: text("site.segment", site.segment),
        },
        ...(isDate && dateMs !== undefined && { dateMs }),
        ...(isDate && studyDateMs !== undefined && { studyDateMs }),
        ...(isAsked && asked !== undefined && { asked }),
    }
    if (refused.length > 0)
        report(
            `Not taken from the run.json of the run, as no option allows it: ${refused.join(", ")}.`
        )
    return allowed
}

function isInYears(dateMs: number): boolean {
    const year = new Date(dateMs).getUTCFullYear()
    return year >= YEARS[0] && year <= YEARS[1]
}

/** Whether all that was asked for are numbers and short texts. */
function isPlain(asked: object): boolean {
    return Object.values(asked).every(
        value =>
            value === null ||
            typeof value === "number" ||
            (typeof value === "string" && plainText(value, LABEL_MAX) !== undefined)
    )
}
