// Manages the ring-down reference of a live catheter: finds, captures and stores it, and reports when it is stale.

import {
    captureRingDown,
    type ImagingGeometry,
    noRingDown,
    type PolarFrame,
    RingDownError,
    type RingDownReference,
    ringDownResidualDb,
} from "../picture/picture"
import { refusalOf } from "./console-request"
import { ReferenceError, type StoredReference } from "../references/reference-file"
import type { ReferenceKey } from "../references/reference-key"
import type { ReferenceStore } from "../references/reference-store"
import { stalenessReasons } from "../references/staleness"

/** Frames of one capture: one second at 30 frames/s. The median needs at least 8. */
const CAPTURE_FRAMES = 30
/** The residual ring-down is measured over this number of latest frames, at this interval. */
const RESIDUAL_FRAMES = 8
const RESIDUAL_INTERVAL_US = 2e6

/** The state as the page and the summary of `ivus live` receive it. */
export interface RingDownState {
    /** Whether the reference is subtracted from the picture. */
    readonly subtracted: boolean
    /** The current reference; null if there is none. */
    readonly reference: {
        /** Time of the capture, ISO 8601. */
        readonly captured: string
        readonly frames: number
        /** Residual ring-down after subtraction in the latest frames, dB; null if not measured yet, or nothing is left. */
        readonly residualDb: number | null
    } | null
    /** Why the reference should be captured again, one sentence each; empty while it is valid. */
    readonly stale: readonly string[]
    /** Other messages, such as that no reference was found, or where one was stored. */
    readonly notes: readonly string[]
    /** Progress of a capture in frames; null while none is in progress. */
    readonly capturing: readonly [captured: number, total: number] | null
}

export class RingDownController {
    private key: ReferenceKey | undefined
    private geometry: ImagingGeometry | undefined
    private singleTransducer = false
    private stored: StoredReference | undefined
    private none: RingDownReference | undefined
    private notes: readonly string[] = []
    private subtractionOn = true
    private captured: PolarFrame[] | undefined
    private captureLength = CAPTURE_FRAMES
    private whenDone: (stored: boolean) => void = () => undefined
    private latest: PolarFrame[] = []
    private residualDb: number | undefined
    private residualTickUs = -Infinity

    /**
     * @param store holds the captured references
     * @param dateMs returns the date, ms since 1970 UTC
     */
    constructor(
        private readonly store: Pick<ReferenceStore, "find" | "save">,
        private readonly dateMs: () => number
    ) {}

    /** Selects a catheter and its settings, and looks up its stored reference. */
    setCatheter(key: ReferenceKey, geometry: ImagingGeometry, singleTransducer: boolean): void {
        this.key = key
        this.geometry = geometry
        this.singleTransducer = singleTransducer
        this.none = noRingDown(geometry)
        const { stored, notes } = this.store.find(key)
        this.notes = notes
        this.setReference(stored)
        if (this.captured) this.finished(false)
    }

    /** The reference to subtract from a picture. @throws before {@link setCatheter} */
    get ringDown(): RingDownReference {
        return this.subtractionOn && this.stored ? this.stored.ringDown : this.none!
    }

    /** Switches the subtraction. @returns the sentence by which it was refused; undefined when it was done */
    setSubtracted(on: boolean): string | undefined {
        if (on && !this.stored)
            return refusalOf("there is no ring-down reference to subtract; capture one")
        this.subtractionOn = on
        return undefined
    }

    /**
     * Starts the capture of the next frames.
     * @param whenDone called when it has ended: whether a reference was captured and stored
     * @returns the sentence by which it was refused; undefined when it was done
     */
    capture(
        frames = CAPTURE_FRAMES,
        whenDone: (stored: boolean) => void = () => undefined
    ): string | undefined {
        if (!this.key) return refusalOf("no frames are received; go live first")
        if (this.captured) return refusalOf("a capture is already in progress")
        this.captured = []
        this.captureLength = frames
        this.whenDone = whenDone
        return undefined
    }

    /** Handles the end of the frames; a capture in progress fails. */
    end(): void {
        if (!this.captured) return
        this.notes = [
            `The capture ended after ${this.captured.length} of ${this.captureLength} frames because no more were received; go live and capture again.`,
        ]
        this.finished(false)
    }

    private finished(stored: boolean): void {
        this.captured = undefined
        this.whenDone(stored)
    }

    /** @param tickUs line-clock time of the frame */
    addFrame(frame: PolarFrame, tickUs: number): void {
        this.latest.push(frame)
        if (this.latest.length > RESIDUAL_FRAMES) this.latest.shift()
        if (this.captured) {
            this.captured.push(frame)
            if (this.captured.length >= this.captureLength) this.finishCapture()
        }
        if (!this.stored || this.latest.length < RESIDUAL_FRAMES) return
        if (tickUs - this.residualTickUs < RESIDUAL_INTERVAL_US) return
        this.residualTickUs = tickUs
        this.residualDb = ringDownResidualDb(this.latest, this.stored.ringDown, this.geometry!)
    }

    state(): RingDownState {
        const { stored, residualDb } = this
        return {
            subtracted: stored !== undefined && this.subtractionOn,
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
            capturing: this.captured ? [this.captured.length, this.captureLength] : null,
        }
    }

    private setReference(stored: StoredReference | undefined): void {
        this.stored = stored
        this.latest = []
        this.residualDb = undefined
        this.residualTickUs = -Infinity
    }

    private finishCapture(): void {
        const frames = this.captured!
        try {
            const stored = {
                key: this.key!,
                capturedMs: this.dateMs(),
                ringDown: captureRingDown(frames, this.geometry!, this.singleTransducer),
            }
            this.setReference(stored)
            this.subtractionOn = true
            this.notes = [`Stored in ${this.store.save(stored)}.`]
            this.finished(true)
        } catch (error) {
            // A reference that could not be stored is still used until the program ends.
            if (error instanceof RingDownError || error instanceof ReferenceError)
                this.notes = [error.message]
            else throw error
            this.finished(false)
        }
    }
}
