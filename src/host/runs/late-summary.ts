// What is said of a run that was cut, and of the cart's summary of it that comes later.

import { type End, LINES_UNKNOWN } from "../../shared/protocol/messages"
import { gapsText } from "../frames/gaps-text"
import type { RunSummary } from "../results/summary"
import { verdictOf } from "../results/verdict"
import { linesFired, type RunReceiver } from "../run/run-receiver"

export function cutText(receiver: RunReceiver): string {
    const { received } = receiver.assembler!.counts
    return `run ${receiver.description!.run} was CUT: ${received} A-lines received, ${missingText(receiver)} before the last of them; the cart reports how many A-lines it fired when it connects again`
}

/** @param receiver has the summary */
export function completedText(receiver: RunReceiver, end: End): string {
    const { run, lines_sent } = end
    const { received } = receiver.assembler!.counts
    const after =
        linesFired(end) === undefined
            ? "; how many were lost after the last one received is not known"
            : ""
    return `run ${run}, which was CUT, ended: ${firedText(end)}, ${lines_sent} sent, ${received} received, ${missingText(receiver)}${after}`
}

/** The summary of a run of which nothing was received here. */
export function unknownText(end: End): string {
    return `run ${end.run}, which this host did not receive, ended: ${firedText(end)}, ${end.lines_sent} sent; its A-lines went to another host, or here before this program started`
}

/** A summary that was made before the cart's own one came. @param receiver has that now */
export function summaryWithEnd(summary: RunSummary, receiver: RunReceiver): RunSummary {
    const { counts, gaps } = receiver.assembler!
    return {
        ...summary,
        ...verdictOf({ receiver }),
        summaryReceived: true,
        clean: false,
        lines: {
            ...summary.lines,
            fired: linesFired(receiver.end) ?? null,
            missing: counts.missing,
            gaps,
            dropped: { ...receiver.dropped },
        },
    }
}

function firedText({ lines_fired }: End): string {
    return lines_fired === LINES_UNKNOWN
        ? "number of fired A-lines unknown to the cart"
        : `${lines_fired} A-lines fired`
}

function missingText({ assembler }: RunReceiver): string {
    const { counts, gaps } = assembler!
    return counts.missing === 0 ? "none missing" : `${counts.missing} missing (${gapsText(gaps)})`
}
