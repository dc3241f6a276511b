// Keeps the capture of a run that did not complete, under a separate name.

import { basename, dirname } from "node:path"
import type { OutFolder } from "./out-folder"
import { gapsText } from "../frames/gaps-text"
import { linesFired, type RunReceiver } from "../run/run-receiver"
import { Interrupted, RunError } from "../errors"

/** Stem of the kept file; no result of a complete run has it. */
const CUT_STEM = "capture-cut"

/** @returns the file's path */
export function keepCapture(out: OutFolder): string {
    return out.keepOnly("capture.ivl", CUT_STEM, "ivl")
}

/**
 * The command that makes pictures of a kept capture, in a folder of their own: `out/capture-cut-2.ivl` in `out-cut-2`.
 * @param files the options that name files which a replay needs
 */
export function replayHint(kept: string, files: readonly string[]): string {
    const folder = dirname(kept)
    const suffix = basename(kept, ".ivl").replace("capture", "")
    const out = folder === "." ? `pictures${suffix}` : `${folder}${suffix}`
    return `For pictures of these A-lines: npm run ivus -- replay ${[kept, ...files, "--out", out].join(" ")}`
}

/** Keeps the capture of a failed run. @returns the error to show, which says what was received and what is missing */
export function keepCutRun(
    error: RunError,
    receiver: RunReceiver,
    out: OutFolder,
    files: readonly string[]
): RunError {
    const text = `${error.message}\n${countsText(receiver)}. They are kept.\n${replayHint(keepCapture(out), files)}`
    return error instanceof Interrupted ? new Interrupted(text) : new RunError(text)
}

function countsText({ assembler, end }: RunReceiver): string {
    const { received, missing } = assembler!.counts
    const text = `${received} A-lines were received`
    const gaps = missing > 0 ? `, ${missing} missing (${gapsText(assembler!.gaps)})` : ""
    // A-lines lost after the last one received are known only by the front end's count.
    if (linesFired(end) === undefined)
        return `${text}${gaps}; how many ${missing > 0 ? "more " : ""}were lost is not known${end ? "" : ", as the cart's summary is missing"}`
    return text + (gaps || ", none missing")
}
