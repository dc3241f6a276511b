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
import { faultsOfFirst, type RingDownCheck } from "./ring-down-check"

export interface FinalRingDown {
    readonly ringDown: RingDownReference
    readonly use: RingDownUse
}

/** The estimate from the whole run, once it has ended, and how that from the first frames compares with it. */
export interface WholeEstimate {
    readonly estimate: RingDownReference
    readonly check: RingDownCheck
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

    /**
     * Once the run has ended. A stale reference is worse than an estimate from the pullback, so it is not used.
     * @param residualDb what the stored reference leaves
     * @param wholeEstimate is called if the run has more frames than the first estimate
     */
    async final(
        residualDb: number | undefined,
        wholeEstimate?: (first: RingDownReference) => Promise<WholeEstimate>
    ): Promise<FinalRingDown> {
        const { stored } = this
        const stale = stored ? this.staleReasons(residualDb) : []
        const captured = stored ? new Date(stored.capturedMs).toISOString() : null
        if (stored && stale.length === 0) {
            const use: RingDownUse = { source: "reference", captured, notes: this.notes }
            return { ringDown: stored.ringDown, use }
        }
        const first = this.firstEstimate
        const whole = await wholeEstimate?.(first)
        const notes = [...this.notes, ...stale]
        const faults = whole ? faultsOfFirst(whole.check) : []
        const ringDown = whole && faults.length > 0 ? whole.estimate : first
        if (faults.length > 0)
            notes.push(
                `The ring-down changed during the pullback: that of its first frames ${faults.join(" and ")}, so that of the whole pullback is used.`
            )
        return { ringDown, use: { source: "pullback", captured, notes } }
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
