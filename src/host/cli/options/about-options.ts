// Options for what a run is about: its date, the patient, the study and the site.

import { isDeepStrictEqual } from "node:util"
import { type Command, Option } from "commander"
import { dateMs } from "../../clock"
import { UsageError } from "../../errors"
import { logText } from "../../log/log-text"
import { type KnownBefore, NOTHING_KNOWN } from "../../runs/about-beside"
import type { RunAbout } from "../../runs/run-about"
import { addGroup, defaultText } from "./option"
import { siteOf, type SiteOptions, siteOptions } from "./site-options"
import { personNameOption, textOption } from "./text-option"

export interface AboutOptions extends SiteOptions {
    readonly patientId?: string
    readonly patientName?: string
    readonly study?: string
    /** ms since 1970 UTC. */
    readonly date?: number
}

/** Years of a DICOM date have four digits. */
export const YEARS = [1900, 2199] as const

/** @param date the date where none is given */
export function addAboutOptions(command: Command, date = "now"): Command {
    const { who, site } = aboutOptions()
    return addGroup(command, "About the run:", ...who, dateOption(date), ...site)
}

/** For a command that makes several runs, each with the date of its own. */
export function addSessionOptions(command: Command): Command {
    const { who, site } = aboutOptions()
    return addGroup(command, "About all runs of this session:", ...who, ...site)
}

function aboutOptions(): { readonly who: Option[]; readonly site: Option[] } {
    const who = [
        textOption("--patient-id <id>", "id of the patient"),
        personNameOption(
            "--patient-name <name>",
            "name of the patient, FAMILY^GIVEN as in DICOM; without id and name the run is anonymous"
        ),
        textOption("--study <name>", "runs of one patient with the same name are one study"),
    ]
    return { who, site: siteOptions() }
}

/** @param before what is known where the options say nothing */
export function aboutOf(
    options: AboutOptions,
    before: KnownBefore = NOTHING_KNOWN
): Pick<RunAbout, "dateMs" | "patient" | "study" | "studyDateMs" | "site"> {
    const { patientId: id = null, patientName: name = null } = options
    const { site, studyDateMs } = before
    const study = options.study ?? before.study
    // The id of one patient and the name of another must not meet.
    const patient = id === null && name === null ? before.patient : { id, name }
    const isSameStudy = study === before.study && isDeepStrictEqual(patient, before.patient)
    return {
        ...{ study, patient },
        dateMs: options.date ?? before.dateMs ?? dateMs(),
        ...(isSameStudy && studyDateMs !== undefined && { studyDateMs }),
        site: siteOf(options, site),
    }
}

function dateOption(otherwise: string): Option {
    return defaultText(
        new Option(
            "--date <iso>",
            "date of the run, such as 2026-11-30T10:39:17Z; without a zone it is that of this computer"
        ).argParser(text => parseDate(text)),
        otherwise
    )
}

const DATE =
    /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?(Z|[+-]\d\d:?\d\d)?)?$/i

/** A date, or a date and a time, as in ISO 8601. @returns ms since 1970 UTC @throws UsageError, which names the option */
export function parseDate(text: string, option = "--date"): number {
    const match = DATE.exec(text.trim())
    const ms = match ? msOf(match) : undefined
    if (ms !== undefined) return ms
    throw new UsageError(
        `${option} ${logText(text)} is not a date; use one like 2026-11-30T10:39:17Z, with a year from ${YEARS[0]} to ${YEARS[1]}.`
    )
}

/** @returns undefined for a day or a time that there is not */
function msOf([, ...texts]: readonly (string | undefined)[]): number | undefined {
    const [year, month, day, hour, minute, second] = texts.slice(0, 6).map(t => Number(t ?? 0)) as [
        ...[year: number, month: number, day: number],
        ...[hour: number, minute: number, second: number],
    ]
    const fraction = texts[6]
    const zone = texts[7]
    const ms = Math.floor(1000 * Number(`0.${fraction ?? 0}`))
    const utc = new Date(Date.UTC(year, month - 1, day))
    const isDay = utc.getUTCMonth() === month - 1 && utc.getUTCDate() === day
    const isTime = hour < 24 && minute < 60 && second < 60
    if (!isDay || !isTime || year < YEARS[0] || year > YEARS[1]) return undefined
    if (zone === undefined)
        return new Date(year, month - 1, day, hour, minute, second, ms).getTime()
    const [zoneHours, zoneMinutes] = /z/i.test(zone)
        ? [0, 0]
        : [Number(zone.slice(1, 3)), Number(zone.slice(-2))]
    if (zoneHours! > 14 || zoneMinutes! > 59) return undefined
    const offset = (zone.startsWith("-") ? -1 : 1) * (60 * zoneHours! + zoneMinutes!)
    return Date.UTC(year, month - 1, day, hour, minute - offset, second, ms)
}
