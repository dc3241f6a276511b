// The messages between a program and its thread that writes runs.

import type { End } from "../../shared/protocol/messages"
import type { BegunRun, WrittenRun } from "../runs/recorded-run"
import type { RunAbout } from "../runs/run-about"

/** What the thread gets at its start. */
export interface RunTask {
    /** The folder for the folders of runs. */
    readonly runs: string
    /** Folder of the ring-down references. */
    readonly references: string
    readonly about: Omit<RunAbout, "dateMs">
    /** What was asked for, as the log says it. */
    readonly asked: string
    /** Threads for the results of a run. */
    readonly workers: number
}

/** A run is named by its number. */
export type ToRuns =
    | { readonly kind: "begin"; readonly begun: BegunRun }
    | { readonly kind: "bytes"; readonly number: number; readonly bytes: Uint8Array }
    | { readonly kind: "finish"; readonly number: number; readonly isCut: boolean }
    | { readonly kind: "complete"; readonly number: number; readonly end: End }
    /** To be answered when all that was asked for the run before is done. */
    | { readonly kind: "settle"; readonly number: number }
    /** The program exits now: what was received is to be on the disk when `done[0]` becomes 1, for which it waits. */
    | { readonly kind: "drop"; readonly number: number; readonly done: Int32Array }
    | { readonly kind: "close" }

/** A run whose results can be looked at. */
export interface Review {
    readonly number: number
    readonly url: string
    /** How it ended, in one sentence. */
    readonly verdict: string
    readonly folder: string
}

export type FromRuns =
    | { readonly kind: "begun"; readonly number: number; readonly folder: string }
    /** Comes again, with more in the verdict, when all files are written. */
    | { readonly kind: "review"; readonly review: Review }
    | { readonly kind: "written"; readonly run: WrittenRun }
    | { readonly kind: "settled"; readonly number: number }
    | { readonly kind: "report"; readonly line: string }
    /** The disk takes no more of a run. */
    | { readonly kind: "disk"; readonly number: number; readonly message: string }
