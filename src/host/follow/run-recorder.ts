// Records the pullbacks among the bytes of a cart: each in a capture of its own, live pictures without a pullback in none.

import { rmSync } from "node:fs"
import { join } from "node:path"
import { BURST_HEADER_LENGTH, BURST_MAGIC, MAGIC_AT } from "../../shared/protocol/burst"
import { getNumber } from "../../shared/protocol/bytes"
import { STATE_PULLING } from "../../shared/cart-machine"
import { EVENT_STATE } from "../../shared/codes"
import type { Restart } from "../../shared/protocol/messages"
import { helloBefore } from "../link/repeated-hello"
import type { RunListener, RunReceiver } from "../run/run-receiver"
import { BufferedFile } from "../runs/buffered-file"

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

/** Bytes between two runs that are kept, as messages before a run belong to it: some minutes of status. */
const IDLE_BYTES_MAX = 1 << 18
/** A cart that has lost its link connects again and tells the counts of the run that was cut. */
const SUMMARY_LIMIT_MS = 10_000

let captures = 0

export class RunRecorder {
    /** Bytes since the run before, from the start of a burst on. */
    private idle: Uint8Array[] = []
    private idleLength = 0
    /** Whether these begin with a hello. */
    private hasHello = false
    private file: BufferedFile | undefined
    private path = ""
    private beganMs: number | undefined
    private catheter = ""
    /** The summary was received; the rest of its piece of bytes is being processed. */
    private isEnded = false
    private isLost = false
    private boots: number | undefined

    /** @param receiver gets the same bytes, after {@link take} */
    constructor(
        private readonly receiver: () => RunReceiver,
        private readonly options: RecorderOptions
    ) {}

    readonly listener: RunListener = {
        onHello: () => {
            if (!this.file) this.hasHello = true
        },
        onRestart: restart => this.onRestart(restart),
        onDescription: ({ catheter }) => {
            // The summary of the run before was lost with a session.
            if (this.file) this.finish(true)
            this.catheter = catheter
            this.begin()
        },
        onEvent: ({ code, value }) => {
            if (code === EVENT_STATE && value === STATE_PULLING)
                this.beganMs ??= this.options.dateMs()
        },
        onEnd: () => void (this.isEnded = this.file !== undefined),
    }

    /** Whether a pullback is being recorded. */
    get isPulling(): boolean {
        return this.file !== undefined && this.beganMs !== undefined
    }

    /** Takes bytes as they are received, before the receiver gets them. */
    readonly take = (bytes: Uint8Array): void => {
        this.settle()
        if (this.file) return this.write(bytes)
        this.idleLength += bytes.length
        if (this.idleLength > IDLE_BYTES_MAX) this.rest()
        this.idle.push(Uint8Array.from(bytes))
    }

    /** Ends the capture of a run whose summary was received. */
    settle(): void {
        if (this.isEnded) this.finish(false)
    }

    /** The connection was lost; after some time without the cart's summary the run counts as cut. */
    lost(): void {
        this.settle()
        if (!this.file || this.isLost) return
        this.isLost = true
        const { path } = this
        this.options.after(SUMMARY_LIMIT_MS, () => {
            if (this.file && this.path === path && !this.isEnded) this.finish(true)
        })
    }

    /** Nothing more will be received: a run in progress is cut. */
    close(): void {
        this.settle()
        if (this.file) this.finish(true)
    }

    private onRestart({ boots }: Restart): void {
        // A program that has started again knows nothing of the run before.
        if (this.file && this.boots !== undefined && boots !== this.boots) this.finish(true)
        this.boots = boots
    }

    private begin(): void {
        const { folder } = this.options
        this.path = join(folder, `.capture-${process.pid}-${++captures}.partial`)
        this.beganMs = undefined
        this.isEnded = this.isLost = false
        try {
            this.file = new BufferedFile(this.path)
        } catch (error) {
            return this.fail(error as Error)
        }
        const first = Buffer.concat(this.idle)
        const { helloBytes } = this.receiver()
        if (!this.hasHello && helloBytes && isHeader(first))
            this.write(helloBefore(helloBytes, first))
        this.write(first)
    }

    private write(bytes: Uint8Array): void {
        try {
            this.file!.write(bytes)
        } catch (error) {
            this.fail(error as Error)
        }
    }

    /** The live picture goes on. */
    private fail(error: Error): void {
        this.file = undefined
        this.rest()
        rmSync(this.path, { force: true })
        this.options.report(`This run is not recorded: ${error.message}.`)
    }

    /** From here on, with the bytes of the burst that is not complete yet. */
    private rest(): void {
        const { pending } = this.receiver().stream
        this.idle = [Uint8Array.from(pending)]
        this.idleLength = pending.length
        this.hasHello = false
    }

    private finish(isCut: boolean): void {
        const { path, catheter, beganMs } = this
        const file = this.file!
        this.file = undefined
        this.isEnded = false
        try {
            file.truncate(file.length - this.receiver().stream.pending.length)
            file.close()
        } catch (error) {
            return this.fail(error as Error)
        }
        this.rest()
        if (beganMs === undefined) rmSync(path, { force: true })
        else this.options.onRun({ capture: path, catheter, beganMs, isCut })
    }
}

function isHeader(bytes: Uint8Array): boolean {
    return bytes.length >= BURST_HEADER_LENGTH && getNumber(bytes, MAGIC_AT, "u32") === BURST_MAGIC
}
