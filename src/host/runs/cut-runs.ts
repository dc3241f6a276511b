// Responsible for: runs that `ivus serve` lost its connection in: what came is kept and told, and their counts are closed by the
// summary that the cart tells in a later session.
// Not for: runs that ended while they were received (serve.ts), or those of `ivus pullback` (tcp-target.ts).

import { writeFileSync } from "node:fs"
import { basename } from "node:path"
import { type End, LINES_UNKNOWN } from "../../shared/protocol/messages"
import type { LineGap } from "../frames/assembled-frame"
import type { OutFolder } from "./out-folder"
import { gapsText } from "../frames/gaps-text"
import { keepCapture, replayHint } from "./cut-capture"
import type { DroppedLines, RunReceiver } from "../run/run-receiver"

/** The counts of a run that was cut, as they stand in its summary. */
interface CutSummary {
    readonly board: string
    readonly run: number
    readonly catheter: string
    /** Whether the cart has told since what it fired; until then what is missing behind the last line is not known. */
    readonly closed: boolean
    readonly lines: {
        /** By the front end's own count; null when it is not known. */
        readonly fired: number | null
        readonly sent: number | null
        readonly received: number
        readonly missing: number
        readonly gaps: readonly LineGap[]
        readonly damaged: number
        /** As far as the cart told. */
        readonly dropped: DroppedLines
    }
}

/** The latest run of a board that this host has seen something of. */
interface LatestRun {
    readonly run: number
    /** What came of it, until its counts are closed. */
    readonly cut?: {
        readonly receiver: RunReceiver
        /** Path of its summary, where its capture was kept. */
        readonly summary: string | undefined
    }
}

/** The runs of all boards, over all their connections. */
export class CutRuns {
    private readonly latest = new Map<string, LatestRun>()

    /** A run ended while it was received: its summary may come again. */
    ended(board: string, run: number): void {
        this.latest.set(board, { run })
    }

    /**
     * The connection was lost in a run: keeps what came.
     * @param receiver finished
     * @param folder with the run's capture
     * @returns what to tell
     */
    cut(board: string, receiver: RunReceiver, folder: OutFolder): string {
        const { run } = receiver.description!
        const cut = (summary?: string): void =>
            void this.latest.set(board, { run, cut: { receiver, summary } })
        cut()
        const { received, missing } = receiver.assembler!.counts
        const told = `cart ${board}: CUT in its run ${run}: ${received} lines had come, ${missingText(receiver, missing)} before the last of them; how many it fired it tells when it connects again`
        if (received === 0) return told
        try {
            const kept = keepCapture(folder)
            const summary = kept.replace(/ivl$/, "json")
            cut(summary)
            this.writeSummary(board, receiver, summary)
            return `${told}\nthey are kept: ${replayHint(kept, [])}, ${basename(summary)} has their counts`
        } catch (error) {
            return `${told}\nthe capture could not be kept: ${(error as Error).message}`
        }
    }

    /**
     * The summary of a run came to a connection that did not receive it.
     * @returns what to tell; undefined when all of it is known
     */
    close(board: string, end: End): string | undefined {
        const before = this.latest.get(board)
        this.latest.set(board, { run: end.run })
        const fired =
            end.lines_fired === LINES_UNKNOWN
                ? "how many lines it fired the cart could not count"
                : `${end.lines_fired} lines fired`
        const counts = `${fired}, ${end.lines_sent} sent`
        if (before?.run !== end.run)
            return `cart ${board}: ended run ${end.run}, which this host has not seen: ${counts}; its lines went to another host, or here before this program started`
        if (!before.cut) return undefined
        const { receiver, summary } = before.cut
        receiver.closeCounts(end)
        const { received, missing } = receiver.assembler!.counts
        const told = `cart ${board}: its run ${end.run}, which was CUT, ended: ${counts}, ${received} received, ${missingText(receiver, missing)}`
        if (summary === undefined) return told
        try {
            this.writeSummary(board, receiver, summary)
            return told
        } catch (error) {
            return `${told}\nits summary could not be written: ${(error as Error).message}`
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
