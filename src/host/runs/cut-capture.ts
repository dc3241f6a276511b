// Responsible for: what is kept of a run that did not come to its end: its capture, under a name of its own.
// Not for: who closes its counts later (cut-runs.ts).

import type { OutFolder } from "./out-folder"
import { gapsText } from "../frames/gaps-text"
import type { RunReceiver } from "../run/run-receiver"
import { Interrupted } from "../errors"
import { RunError } from "../errors"

/** Names of what is kept; no result of a whole run has them. */
const CUT_STEM = "capture-cut"

/** For the help of a command. */
export const CUT_HELP = `A run that is cut - by a fault, a lost link, Ctrl-C - leaves no results, but every byte that had come: capture-cut.ivl in the
out folder, of which "ivus replay" makes the pictures up to there. A later one does not replace it: it is capture-cut-2.ivl.`
export const CUT_COUNTS_HELP = `Beside it capture-cut.json counts its lines: fired (null until the cart has connected again and told), sent, received, missing.`

/** @returns the file's path */
export function keepCapture(out: OutFolder): string {
    return out.keepOnly("capture.ivl", CUT_STEM, "ivl")
}

/** @param files options with the files that a replay of it needs */
export const replayHint = (kept: string, files: readonly string[]): string =>
    `"npm run ivus -- replay ${[kept, ...files].join(" ")}" makes their pictures`

/** Says what came of a run that failed and what did not, and keeps it. @returns the error to show */
export function keepCutRun(
    error: RunError,
    { assembler, end }: RunReceiver,
    out: OutFolder,
    files: readonly string[]
): RunError {
    const { received, missing } = assembler!.counts
    const gaps = gapsText(assembler!.gaps)
    const told = end
        ? `, ${missing === 0 ? "none" : missing} missing${missing > 0 ? ` (${gaps})` : ""}`
        : ", and the cart's summary is missing"
    const text = `${error.message}\n${received} lines had come${told}; they are kept: ${replayHint(keepCapture(out), files)}.`
    return error instanceof Interrupted ? new Interrupted(text) : new RunError(text)
}
