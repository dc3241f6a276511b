// What a command gives for a run that it produces, and what it gets back.

import type { Description } from "../../shared/protocol/messages"
import type { RunError } from "../errors"
import type { SentData } from "../results/channel-data-frames"
import type { RunResults } from "../results/run-results"
import type { RunSummary } from "../results/summary"
import type { Operator } from "../run/operator"
import type { RunReceiver } from "../run/run-receiver"
import type { ReceivedRun } from "../run/run-target"
import type { Replay, RunAbout } from "../runs/run-about"
import type { RunFolder, RunPlace } from "../runs/run-folder"
import type { RunIo } from "../targets/run-io"

export interface ProducedRun {
    readonly results: RunResults
    readonly summary: RunSummary
    /** Why the run ended early; its results are made of what was received. */
    readonly failure?: RunError
    /** The results with their frames are there until then. */
    readonly close: () => Promise<void>
}

/** What a command gives to a run. */
export type CommandIo = RunIo & Required<Pick<RunIo, "onBytes" | "stop">>

/**
 * Called when the results can be looked at, before all files are written.
 * @param summary resolves when they are
 * @param print prints a line beside the progress
 * @param folder of the run
 */
export type OnReady = (
    results: RunResults,
    summary: Promise<RunSummary>,
    print: (line: string) => void,
    folder: string
) => void

export interface RunSource {
    /** What the user asked for, for the log. */
    readonly asked: string
    readonly place: RunPlace
    readonly about: RunAbout
    /** What a replay is made of; the folder may have set it aside. */
    readonly replayOf?: (folder: RunFolder) => Replay
    /** Receives the run. */
    readonly run: (io: CommandIo, folder: RunFolder) => Promise<ReceivedRun>
    /** What is known of a run that was cut, besides what was received. */
    readonly cut: (receiver: RunReceiver) => ReceivedRun
    /** Pair list and catheter that are sent for the run, by its description. */
    readonly sentFor?: (description: Description, folder: RunFolder) => SentData
    /** Allows each motion of the sled; left out for a replay. */
    readonly operator?: Operator
    /** How the sled is brought back after the run; left out for a replay. */
    readonly wayBack?: string
    /** Whether the times in the log are those of the board, from the date of the run on, and not those of this computer. */
    readonly hasBoardTime: boolean
    /** Whether the run comes from a capture, which then need not be kept. */
    readonly isReplay: boolean
}
