// What a flag of a frame says to a reader of a report.

import type { FrameFlag, FrameMeasures } from "../../measure/frame-measures"

const TEXTS: Readonly<Record<FrameFlag, string>> = {
    "partly-seen": "only a part of the lumen is seen",
    "out-of-depth": "the lumen extends beyond the picture",
    saturated: "echoes are saturated",
    "uneven-rotation": "uneven rotation",
    "catheter-at-wall": "the catheter touches the wall",
    shadow: "part of the circle lies in a shadow",
    "a-lines-missing": "A-lines are missing",
    "border-unsure": "the border is unsure",
    branch: "a side branch leaves here",
    edited: "the border was edited by a person",
    unreviewed: "not reviewed by a person",
}

/** Every frame may have it, so it is told once, at the top. */
const TOLD_ONCE: FrameFlag = "unreviewed"

/** The flags of a frame as one text; empty where there are none. */
export function flagsText(measures: FrameMeasures | undefined): string {
    const flags = (measures?.flags ?? []).filter(flag => flag !== TOLD_ONCE)
    return flags.map(flag => TEXTS[flag]).join("; ")
}

/** How many frames have each flag: one row for each flag that a frame has. */
export function flagRows(measures: readonly FrameMeasures[]): [text: string, frames: number][] {
    return (Object.keys(TEXTS) as FrameFlag[])
        .filter(flag => flag !== TOLD_ONCE)
        .map((flag): [string, number] => [
            TEXTS[flag],
            measures.filter(({ flags }) => flags.includes(flag)).length,
        ])
        .filter(([, frames]) => frames > 0)
}
