// Records the pullbacks among the bytes of a cart, over all its connections: each in a folder of its own, live pictures without a
// pullback in none.

import { STATE_PULLING } from "../../shared/cart-machine"
import { EVENT_STATE } from "../../shared/codes"
import { TYPE_AT, TYPE_DESCRIPTION } from "../../shared/protocol/burst"
import type { Description, End, Restart } from "../../shared/protocol/messages"
import type { RunListener, RunReceiver } from "../run/run-receiver"
import { unknownText } from "./late-summary"
import type { BeginRun, BegunRun, RunWriting } from "./recorded-run"
import { RunOpening } from "./run-opening"

export interface RecorderOptions {
    /** Begins to write a run: `new RunWriter(...)` (run-writer.ts), or one in another thread (../follow/run-thread.ts). */
    readonly begin: BeginRun
    readonly dateMs: () => number
    /** Runs an action later. */
    readonly after: (ms: number, action: () => void) => void
    /** Says that a run cannot be recorded. */
    readonly report: (line: string) => void
    /** Whether this run was recorded here; left out, only the latest one is known. */
    readonly knows?: (run: number) => boolean
    /**
     * Completes the counts of a run that an earlier program received in part.
     * @returns what to say of it, which may be nothing; undefined if there is no such run
     */
    readonly completeEarlier?: (end: End) => Promise<string | undefined>
    /** Called before the first byte of a pullback is written. */
    readonly onBegin?: (begun: BegunRun) => void
}

/** A cart that has lost its link connects again and tells the counts of the run that was cut. */
const SUMMARY_LIMIT_MS = 10_000

/** A run and who writes it. */
interface Recording {
    readonly begun: BegunRun
    readonly writing: RunWriting
}

export class RunRecorder {
    private readonly opening = new RunOpening()
    private recording: Recording | undefined
    /** The latest run, if it was cut: its summary may still come. */
    private cut: Recording | undefined
    /** The runs whose results are being made, in order. */
    private readonly unfinished = new Map<Recording, Promise<void>>()
    /** The run whose description was received; undefined after its summary. */
    private described: Description | undefined
    /** The run has been closed, or could not be written. */
    private isOver = false
    private isLost = false
    private boots: number | undefined
    /** The cart's number of the latest run of which anything was received. */
    private latest: number | undefined
    private count = 0

    /** @param receiver that of the present connection, which calls {@link listener} */
    constructor(
        private readonly receiver: () => RunReceiver,
        private readonly options: RecorderOptions
    ) {}

    readonly listener: RunListener = {
        onBytes: (bytes, isUsed) => {
            // The summary of the run before was lost with a session.
            if (this.recording && isUsed && bytes[TYPE_AT] === TYPE_DESCRIPTION) this.finish(true)
            if (this.recording) this.recording.writing.take(bytes)
            else if (isUsed) this.opening.take(bytes)
        },
        onRestart: restart => this.onRestart(restart),
        onDescription: description => {
            if (this.described) this.opening.begin()
            this.described = description
            this.latest = description.run
            this.isOver = false
        },
        onEvent: ({ code, value }) => {
            if (code === EVENT_STATE) this.onState(value)
        },
        onStatus: ({ state }) => this.onState(state),
        onEnd: end => this.onEnd(end),
        onUnknownRunEnd: end => {
            // The cart repeats it in every session.
            if (end.run !== this.latest && !this.options.knows?.(end.run)) this.unknown(end)
            this.onEnd(end)
        },
    }

    /** The run whose bytes are being written. */
    get current(): BegunRun | undefined {
        return this.recording?.begun
    }

    /** The first run that is over and whose results are being made. */
    get making(): BegunRun | undefined {
        for (const { begun } of this.unfinished.keys()) return begun
        return undefined
    }

    /** The connection was lost; after some time without the cart's summary the run counts as cut. */
    lost(): void {
        const { recording } = this
        if (!recording || this.isLost) return
        this.isLost = true
        this.options.after(SUMMARY_LIMIT_MS, () => {
            if (this.isLost && this.recording === recording) this.finish(true)
        })
    }

    /** Ends the run in progress before the cart does, because the disk takes no more of it. */
    stop(): void {
        if (this.recording) this.finish(false)
    }

    /** Nothing more will be received: a run in progress is cut. Resolves when all files are written. */
    async close(): Promise<void> {
        if (this.recording) this.finish(true)
        while (this.unfinished.size > 0) await Promise.all(this.unfinished.values())
    }

    /** Ends at once: what was received is kept, without results. */
    drop(): void {
        this.recording?.writing.drop()
        this.recording = undefined
        for (const { writing } of this.unfinished.keys()) writing.drop()
    }

    private onRestart({ boots }: Restart): void {
        if (this.boots !== undefined && boots !== this.boots) {
            // A program that has started again knows nothing of the run before.
            if (this.recording) this.finish(true)
            this.cut = undefined
        }
        this.boots = boots
    }

    private onState(state: number): void {
        if (state !== STATE_PULLING || this.recording || this.isOver || !this.described) return
        this.begin(this.described)
    }

    private onEnd(end: End): void {
        const { recording, cut, described } = this
        this.latest = end.run
        if (recording?.begun.run === end.run) this.finish(false)
        else if (cut?.begun.run === end.run) {
            this.cut = undefined
            this.make(cut, () => cut.writing.complete(end))
        }
        if (described?.run !== end.run) return
        this.described = undefined
        this.opening.clear()
    }

    /** The summary of a run that was not received here, or not by this program. */
    private unknown(end: End): void {
        const { report, completeEarlier } = this.options
        const say = (text = unknownText(end)): void => {
            if (text !== "") report(text)
        }
        if (!completeEarlier) return say()
        completeEarlier(end).then(say, (error: Error) =>
            report(`The counts of run ${end.run} are not in its record: ${error.message}.`)
        )
    }

    private begin({ catheter, run }: Description): void {
        const { begin, dateMs, report, onBegin } = this.options
        const begun: BegunRun = { number: ++this.count, run, catheter, beganMs: dateMs() }
        onBegin?.(begun)
        this.isLost = false
        try {
            this.recording = { begun, writing: begin(begun) }
        } catch (error) {
            // The live picture goes on.
            this.isOver = true
            return report(`This run is not recorded: ${(error as Error).message}`)
        }
        this.cut = undefined
        const { helloBytes, assembler } = this.receiver()
        const bytes = this.opening.bytes(helloBytes, assembler?.nextLine ?? 0)
        this.recording.writing.take(bytes)
        this.opening.clear()
    }

    private finish(isCut: boolean): void {
        const recording = this.recording!
        this.recording = undefined
        this.isOver = true
        this.cut = isCut ? recording : undefined
        this.make(recording, () => recording.writing.finish(isCut))
    }

    /** Does something for which the files of a run are written. */
    private make(recording: Recording, action: () => void): void {
        action()
        const settled = recording.writing.settled()
        this.unfinished.set(recording, settled)
        void settled.finally(() => {
            if (this.unfinished.get(recording) === settled) this.unfinished.delete(recording)
        })
    }
}
