// The counts of a run that an earlier program received in part, completed with the cart's summary that comes to this one.

import { join } from "node:path"
import { GOOD } from "../../shared/codes"
import type { End } from "../../shared/protocol/messages"
import { LogFile } from "../log/log-file"
import { verdictOf } from "../results/verdict"
import { linesFired, type RunReceiver } from "../run/run-receiver"
import { changeRecord } from "./change-record"
import { completedText } from "./late-summary"
import { listRuns } from "./list-runs"
import { readCapture } from "./read-capture"
import { CAPTURE_NAME, LOG_NAME } from "./run-record"

const silent = (): void => undefined

/**
 * @param runs the folder for the folders of runs
 * @param cart the id of the cart's board
 * @returns what to say of it, nothing if the record has the counts already; undefined if there is no such run
 */
export async function completeEarlier(
    runs: string,
    cart: string,
    end: End
): Promise<string | undefined> {
    const found = listRuns(runs).find(({ record }) => {
        const isReplay = typeof record?.replay_of === "string"
        return record?.cart === cart && record.run === end.run && !isReplay
    })
    if (!found) return undefined
    const { folder, record } = found
    if (record!.lines_fired !== null || record!.writer) return ""
    const [receiver, frames] = await receivedOf(folder)
    if (!receiver.closeCounts(end)) return undefined
    const { window_start_nm, window_end_nm } = receiver.description!
    const { verdict, verdictReason } = verdictOf({ receiver })
    changeRecord(folder, before => ({
        ...before,
        // The rest of a run that ended well is missing because of the program, as the record says.
        ...(end.outcome !== GOOD && { verdict, verdict_reason: verdictReason }),
        frames,
        length_mm: (window_end_nm - window_start_nm) / 1e6,
        lines_fired: linesFired(end) ?? null,
        lines_missing: receiver.assembler!.counts.missing,
    }))
    const text = completedText(receiver, end)
    const log = new LogFile(join(folder, LOG_NAME), silent)
    log.write("run", text)
    log.end()
    return `${text}; it is in ${folder}, and "ivus replay" makes its results`
}

/** @returns what is in the capture, and its number of frames at speed */
async function receivedOf(folder: string): Promise<[RunReceiver, number]> {
    let frames = 0
    const receiver = await readCapture(join(folder, CAPTURE_NAME), {
        ...{ progress: silent, onBytes: silent, stop: new AbortController().signal },
        listener: { onFrame: frame => void (frame.isImaged && frames++) },
        keeps: "nothing",
    })
    return [receiver, frames]
}
