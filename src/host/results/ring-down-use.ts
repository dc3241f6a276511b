// Responsible for: what is taken off a pullback's frames as ring-down: a stored reference that holds, or what the pullback itself tells.
// Not for: the store (../references), or taking it off (../picture).

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

/** Where references are looked for. */
export interface References {
    readonly store: Pick<ReferenceStore, "find">
    /** When the pullback was made, ms since 1970 UTC; undefined where nobody knows (a replay), and then no reference is too old. */
    readonly pulledMs: number | undefined
}

/** What the summary tells of it. */
export interface RingDownUse {
    /** pullback: learnt from its own frames; none: element data begin behind it. */
    readonly source: "reference" | "pullback" | "none"
    readonly captured: string | null
    /** Why no stored reference was used, or what was wrong with one; a sentence each. */
    readonly notes: readonly string[]
}

/** What a reference leaves is looked at in so many frames from all over the pullback. */
const RESIDUAL_FRAMES = 8

/** A reference that does not hold is worse than what the pullback itself tells: it is not used. */
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

/** One sentence for people. */
export function ringDownText({ source, captured, notes }: RingDownUse): string {
    const what =
        source === "reference"
            ? `reference of ${captured} subtracted`
            : source === "pullback"
              ? `learnt from this pullback${captured ? `, since the reference of ${captured} is STALE` : ""}`
              : "none: element data begin behind it"
    return [`ring-down: ${what}`, ...notes].join("; ")
}
