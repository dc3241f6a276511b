// What stands above a review: which run it is, and how it ended.

import { stampOf } from "../clock"
import type { Verdict } from "../results/verdict"

/** Where the catheter was, as the user says; null where nothing is said. */
export type Site = Readonly<Record<"label" | "vessel" | "side" | "segment", string | null>>

/** What is known of a run besides its results. */
export interface ReviewedRun {
    /** Its target, or the folder in which it is. */
    readonly where: string
    /** ISO 8601; null where it is not known. */
    readonly date: string | null
    readonly site: Site
    /** The run or the file that a replay was made from. */
    readonly replayOf: string | null
}

export interface ReviewHeadline {
    /** For the title of the page. */
    readonly title: string
    /** What identifies the run, the most important first. */
    readonly facts: readonly string[]
    /** Null until all files are written. */
    readonly verdict: Verdict | null
}

/** @param where its target, or the folder in which it is */
export function reviewedRun(
    about: {
        readonly dateMs: number
        readonly site: Site
        readonly replay?: { readonly of: string }
    },
    where: string
): ReviewedRun {
    const { dateMs, site, replay } = about
    return { where, date: stampOf(dateMs), site, replayOf: replay?.of ?? null }
}

export function headlineOf(
    { where, date, site, replayOf }: ReviewedRun,
    catheter: string,
    verdict: Verdict | null
): ReviewHeadline {
    const { label, vessel, side, segment } = site
    const when = date?.slice(0, 19).replace("T", " ")
    const place = [vessel, side, segment].filter(text => text !== null).join(", ")
    return {
        title: label ?? (place || (when ?? where)),
        facts: [
            ...(label === null ? [] : [label]),
            ...(place === "" ? [] : [place]),
            ...(when === undefined ? [] : [when]),
            ...[catheter, where],
            ...(replayOf === null ? [] : [`replay of ${replayOf}`]),
        ],
        verdict,
    }
}
