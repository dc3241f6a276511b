// Runs cut by a lost connection in `ivus serve`: keeps and reports what was received, and completes their counts with
// the summary that the cart sends in a later session.

import { writeFileSync } from "node:fs"
import { basename } from "node:path"
import { type End, LINES_UNKNOWN } from "../../shared/protocol/messages"
import type { LineGap } from "../frames/assembled-frame"
import type { OutFolder } from "./out-folder"
import { gapsText } from "../frames/gaps-text"
import { keepCapture, replayHint } from "./cut-capture"
import { type DroppedLines, linesFired, type RunReceiver } from "../run/run-receiver"

/** The counts of a cut run, as written to its JSON summary. */
interface CutSummary {
    readonly board: string
    readonly run: number
    readonly catheter: string
    /**
     * Whether the cart has reported its counts since; until then the lines missing after the last received one are
     * unknown.
     */
    readonly closed: boolean
    readonly lines: {
        /** By the front end's count; null if unknown. */
        readonly fired: number | null
        readonly sent: number | null
        readonly received: number
        readonly missing: number
        readonly gaps: readonly LineGap[]
        readonly damaged: number
        /** As far as the cart has reported them. */
        readonly dropped: DroppedLines
    }
}

/** The latest run of a board that this host has received anything of. */
interface LatestRun {
    readonly run: number
    /** What was received of a cut run, until its counts are complete. */
    readonly cut?: {
        readonly receiver: RunReceiver
        /** Path of its JSON summary, if its capture was kept. */
        readonly summary: string | undefined
    }
}

/** The latest runs of all boards, over all their connections. */
export class CutRuns {
    private readonly latest = new Map<string, LatestRun>()

    /** A run ended while it was received; the cart may send its summary again. */
    ended(board: string, run: number): void {
        this.latest.set(board, { run })
    }

    /**
     * The connection was lost during a run: keeps what was received.
     * @param receiver after `finish()`
     * @param folder holds the run's capture
     * @returns the text to report
     */
    cut(board: string, receiver: RunReceiver, folder: OutFolder): string {
        const { run } = receiver.description!
        const cut = (summary?: string): void =>
            void this.latest.set(board, { run, cut: { receiver, summary } })
        cut()
        const { received, missing } = receiver.assembler!.counts
        const text = `cart ${board}: run ${run} was CUT: ${received} A-lines received, ${missingText(receiver, missing)} before the last of them; the cart reports how many A-lines it fired when it connects again`
        if (received === 0) return text
        try {
            const kept = keepCapture(folder)
            const summary = kept.replace(/ivl$/, "json")
            cut(summary)
            this.writeSummary(board, receiver, summary)
            return `${text}\nthey are kept; ${basename(summary)} has their counts\n${replayHint(kept, [])}`
        } catch (error) {
            return `${text}\nthe capture could not be kept: ${(error as Error).message}`
        }
    }

    /**
     * A connection received the summary of a run that it did not receive.
     * @returns the text to report; undefined if nothing in it is new
     */
    close(board: string, end: End): string | undefined {
        const before = this.latest.get(board)
        this.latest.set(board, { run: end.run })
        const fired =
            end.lines_fired === LINES_UNKNOWN
                ? "number of fired A-lines unknown to the cart"
                : `${end.lines_fired} A-lines fired`
        const counts = `${fired}, ${end.lines_sent} sent`
        if (before?.run !== end.run)
            return `cart ${board}: run ${end.run}, which this host did not receive, ended: ${counts}; its A-lines went to another host, or here before this program started`
        if (!before.cut) return undefined
        const { receiver, summary } = before.cut
        receiver.closeCounts(end)
        const { received, missing } = receiver.assembler!.counts
        const text = `cart ${board}: run ${end.run}, which was CUT, ended: ${counts}, ${received} received, ${missingText(receiver, missing)}${linesFired(end) === undefined ? "; how many were lost after the last one received is not known" : ""}`
        if (summary === undefined) return text
        try {
            this.writeSummary(board, receiver, summary)
            return text
        } catch (error) {
            return `${text}\nits summary could not be written: ${(error as Error).message}`
        }
    }

    private writeSummary(board: string, receiver: RunReceiver, path: string): void {
        const { end, description, assembler, dropped, stream } = receiver
        const { counts, gaps } = assembler!
        const fired = end?.lines_fired
        const summary: CutSummary = {
            board,
            run: description!.run,
            catheter: description!.catheter,
            closed: end !== undefined,
            lines: {
                fired: fired === LINES_UNKNOWN ? null : (fired ?? null),
                sent: end?.lines_sent ?? null,
                received: counts.received,
                missing: counts.missing,
                gaps,
                damaged: stream.faults.linesDamaged,
                dropped: { ...dropped },
            },
        }
        const text = JSON.stringify(summary, undefined, 4)
        writeFileSync(path, `${text}\n`)
    }
}

function missingText(receiver: RunReceiver, missing: number): string {
    return missing === 0
        ? "none missing"
        : `${missing} missing (${gapsText(receiver.assembler!.gaps)})`
}
