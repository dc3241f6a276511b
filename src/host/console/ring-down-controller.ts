// Responsible for: the ring-down reference of the catheter on show: found, captured, stored, subtracted or not, and when it is stale.
// Not for: the capture itself (../picture/ring-down-capture.ts), files and limits (../references).

import {
    captureRingDown,
    type ImagingGeometry,
    noRingDown,
    type PolarFrame,
    RingDownError,
    type RingDownReference,
    ringDownResidualDb,
} from "../picture/picture"
import { ReferenceError, type StoredReference } from "../references/reference-file"
import type { ReferenceKey } from "../references/reference-key"
import type { ReferenceStore } from "../references/reference-store"
import { stalenessReasons } from "../references/staleness"

/** Frames of one capture: a second at 30 frames/s, well beyond the 8 that a median needs. */
export const CAPTURE_FRAMES = 30
/** What the reference leaves is looked at in so many of the latest frames, so often. */
const RESIDUAL_FRAMES = 8
const RESIDUAL_EVERY_US = 2e6

/** As the page and the summary are told. */
export interface RingDownTold {
    /** Whether it is taken off the picture now. */
    readonly subtracted: boolean
    /** The reference at hand; null where there is none. */
    readonly reference: {
        readonly captured: string
        readonly frames: number
        /** What it leaves of the ring-down in the latest frames; null before that is known, or where it leaves nothing. */
        readonly residualDb: number | null
    } | null
    /** Why it ought to be captured anew; a sentence each, none while it holds. */
    readonly stale: readonly string[]
    /** What else there is to say: none found, another's, damaged, stored where. */
    readonly notes: readonly string[]
    /** Frames that have come for the capture under way, and how many it takes; null while none is. */
    readonly capturing: readonly [come: number, of: number] | null
}

export class RingDownController {
    private key: ReferenceKey | undefined
    private geometry: ImagingGeometry | undefined
    private oneTransducer = false
    private stored: StoredReference | undefined
    private none: RingDownReference | undefined
    private notes: readonly string[] = []
    private wanted = true
    private collecting: PolarFrame[] | undefined
    private captureOf = CAPTURE_FRAMES
    private latest: PolarFrame[] = []
    private residualDb: number | undefined
    private lookedUs = -Infinity

    /**
     * @param store where references are kept
     * @param dateMs what the date is, ms since 1970 UTC
     */
    constructor(
        private readonly store: Pick<ReferenceStore, "find" | "save">,
        private readonly dateMs: () => number
    ) {}

    /** Another catheter or another setup: its own reference is looked for. */
    describe(key: ReferenceKey, geometry: ImagingGeometry, oneTransducer: boolean): void {
        this.key = key
        this.geometry = geometry
        this.oneTransducer = oneTransducer
        this.none = noRingDown(geometry)
        const { stored, notes } = this.store.find(key)
        this.notes = notes
        this.use(stored)
        this.collecting = undefined
    }

    /** What is to be taken off a picture now. */
    get ringDown(): RingDownReference {
        return this.wanted && this.stored ? this.stored.ringDown : this.none!
    }

    /** @returns why it cannot be; undefined when it was done */
    subtract(on: boolean): string | undefined {
        if (on && !this.stored)
            return "The request was not taken: there is no ring-down reference to subtract; capture one."
        this.wanted = on
        return undefined
    }

    /** The next frames become the reference. @returns why they cannot */
    capture(frames = CAPTURE_FRAMES): string | undefined {
        if (!this.key)
            return "The request was not taken: no picture comes that a ring-down could be captured from; go live first."
        if (this.collecting) return "The request was not taken: a capture is under way."
        this.collecting = []
        this.captureOf = frames
        return undefined
    }

    /** No more frames come: a capture under way has failed. */
    end(): void {
        if (this.collecting)
            this.notes = [
                `The picture ended after ${this.collecting.length} of ${this.captureOf} frames of the capture; go live and capture again.`,
            ]
        this.collecting = undefined
    }

    /** @param tickUs line-clock time of the frame */
    take(frame: PolarFrame, tickUs: number): void {
        this.latest.push(frame)
        if (this.latest.length > RESIDUAL_FRAMES) this.latest.shift()
        if (this.collecting) {
            this.collecting.push(frame)
            if (this.collecting.length >= this.captureOf) this.finish()
        }
        if (!this.stored || this.latest.length < RESIDUAL_FRAMES) return
        if (tickUs - this.lookedUs < RESIDUAL_EVERY_US) return
        this.lookedUs = tickUs
        this.residualDb = ringDownResidualDb(this.latest, this.stored.ringDown, this.geometry!)
    }

    told(): RingDownTold {
        const { stored, residualDb } = this
        return {
            subtracted: stored !== undefined && this.wanted,
            reference: stored
                ? {
                      captured: new Date(stored.capturedMs).toISOString(),
                      frames: stored.ringDown.frames,
                      residualDb:
                          residualDb !== undefined && Number.isFinite(residualDb)
                              ? Math.round(10 * residualDb) / 10
                              : null,
                  }
                : null,
            stale: stored ? stalenessReasons(stored.capturedMs, this.dateMs(), residualDb) : [],
            notes: this.notes,
            capturing: this.collecting ? [this.collecting.length, this.captureOf] : null,
        }
    }

    private use(stored: StoredReference | undefined): void {
        this.stored = stored
        this.latest = []
        this.residualDb = undefined
        this.lookedUs = -Infinity
    }

    private finish(): void {
        const frames = this.collecting!
        this.collecting = undefined
        try {
            const stored = {
                key: this.key!,
                capturedMs: this.dateMs(),
                ringDown: captureRingDown(frames, this.geometry!, this.oneTransducer),
            }
            this.use(stored)
            this.wanted = true
            this.notes = [`Stored in ${this.store.save(stored)}.`]
        } catch (error) {
            // One that could not be stored serves until the program ends, and this says so.
            if (error instanceof RingDownError || error instanceof ReferenceError)
                this.notes = [error.message]
            else throw error
        }
    }
}
