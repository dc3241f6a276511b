// Text for the gaps in the received A-lines.

import type { LineGap } from "./assembled-frame"

/** Number of gaps in the text; the summary has all of them. */
const GAPS_SHOWN = 4

export function gapsText(gaps: readonly LineGap[]): string {
    const shown = gaps
        .slice(0, GAPS_SHOWN)
        .map(({ first, last }) => (first === last ? `${first}` : `${first} to ${last}`))
    const more = gaps.length - shown.length
    return shown.join(", ") + (more > 0 ? ` and ${more} more gaps` : "")
}
