// The positions that the operator marked during a run, with the length since each.

import { EVENT_MARK } from "../../shared/codes"
import type { RunReceiver } from "../run/run-receiver"

export interface Bookmark {
    /** From the start of the imaged window, as the positions of the frames; negative for a mark before it. */
    readonly positionMm: number
    /** From the mark to where the imaging at speed ended; null if it had ended before. */
    readonly lengthMm: number | null
}

export function bookmarksOf({
    runEvents,
    description,
    assembler,
}: Pick<RunReceiver, "runEvents" | "description" | "assembler">): Bookmark[] {
    const startNm = description?.window_start_nm ?? 0
    const endNm = assembler?.lastAtSpeed?.positionNm
    const mm = (nm: number): number => Number((nm / 1e6).toFixed(3))
    return runEvents
        .filter(({ code }) => code === EVENT_MARK)
        .map(({ value }) => ({
            positionMm: mm(value - startNm),
            lengthMm: endNm === undefined || endNm < value ? null : mm(endNm - value),
        }))
}

/** One line for each. */
export function bookmarkRows(bookmarks: readonly Bookmark[]): string[] {
    return bookmarks.map(({ positionMm, lengthMm }, i) => {
        const length = lengthMm === null ? "" : `, ${lengthMm.toFixed(2)} mm before the end`
        return `Bookmark ${i + 1} at ${positionMm.toFixed(2)} mm${length}`
    })
}
