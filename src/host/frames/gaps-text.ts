// The gaps in the received A-lines as text.

import type { LineGap } from "./assembled-frame"

/** Gaps that are listed; the summary has all of them. */
const GAPS_SHOWN = 4

export function gapsText(gaps: readonly LineGap[]): string {
    const shown = gaps
        .slice(0, GAPS_SHOWN)
        .map(({ first, last }) => (first === last ? `${first}` : `${first} to ${last}`))
    const more = gaps.length - shown.length
    return shown.join(", ") + (more > 0 ? ` and ${more} stretches more` : "")
}
