// The runs that a server can show: those of a folder, opened when they are asked for, and those that it was given.

import { existsSync } from "node:fs"
import { join, resolve } from "node:path"
import type { ComparedFolders } from "../../compare/compare-folders"
import type { ResultsChoice } from "../../results/run-results"
import type { Progress } from "../../run/run-target"
import { UsageError } from "../../errors"
import { isRun, listRuns } from "../../runs/list-runs"
import { openRun } from "./open-run"
import type { OpeningJson, RunListItem } from "./run-json"
import { idOf, listItem, sessionItem } from "./run-list"
import type { RunSession } from "./run-session"

/** Runs that are opened from a folder: two are compared, and one more is looked at. The frames of each are on the disk. */
const OPEN_MAX = 3

export interface LibraryOptions {
    /** The folder for the folders of runs; undefined: only what is given is shown. */
    readonly parent: string | undefined
    readonly choice: ResultsChoice
    readonly report: (line: string) => void
    /** Compares the runs of two folders. @throws UsageError, RunError */
    readonly compare?: (folders: readonly [first: string, second: string]) => ComparedFolders
}

interface Opening {
    readonly state: Pick<OpeningJson, "fraction" | "what">
    readonly done: Promise<RunSession>
    /** Why it could not be opened. */
    error?: Error
}

export class RunLibrary {
    /** Called after any change of a run that is open. */
    onChange: (id: string, session: RunSession) => void = () => undefined
    /** Runs outside of the folder, by their ids. */
    private readonly elsewhere = new Map<string, string>()
    /** The longest unused first. */
    private readonly sessions = new Map<string, RunSession>()
    private readonly given = new Set<string>()
    private readonly openings = new Map<string, Opening>()
    private isClosed = false

    constructor(private readonly options: LibraryOptions) {}

    get parent(): string | undefined {
        return this.options.parent
    }

    /** @throws an error of the system when the folder cannot be read */
    list(): RunListItem[] {
        const { parent } = this.options
        const listed = parent !== undefined && existsSync(parent) ? listRuns(parent) : []
        const rows = listed.map(run => listItem(run, this.sessions.has(run.name)))
        const names = new Set(listed.map(({ name }) => name))
        const others = [...this.sessions.values()].filter(({ id }) => !names.has(id))
        return [...others.map(sessionItem), ...rows]
    }

    /** A run that is open. */
    session(id: string): RunSession | undefined {
        const session = this.sessions.get(id)
        if (session) {
            this.sessions.delete(id)
            this.sessions.set(id, session)
        }
        return session
    }

    /** How far a run is that is being opened; why it could not be opened is thrown once. */
    opening(id: string): OpeningJson | undefined {
        const opening = this.openings.get(id)
        if (!opening) return undefined
        if (opening.error) {
            this.openings.delete(id)
            throw opening.error
        }
        return { opening: true, ...opening.state }
    }

    /** The folder of a run; undefined where there is none. */
    folderOf(id: string): string | undefined {
        const { parent } = this.options
        const folder =
            this.sessions.get(id)?.folder ??
            this.elsewhere.get(id) ??
            (parent === undefined || /[/\\]|^\.\.?$/.test(id) ? undefined : join(parent, id))
        return folder !== undefined && isRun(folder) ? folder : undefined
    }

    /** Undefined where runs are not compared. @throws UsageError, RunError */
    compare(ids: readonly [first: string, second: string]): ComparedFolders | undefined {
        const [first, second] = [this.folderOf(ids[0]), this.folderOf(ids[1])]
        if (first === undefined || second === undefined)
            throw new UsageError("There is no such run; go back to the list of runs.")
        return this.options.compare?.([first, second])
    }

    /** A run of any folder can be opened by the id that is returned. */
    know(folder: string): string {
        const id = idOf(resolve(folder))
        this.elsewhere.set(id, folder)
        return id
    }

    /** A run that is there already; it stays open. */
    add(session: RunSession): void {
        this.given.add(session.id)
        this.take(session)
    }

    /** @throws UsageError, RunError */
    open(id: string): Promise<RunSession> {
        const session = this.session(id)
        if (session) return Promise.resolve(session)
        return (this.openings.get(id) ?? this.begin(id)).done
    }

    async close(): Promise<void> {
        this.isClosed = true
        for (const { done } of this.openings.values()) await done.catch(() => undefined)
        for (const session of this.sessions.values()) await session.close()
        this.sessions.clear()
    }

    private begin(id: string): Opening {
        const { choice, report } = this.options
        const folder = this.folderOf(id)
        const state = { fraction: null as number | null, what: "reading the capture" }
        const progress: Progress = (fraction, what) =>
            void Object.assign(state, { fraction: fraction ?? null, what })
        const done =
            folder === undefined
                ? Promise.reject(new UsageError("There is no such run."))
                : openRun(folder, { id, choice, report, progress })
        const opening: Opening = { state, done }
        this.openings.set(id, opening)
        done.then(
            session => {
                this.openings.delete(id)
                if (this.isClosed) return void session.close()
                this.take(session)
                this.closeUnused()
            },
            (error: Error) => (opening.error = error)
        )
        return opening
    }

    private take(session: RunSession): void {
        this.sessions.set(session.id, session)
        session.listeners.add(() => this.onChange(session.id, session))
    }

    private closeUnused(): void {
        const opened = [...this.sessions.values()].filter(({ id }) => !this.given.has(id))
        for (const session of opened.slice(0, Math.max(0, opened.length - OPEN_MAX))) {
            this.sessions.delete(session.id)
            void session.close()
        }
    }
}
