// The date of a study: all objects of a study have one (DICOM PS3.3, C.7.2.1), however many runs it has and whenever they were made.

import { existsSync } from "node:fs"
import { dirname, resolve } from "node:path"
import { isDeepStrictEqual } from "node:util"
import { isDiskError } from "../disk-reason"
import { type ListedRun, listRuns } from "./list-runs"
import type { RunAbout } from "./run-about"

/**
 * The date that the runs of the study have already: those of the folder of runs, and those beside the new run.
 * @param path the folder of the new run
 * @param runs the folder for the folders of runs
 * @returns ms since 1970 UTC; undefined without a study, and for its first run
 */
export function studyDateOf(
    { study, patient, studyDateMs }: Pick<RunAbout, "study" | "patient" | "studyDateMs">,
    path: string,
    runs: string
): number | undefined {
    if (study === null) return undefined
    if (studyDateMs !== undefined) return studyDateMs
    const parents = new Set([dirname(resolve(path)), resolve(runs)])
    const dates = [...parents].flatMap(listed).flatMap(({ record }) => {
        if (record?.study !== study || !isDeepStrictEqual({ ...record.patient }, { ...patient }))
            return []
        return [Date.parse(record.study_date ?? record.date)]
    })
    return dates.length === 0 ? undefined : Math.min(...dates)
}

/** A folder that cannot be read holds nothing that could be known. */
function listed(parent: string): ListedRun[] {
    if (!existsSync(parent)) return []
    try {
        return listRuns(parent)
    } catch (error) {
        if (isDiskError(error)) return []
        throw error
    }
}
