// Responsible for: runs that `ivus serve` lost its connection in: what came is kept and told, and their counts are closed by the
// summary that the cart tells in a later session.
// Not for: runs that ended while they were received (serve-command.ts), or those of `ivus pullback` (tcp-target.ts).

import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { type End, LINES_UNKNOWN } from "../../wire/messages"
import type { LineGap } from "../frames/frame-assembler"
import type { OutFolder } from "../results/out-folder"
import { gapsText } from "../results/summary"
import type { DroppedLines, RunReceiver } from "../run/run-receiver"

/** What came of a run that was cut, and its summary; no result of a whole run has these names. */
const CUT_CAPTURE = "capture-cut.ivl"
const CUT_SUMMARY = "capture-cut.json"

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
interface SeenRun {
    readonly run: number
    /** What came of it, until its counts are closed. */
    readonly cut?: { readonly receiver: RunReceiver; readonly out: string }
}

/** The runs of all boards, over all their connections. */
export class CutRuns {
    private readonly seen = new Map<string, SeenRun>()
    /** Whose capture is in the out folder: a later one takes its place. */
    private kept: RunReceiver | undefined

    /** A run ended while it was received: its summary may come again. */
    sawEnd(board: string, run: number): void {
        this.seen.set(board, { run })
    }

    /**
     * The connection was lost in a run: keeps what came.
     * @param receiver finished
     * @param folder with the run's capture
     * @returns what to tell
     */
    cut(board: string, receiver: RunReceiver, folder: OutFolder): string {
        const { run } = receiver.description!
        const out = folder.path
        this.seen.set(board, { run, cut: { receiver, out } })
        const { received, missing } = receiver.assembler!.counts
        const told = `cart ${board}: CUT in its run ${run}: ${received} lines had come, ${missingText(receiver, missing)} before the last of them; how many it fired it tells when it connects again`
        if (received === 0) return told
        try {
            const kept = folder.keep("capture.ivl", CUT_CAPTURE)
            this.kept = receiver
            this.summarize(board, receiver, out)
            return `${told}\nthey are kept: "npm run ivus -- replay ${kept}" makes their pictures, ${CUT_SUMMARY} has their counts`
        } catch (error) {
            return `${told}\nthe capture could not be kept: ${(error as Error).message}`
        }
    }

    /**
     * The summary of a run came to a connection that did not receive it.
     * @returns what to tell; undefined when all of it is known
     */
    close(board: string, end: End): string | undefined {
        const before = this.seen.get(board)
        this.seen.set(board, { run: end.run })
        const fired =
            end.lines_fired === LINES_UNKNOWN
                ? "how many lines it fired the cart could not count"
                : `${end.lines_fired} lines fired`
        const counts = `${fired}, ${end.lines_sent} sent`
        if (before?.run !== end.run)
            return `cart ${board}: ended run ${end.run}, which this host has not seen: ${counts}; its lines went to another host, or here before this program started`
        if (!before.cut) return undefined
        const { receiver, out } = before.cut
        receiver.closeCounts(end)
        const { received, missing } = receiver.assembler!.counts
        const told = `cart ${board}: its run ${end.run}, which was CUT, ended: ${counts}, ${received} received, ${missingText(receiver, missing)}`
        if (this.kept !== receiver) return told
        try {
            this.summarize(board, receiver, out)
            return told
        } catch (error) {
            return `${told}\nits summary could not be written: ${(error as Error).message}`
        }
    }

    private summarize(board: string, receiver: RunReceiver, out: string): void {
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
        writeFileSync(join(out, CUT_SUMMARY), `${text}\n`)
    }
}

function missingText(receiver: RunReceiver, missing: number): string {
    return missing === 0
        ? "none missing"
        : `${missing} missing (${gapsText(receiver.assembler!.gaps)})`
}
