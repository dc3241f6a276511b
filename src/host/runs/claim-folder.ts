// Makes or takes the folder for a run, so that no two programs take the same one and nothing in it is replaced.

import {
    existsSync,
    openSync,
    readdirSync,
    renameSync,
    rmdirSync,
    statSync,
    unlinkSync,
} from "node:fs"
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from "node:path"
import { diskReason } from "../disk-reason"
import { nameText } from "../log/log-text"
import { makeDatedFolder } from "./dated-folder"
import { makeFolders, makeReason } from "./make-folders"
import type { OnDiskFull } from "./run-about"
import { CAPTURE_NAME } from "./run-record"
import { writerOf } from "./running-writer"

/** The folder cannot be used; the message is one sentence that says why and what to do. */
export class RunFolderError extends Error {}

/** Where a run is to be put. */
export interface RunPlace {
    /** The folder of --out; left out, a new one below `runs`. */
    readonly out?: string
    /** The folder for the folders of runs. */
    readonly runs: string
    /** Whether a run in the folder of --out is set aside. */
    readonly force: boolean
    /** The date of the run, ms since 1970 UTC. */
    readonly dateMs: number
    readonly catheter: string
    /** Default: stop, which is up to the caller. */
    readonly onDiskFull?: OnDiskFull
}

/** A folder that is ours. */
export interface Claim {
    readonly path: string
    /** The open capture: whoever has made it has the folder. */
    readonly capture: number
    /** Folders that were made for it, outermost first. */
    readonly made: readonly string[]
    readonly setAside?: string
}

const HOLDS_RUN = /^(run\.json|capture.*\.ivl)$/

/** Names that a run may write. */
const RUN_NAMES =
    /^((cross-section|depth-lines)-\d{4,}\.png|longitudinal\.(png|dcm)|pullback\.dcm|measurements\.csv|volume\.nrrd|report\.(html|dcm)|(timing|pairs|catheter|run)\.json|timing\.html|timing-(series|bursts)\.csv|run\.log)$/

/** @throws RunFolderError */
export function claimFolder(place: RunPlace): Claim {
    const made: string[] = []
    const named = place.out ?? place.runs
    let setAside: string | undefined
    try {
        if (place.out === undefined) {
            makeFolders(resolve(place.runs), made)
            const path = makeDatedFolder(place.runs, place.dateMs, place.catheter)
            made.push(resolve(path))
            return { path, capture: openSync(join(path, CAPTURE_NAME), "wx+"), made }
        }
        const folder = resolve(place.out)
        const path = lasting(place.out, folder)
        setAside = madeFree(path, folder, place.force)
        makeFolders(folder, made)
        const capture = openSync(join(folder, CAPTURE_NAME), "wx+")
        return { path, capture, made, ...(setAside !== undefined && { setAside }) }
    } catch (error) {
        unmake(made)
        if (setAside !== undefined && !existsSync(resolve(named)))
            renameSync(resolve(setAside), resolve(named))
        if (error instanceof RunFolderError) throw error
        // Another program was faster.
        if ((error as NodeJS.ErrnoException).code === "EEXIST" && place.out !== undefined)
            throw holdsRun(named)
        throw new RunFolderError(
            `The folder "${nameText(named)}" cannot be written (${makeReason(error)}); name a writable one with --out.`
        )
    }
}

/** The system looks for a relative path from where this program's folder is: behind a folder that was set aside, if it is in there. */
function lasting(path: string, folder: string): string {
    if (isAbsolute(path)) return path
    const inside = relative(folder, process.cwd())
    const isAround = inside !== ".." && !inside.startsWith(`..${sep}`) && !isAbsolute(inside)
    return isAround ? folder : path
}

/** Gives a folder back: removes these files, and the folders that were made for it. A folder that was set aside is put back. */
export function unclaimFolder({ path, made, setAside }: Claim, names: readonly string[]): void {
    const folder = resolve(path)
    for (const name of names) removed(join(folder, name), unlinkSync)
    unmake(made)
    if (setAside === undefined || existsSync(folder)) return
    removed(setAside, from => renameSync(resolve(from), folder))
}

function unmake(made: readonly string[]): void {
    for (const folder of [...made].reverse()) removed(folder, rmdirSync)
}

/** What cannot be removed stays. */
function removed(path: string, remove: (path: string) => void): void {
    try {
        remove(path)
    } catch {
        // It is gone, or holds something that is not ours.
    }
}

/** Sets a run aside if that is allowed. @returns the new name of its folder */
function madeFree(path: string, folder: string, force: boolean): string | undefined {
    const there = statSync(folder, { throwIfNoEntry: false })
    if (!there) return undefined
    if (!there.isDirectory())
        throw new RunFolderError(`"${nameText(path)}" is not a folder; name one with --out.`)
    const names = readdirSync(folder)
    if (!names.some(name => HOLDS_RUN.test(name))) {
        const own = names.find(name => RUN_NAMES.test(name))
        if (own === undefined) return undefined
        throw new RunFolderError(
            `The folder "${nameText(path)}" has a file ${own} that is of no run, and a run may write one with this name; move it, or name another folder with --out.`
        )
    }
    if (!force) throw holdsRun(path)
    const writer = writerOf(folder)
    if (writer !== undefined)
        throw new RunFolderError(
            `The folder "${nameText(path)}" holds a run that ${writer} is receiving; name another folder with --out.`
        )
    return renamedAside(path, folder)
}

function holdsRun(path: string): RunFolderError {
    return new RunFolderError(
        `The folder "${nameText(path)}" holds a run already; name another one with --out, or add --force to set that run aside.`
    )
}

function renamedAside(path: string, folder: string): string {
    for (let n = 1; ; n++) {
        const name = `${basename(folder)}-${n}`
        const aside = join(dirname(folder), name)
        if (existsSync(aside)) continue
        try {
            renameSync(folder, aside)
        } catch (error) {
            throw new RunFolderError(
                `The folder "${nameText(path)}" holds a run and cannot be set aside as "${nameText(name)}" (${diskReason(error)}); name another folder with --out.`
            )
        }
        return join(dirname(path), name)
    }
}
