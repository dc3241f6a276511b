// Finds the run that a user names: by its folder, by its name in the folder of runs, or the newest one.

import { existsSync, readdirSync, statSync } from "node:fs"
import { join } from "node:path"
import { UsageError } from "../errors"
import { diskReason } from "../disk-reason"
import { nameText } from "../log/log-text"
import { isRun, type ListedRun, listRuns } from "./list-runs"
import { CAPTURE_NAME, type RunRecord } from "./run-record"

/**
 * @param named a folder, the name of a run, or the beginning of one only; left out, the newest run
 * @param parent the folder for the folders of runs
 * @returns its folder
 * @throws UsageError when there is no such run
 */
export function findRun(named: string | undefined, parent: string): string {
    if (named === undefined) return newestRun(parent)
    for (const folder of [named, join(parent, named)]) if (isRun(folder)) return folder
    const begun = existsSync(named) ? [] : runsNamed(named, parent)
    if (begun.length === 1) return join(parent, begun[0]!)
    if (begun.length > 1)
        throw new UsageError(
            `The names of ${begun.length} runs in ${nameText(parent)} begin with "${nameText(named)}": ${shortList(begun.map(nameText))}; name one of them.`
        )
    throw new UsageError(`${whyNone(named)}; "ivus runs" lists the runs in ${nameText(parent)}.`)
}

/** The runs whose names begin so. */
function runsNamed(start: string, parent: string): string[] {
    try {
        const names = readdirSync(parent).filter(name => name.startsWith(start))
        return start === "" ? [] : names.filter(name => isRun(join(parent, name))).sort()
    } catch {
        return []
    }
}

/** The longest list of names that is printed. */
const NAMES_MAX = 5

/** The first names of a list, and how many more there are. */
export function shortList(names: readonly string[]): string {
    const more = names.length - NAMES_MAX
    return `${names.slice(0, NAMES_MAX).join(", ")}${more > 0 ? ` and ${more} more` : ""}`
}

function whyNone(named: string): string {
    try {
        const there = statSync(named, { throwIfNoEntry: false })
        return `There is no run ${there?.isDirectory() ? "in " : ""}"${nameText(named)}"`
    } catch (error) {
        return `The run "${nameText(named)}" cannot be read (${diskReason(error)})`
    }
}

function newestRun(parent: string): string {
    const newest = runsIn(parent)[0]
    if (newest) return newest.folder
    throw new UsageError(
        `There is no run in "${nameText(parent)}" yet; name the folder of a run, or make one with "ivus pullback".`
    )
}

/** Runs of a folder; none if there is no such folder. @throws UsageError when it cannot be read */
export function runsIn(parent: string): ListedRun[] {
    if (!existsSync(parent)) return []
    try {
        return listRuns(parent)
    } catch (error) {
        throw new UsageError(
            `The folder "${nameText(parent)}" cannot be read (${diskReason(error)}); name the folder for the folders of runs.`
        )
    }
}

/** The capture of a run. @throws UsageError when it is missing */
export function captureIn(folder: string): string {
    const file = join(folder, CAPTURE_NAME)
    if (existsSync(file)) return file
    throw new UsageError(
        `The run in "${nameText(folder)}" has no ${CAPTURE_NAME}, from which its pictures are made; its other files are as they were.`
    )
}

/** Names the files of a record that are not there. */
export function missingFiles(folder: string, { files }: RunRecord): string[] {
    const there = new Set(readdirSync(folder))
    return files.filter(name => !there.has(name))
}
