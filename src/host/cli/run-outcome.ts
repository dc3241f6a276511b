// What is said of a run that did not end as it should: its error, its counts, where its sled stands.

import { existsSync } from "node:fs"
import { join } from "node:path"
import { Interrupted, RunError } from "../errors"
import { gapsText } from "../frames/gaps-text"
import { nameText } from "../log/log-text"
import type { RunSummary } from "../results/summary"
import { alarmsOf } from "../run/alarm"
import { linesFired, type RunReceiver } from "../run/run-receiver"
import { EDITS_NAME } from "../runs/edits-file"
import { MARKS_NAME } from "../runs/marks-file"
import type { DiskError, RunFolder } from "../runs/run-folder"
import { CAPTURE_NAME } from "../runs/run-record"
import { snakeCase } from "../runs/snake-case"

/** What `--json` prints of a run of which nothing is kept: why, and the alarms of the cart. */
export function failureJson(error: RunError): string {
    const { receiver } = error
    return JSON.stringify(
        snakeCase({
            verdict: error instanceof Interrupted ? "stopped" : "failed",
            verdictReason: error.message,
            linesReceived: receiver?.assembler?.counts.received ?? 0,
            alarms: receiver ? alarmsOf(receiver.runReports) : [],
        })
    )
}

/** Says where a run is that was set aside, and that what a person added to it is not in the new one. */
export function setAsideText(path: string, setAside: string): string {
    const added = [EDITS_NAME, MARKS_NAME].filter(name => existsSync(join(setAside, name)))
    const kept =
        added.length === 0 ? "" : `, with its ${added.join(" and ")}, which the new run has not`
    return `The run that was in ${path} is now in ${setAside}${kept}.`
}

/** Says why the way of the sled is longer than the imaged part. */
export function standingLine(
    { sledStartMm, sledMm, imagedMm }: RunSummary,
    wayBack: string | undefined
): string {
    if (sledStartMm === null || sledMm === null || wayBack === undefined) return ""
    const [from, to, imaged] = [sledStartMm, sledMm, imagedMm].map(mm => `${mm.toFixed(1)} mm`)
    return `The sled started at ${from} from its home switch and stands at ${to}. It imaged ${imaged} of this way; on the rest it sped up and braked.\n${wayBack}\n`
}

/**
 * The error of a run whose results were written although it is not complete, or not within its limits. Lost A-lines are no
 * error; a figure may fail because of them.
 * @returns undefined for a run that is as it should be
 */
export function shortfallError({
    verdict,
    verdictReason,
    lines,
    timing,
}: Pick<RunSummary, "verdict" | "verdictReason" | "timing"> & {
    readonly lines: Pick<RunSummary["lines"], "missing">
}): RunError | undefined {
    if (verdict !== "complete") return new RunError(`The run is ${verdict}: ${verdictReason}.`)
    const failed = timing.filter(figure => figure.verdict === "fail")
    if (failed.length === 0 || lines.missing > 0) return undefined
    const names = failed.map(({ name }) => name).join("; ")
    return new RunError(`The run is complete, but not within its limits: ${names}.`)
}

/** How many A-lines of a cut run were received, and what is known of the others. */
export function countsText({ assembler, end }: RunReceiver): string {
    const { received, missing } = assembler!.counts
    const text = `${received} A-lines were received`
    const gaps = missing > 0 ? `, ${missing} missing (${gapsText(assembler!.gaps)})` : ""
    // A-lines lost after the last one received are known only by the front end's count.
    if (linesFired(end) === undefined)
        return `${text}${gaps}; how many ${missing > 0 ? "more " : ""}were lost is not known${end ? "" : ", as the cart's summary is missing"}`
    return text + (gaps || ", none missing")
}

/** What became of the A-lines of a run that ended early. */
export function keptText({ path, isLost, diskError }: RunFolder): string {
    if (isLost) return "They are lost: the folder is gone."
    if (!diskError) return `They are kept in ${path}.`
    return `What the disk took of them is kept in ${path}; for results, on a disk with space: ${replayHint(path)} --out DIR`
}

/** What is said when the disk takes no more of a run. */
export function diskErrorText(
    { isLost, isMoved }: RunFolder,
    { message }: DiskError,
    run: { readonly isStopped: boolean; readonly isReceived: boolean }
): string {
    const isElsewhere = isLost || isMoved
    const kept = isElsewhere ? "" : " What was received is kept."
    if (run.isReceived) return message + kept
    if (run.isStopped) return `${message} The run is stopped.${kept}`
    const next = isElsewhere ? "." : ", and the oldest part of its capture is let go."
    return `${message} The run goes on${next}`
}

/** The error of a run that was stopped because of the disk. */
export function asDiskError(error: RunError, diskError: DiskError | undefined): RunError {
    if (!diskError || !(error instanceof Interrupted)) return error
    const { receiver, sledMm } = error
    return Object.assign(new RunError(diskError.message), {
        ...(receiver && { receiver }),
        ...(sledMm !== undefined && { sledMm }),
    })
}

/** The command that makes the results of a run whose folder has none. */
export function replayHint(folder: string): string {
    return `npm run ivus -- replay ${nameText(folder)}/${CAPTURE_NAME}`
}

/** Says where the sled of a run that was cut stands. The cart may have reported it while the sled braked. */
export function withSled(error: RunError, wayBack: string | undefined): RunError {
    const { sledMm } = error
    if (sledMm !== undefined && wayBack !== undefined)
        error.message += `\nThe sled was last reported at ${sledMm.toFixed(1)} mm from its home switch. ${wayBack}`
    return error
}

export function withVerdict(error: RunError): RunError {
    error.verdict = error instanceof Interrupted ? "Stopped" : "Failed"
    return error
}
