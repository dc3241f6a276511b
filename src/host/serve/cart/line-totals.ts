// Adds up the A-lines of a cart over all its runs and live pictures.

import type { LineCounts } from "../../frames/assembled-frame"

type Counted = Pick<LineCounts, "received" | "missing">

export class LineTotals {
    /** Of assemblers that get no more lines. */
    private received = 0
    private missing = 0
    private current: Counted | undefined

    /** @param counts those of the present assembler, which go on changing */
    follow(counts: Counted | undefined): void {
        if (counts === this.current) return
        const { linesReceived, linesMissing } = this.sums
        this.received = linesReceived
        this.missing = linesMissing
        this.current = counts
    }

    get sums(): { linesReceived: number; linesMissing: number } {
        const { received = 0, missing = 0 } = this.current ?? {}
        return { linesReceived: this.received + received, linesMissing: this.missing + missing }
    }
}
