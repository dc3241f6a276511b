// What one server of the console shows: runs, and a live picture where there is one.

import type { LiveSource } from "./live-source"
import type { RunLibrary } from "./run/run-library"

/** Shown on every page. */
export const NOTICE = "Investigational equipment, not for clinical use."

export interface Station {
    readonly runs: RunLibrary
    readonly live: LiveSource | undefined
    /** The path of the page to open first. */
    readonly start: string
}

/** The path of the page of a run. */
export function runPath(id: string): string {
    return `run/${encodeURIComponent(id)}`
}
