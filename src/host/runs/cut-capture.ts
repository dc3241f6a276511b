// Keeps the capture of a run that did not complete, under a separate name.

import type { OutFolder } from "./out-folder"
import { gapsText } from "../frames/gaps-text"
import type { RunReceiver } from "../run/run-receiver"
import { Interrupted, RunError } from "../errors"

/** Stem of the kept file; no result of a complete run has it. */
const CUT_STEM = "capture-cut"

/** Help text of commands. */
export const CUT_HELP = `A run that is cut (by a fault, a lost link or Ctrl-C) has no results; the bytes received are kept as capture-cut.ivl in the out
folder, from which "ivus replay" makes the pictures up to the cut. A later one does not replace it: it is capture-cut-2.ivl.`
export const CUT_COUNTS_HELP = `capture-cut.json beside it has the line counts: fired (null until the cart connects again and reports it), sent, received, missing.`

/** @returns the file's path */
export function keepCapture(out: OutFolder): string {
    return out.keepOnly("capture.ivl", CUT_STEM, "ivl")
}

/** @param files the options that name files which a replay needs */
export const replayHint = (kept: string, files: readonly string[]): string =>
    `"npm run ivus -- replay ${[kept, ...files].join(" ")}" makes their pictures`

/** Keeps the capture of a failed run. @returns the error to show, which says what was received and what is missing */
export function keepCutRun(
    error: RunError,
    { assembler, end }: RunReceiver,
    out: OutFolder,
    files: readonly string[]
): RunError {
    const { received, missing } = assembler!.counts
    const gaps = gapsText(assembler!.gaps)
    const rest = end
        ? `, ${missing === 0 ? "none" : missing} missing${missing > 0 ? ` (${gaps})` : ""}`
        : ", and the cart's summary is missing"
    const text = `${error.message}\n${received} lines were received${rest}; they are kept: ${replayHint(keepCapture(out), files)}.`
    return error instanceof Interrupted ? new Interrupted(text) : new RunError(text)
}
