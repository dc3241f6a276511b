// A pullback among the bytes of a cart, from its beginning until its results are written.

import type { RunResults } from "../results/run-results"
import type { RunSummary } from "../results/summary"
import type { End } from "../../shared/protocol/messages"
import type { RunRecord } from "./run-record"

/** A pullback that has begun. */
export interface BegunRun {
    /** Counts the pullbacks of a recorder, from 1 on. */
    readonly number: number
    /** The cart's number of it. */
    readonly run: number
    readonly catheter: string
    /** When the sled began to pull, ms since 1970 UTC. */
    readonly beganMs: number
}

/** A pullback that is over. */
export interface RecordedRun extends BegunRun {
    /** The folder of the run. */
    readonly folder: string
    /** The cart's summary of it was not received. */
    readonly isCut: boolean
}

/** A run whose files are written. */
export interface WrittenRun extends RecordedRun {
    readonly record: RunRecord
    /** Undefined for a run without results: nothing was received at speed. */
    readonly summary: RunSummary | undefined
}

/** A run that can be looked at; its files are still being written. */
export interface RunReview extends RecordedRun {
    /** How it ended, as a word with a capital letter. */
    readonly verdict: string
    readonly results: RunResults
    /** Its summary once all files are written; undefined if that failed. */
    readonly summary: Promise<RunSummary | undefined>
    /** Frees the frames; to be called when it is not shown any more. */
    close(): Promise<void>
}

/** Writes one run, here or in another thread. None of its functions throws or waits. */
export interface RunWriting {
    /** Takes the next bytes. They are valid during the call only. */
    take(bytes: Uint8Array): void
    /** Nothing more will be received; the results are made of what came. */
    finish(isCut: boolean): void
    /** Completes the counts of a cut run with a summary that came later. */
    complete(end: End): void
    /** All that was asked for until now is done. */
    settled(): Promise<void>
    /** Ends at once: what was received is kept, without results. */
    drop(): void
}

/** @throws RunFolderError when there can be no folder for it */
export type BeginRun = (begun: BegunRun) => RunWriting
