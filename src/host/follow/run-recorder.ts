// Records the pullbacks among the bytes of a cart: each in a capture of its own, live pictures without a pullback in none.

import { rmSync } from "node:fs"
import { join } from "node:path"
import { STATE_PULLING } from "../../shared/cart-machine"
import { EVENT_STATE } from "../../shared/codes"
import { TYPE_AT, TYPE_DESCRIPTION } from "../../shared/protocol/burst"
import type { Restart } from "../../shared/protocol/messages"
import type { RunListener, RunReceiver } from "../run/run-receiver"
import { BufferedFile } from "../runs/buffered-file"
import { RunOpening } from "../runs/run-opening"

/** A pullback that has ended, or was cut. */
export interface RecordedRun {
    /** Path of its capture, which belongs to the one who gets it. */
    readonly capture: string
    readonly catheter: string
    /** When the sled began to pull, ms since 1970 UTC. */
    readonly beganMs: number
    /** The cart's summary of it was not received. */
    readonly isCut: boolean
}

export interface RecorderOptions {
    /** Folder for the captures in progress; it exists. */
    readonly folder: string
    readonly dateMs: () => number
    /** Runs an action later. */
    readonly after: (ms: number, action: () => void) => void
    readonly onRun: (run: RecordedRun) => void
    /** Says that a run cannot be recorded. */
    readonly report: (line: string) => void
}

/** A cart that has lost its link connects again and tells the counts of the run that was cut. */
const SUMMARY_LIMIT_MS = 10_000

let captures = 0

/** A pullback that is being recorded. */
interface Recording {
    readonly file: BufferedFile
    readonly path: string
    readonly beganMs: number
}

export class RunRecorder {
    private readonly opening = new RunOpening()
    private recording: Recording | undefined
    /** The catheter of the run whose description was received; undefined after its summary. */
    private catheter: string | undefined
    /** The capture of the run has been closed, or could not be written. */
    private isOver = false
    private isLost = false
    private boots: number | undefined

    /** @param receiver calls {@link listener} */
    constructor(
        private readonly receiver: () => RunReceiver,
        private readonly options: RecorderOptions
    ) {}

    readonly listener: RunListener = {
        onBytes: (bytes, isUsed) => {
            // The summary of the run before was lost with a session.
            if (this.recording && isUsed && bytes[TYPE_AT] === TYPE_DESCRIPTION) this.finish(true)
            if (this.recording) this.write(bytes)
            else if (isUsed) this.opening.take(bytes)
        },
        onRestart: restart => this.onRestart(restart),
        onDescription: ({ catheter }) => {
            if (this.catheter !== undefined) this.opening.begin()
            this.catheter = catheter
            this.isOver = false
        },
        onEvent: ({ code, value }) => {
            if (code === EVENT_STATE) this.onState(value)
        },
        onStatus: ({ state }) => this.onState(state),
        onEnd: () => {
            if (this.recording) this.finish(false)
            this.catheter = undefined
            this.opening.clear()
        },
    }

    /** The connection was lost; after some time without the cart's summary the run counts as cut. */
    lost(): void {
        const { recording } = this
        if (!recording || this.isLost) return
        this.isLost = true
        this.options.after(SUMMARY_LIMIT_MS, () => {
            if (this.recording === recording) this.finish(true)
        })
    }

    /** Nothing more will be received: a run in progress is cut. */
    close(): void {
        if (this.recording) this.finish(true)
    }

    private onRestart({ boots }: Restart): void {
        // A program that has started again knows nothing of the run before.
        if (this.recording && this.boots !== undefined && boots !== this.boots) this.finish(true)
        this.boots = boots
    }

    private onState(state: number): void {
        if (state !== STATE_PULLING || this.recording || this.isOver) return
        if (this.catheter !== undefined) this.begin()
    }

    private begin(): void {
        const { folder, dateMs } = this.options
        const path = join(folder, `.capture-${process.pid}-${++captures}.partial`)
        try {
            this.recording = { file: new BufferedFile(path), path, beganMs: dateMs() }
        } catch (error) {
            return this.fail(path, error as Error)
        }
        this.isLost = false
        const { helloBytes, assembler } = this.receiver()
        this.write(this.opening.bytes(helloBytes, assembler?.nextLine ?? 0))
        this.opening.clear()
    }

    private write(bytes: Uint8Array): void {
        const { file, path } = this.recording!
        try {
            file.write(bytes)
        } catch (error) {
            this.fail(path, error as Error)
        }
    }

    /** The live picture goes on. */
    private fail(path: string, error: Error): void {
        this.recording = undefined
        this.isOver = true
        rmSync(path, { force: true })
        this.options.report(`This run is not recorded: ${error.message}.`)
    }

    private finish(isCut: boolean): void {
        const { file, path, beganMs } = this.recording!
        this.recording = undefined
        this.isOver = true
        try {
            file.close()
        } catch (error) {
            return this.fail(path, error as Error)
        }
        this.options.onRun({ capture: path, catheter: this.catheter!, beganMs, isCut })
    }
}
