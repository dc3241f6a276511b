// Which ring-down was subtracted, and why, as data and as text. Chosen in pipeline/ring-down-choice.ts.

import type { ReferenceStore } from "../references/reference-store"

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

/** The choice as one sentence of the summary. */
export function ringDownText({ source, captured, notes }: RingDownUse): string {
    const what =
        source === "reference"
            ? `reference of ${captured} subtracted`
            : source === "pullback"
              ? `estimated from this pullback${captured ? `, because the reference of ${captured} is STALE` : ""}`
              : "none: channel data begins beyond it"
    return [`ring-down: ${what}${notes.length > 0 ? "." : ""}`, ...notes].join(" ")
}
