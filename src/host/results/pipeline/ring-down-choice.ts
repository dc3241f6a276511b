// Chooses the ring-down of a run: for its pictures while it is received, and again when it has ended.

import {
    type ImagingGeometry,
    RING_DOWN_FRAMES,
    type PolarFrame,
    RingDownEstimate,
    type RingDownReference,
} from "../../picture/picture"
import type { ReferenceKey } from "../../references/reference-key"
import type { StoredReference } from "../../references/reference-file"
import { stalenessReasons } from "../../references/staleness"
import type { References, RingDownUse } from "../ring-down-use"

/** The residual is measured in this number of frames, spread over the pullback. */
const RESIDUAL_FRAMES = 8
/** A sample differs if its codes are further apart than this: 1.2 dB. */
const DIFFERENT_CODES = 4
/** The estimate changes if more than this share of its samples differ. */
const DIFFERENT_SHARE = 0.05

export interface FinalRingDown {
    readonly ringDown: RingDownReference
    readonly use: RingDownUse
}

/** Of the whole run, once it has ended. */
export interface WholeRun {
    readonly estimate: RingDownReference
    /** What the stored reference leaves in the frames {@link RingDownChoice.seen}. */
    readonly residualDb: number
}

export class RingDownChoice {
    /** The reference in use; undefined until enough frames are received. */
    current: RingDownReference | undefined
    /** A stored reference for this catheter and these settings. */
    readonly stored: StoredReference | undefined
    private readonly notes: readonly string[]
    private readonly estimate: RingDownEstimate
    private first: RingDownReference | undefined

    constructor(
        geometry: ImagingGeometry,
        key: ReferenceKey,
        private readonly references: References | undefined
    ) {
        this.estimate = new RingDownEstimate(geometry)
        const { stored, notes } = references?.store.find(key) ?? { stored: undefined, notes: [] }
        this.stored = stored
        this.notes = notes
        if (stored && this.staleReasons(undefined).length === 0) this.current = stored.ringDown
    }

    /** The next frame at speed. */
    add(frame: Pick<PolarFrame, "codes" | "present">): void {
        if (this.first) return
        this.estimate.add(frame)
        if (this.estimate.frames < RING_DOWN_FRAMES) return
        const first = this.firstEstimate
        this.current ??= first
    }

    /** The frames in which the stored reference is checked. */
    static seen(count: number): number[] {
        const seen = Math.min(RESIDUAL_FRAMES, count)
        return Array.from({ length: seen }, (_, i) => Math.floor(((i + 0.5) * count) / seen))
    }

    /**
     * A stale reference is worse than an estimate from the pullback, so it is not used.
     * @param whole left out if the first frames are all of them
     */
    final(whole: WholeRun | undefined): FinalRingDown {
        const { stored } = this
        const stale = stored ? this.staleReasons(whole?.residualDb) : []
        const captured = stored ? new Date(stored.capturedMs).toISOString() : null
        if (stored && stale.length === 0) {
            const use: RingDownUse = { source: "reference", captured, notes: this.notes }
            return { ringDown: stored.ringDown, use }
        }
        const first = this.firstEstimate
        const estimate = whole?.estimate ?? first
        const percent = 100 * differentShare(first, estimate)
        const hasChanged = percent > 100 * DIFFERENT_SHARE
        const notes = [...this.notes, ...stale]
        if (hasChanged)
            notes.push(
                `The ring-down changed during the pullback, in ${percent.toFixed(0)} % of its samples, so that of the whole pullback is used.`
            )
        return {
            ringDown: hasChanged ? estimate : first,
            use: { source: "pullback", captured, notes },
        }
    }

    /** From the first frames; the same whenever it is asked for after them. */
    private get firstEstimate(): RingDownReference {
        return (this.first ??= this.estimate.reference())
    }

    private staleReasons(residualDb: number | undefined): readonly string[] {
        const { capturedMs } = this.stored!
        return stalenessReasons(capturedMs, this.references?.pulledMs ?? capturedMs, residualDb)
    }
}

function differentShare(a: RingDownReference, b: RingDownReference): number {
    let different = 0
    for (let i = 0; i < a.codes.length; i++)
        if (Math.abs(a.codes[i]! - b.codes[i]!) > DIFFERENT_CODES) different++
    return a.codes.length > 0 ? different / a.codes.length : 0
}
