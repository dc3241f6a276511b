// Chooses the ring-down reference of a pullback: a stored one if it is valid, else an estimate from the pullback.

import {
    estimateRingDown,
    type ImagingGeometry,
    type PolarFrame,
    type RingDownReference,
    ringDownResidualDb,
} from "../picture/picture"
import type { ReferenceKey } from "../references/reference-key"
import type { ReferenceStore } from "../references/reference-store"
import { stalenessReasons } from "../references/staleness"

/** Stored references and the date of the pullback. */
export interface References {
    readonly store: Pick<ReferenceStore, "find">
    /** Time of the pullback, ms since 1970 UTC; undefined for a replay, and then no reference is too old. */
    readonly pulledMs: number | undefined
}

/** The choice, as the summary reports it. */
export interface RingDownUse {
    /** pullback: estimated from its own frames; none: channel data starts beyond the ring-down. */
    readonly source: "reference" | "pullback" | "none"
    /** Time of the stored reference, ISO 8601. */
    readonly captured: string | null
    /** Why no stored reference was used, one sentence each. */
    readonly notes: readonly string[]
}

/** The residual is measured in this number of frames, spread over the pullback. */
const RESIDUAL_FRAMES = 8

/** A stale reference is worse than an estimate from the pullback, so it is not used. */
export function ringDownOf(
    frames: readonly PolarFrame[],
    geometry: ImagingGeometry,
    key: ReferenceKey,
    references: References | undefined
): { ringDown: RingDownReference; use: RingDownUse } {
    const { stored, notes } = references?.store.find(key) ?? { notes: [] }
    if (stored) {
        const { ringDown, capturedMs } = stored
        const stale = stalenessReasons(
            capturedMs,
            references?.pulledMs ?? capturedMs,
            ringDownResidualDb(spread(frames), ringDown, geometry)
        )
        const captured = new Date(capturedMs).toISOString()
        if (stale.length === 0) return { ringDown, use: { source: "reference", captured, notes } }
        return {
            ringDown: estimateRingDown(frames, geometry),
            use: {
                source: "pullback",
                captured,
                notes: [...notes, ...stale],
            },
        }
    }
    return {
        ringDown: estimateRingDown(frames, geometry),
        use: { source: "pullback", captured: null, notes },
    }
}

function spread(frames: readonly PolarFrame[]): PolarFrame[] {
    const count = Math.min(RESIDUAL_FRAMES, frames.length)
    return Array.from(
        { length: count },
        (_, i) => frames[Math.floor(((i + 0.5) * frames.length) / count)]!
    )
}

/** The choice as one sentence of the summary. */
export function ringDownText({ source, captured, notes }: RingDownUse): string {
    const what =
        source === "reference"
            ? `reference of ${captured} subtracted`
            : source === "pullback"
              ? `estimated from this pullback${captured ? `, because the reference of ${captured} is STALE` : ""}`
              : "none: channel data begins beyond it"
    return [`ring-down: ${what}`, ...notes].join(notes.length > 0 ? ". " : "")
}
