// The pictures of a run's folder, as data URIs.

import { readFileSync } from "node:fs"
import { join } from "node:path"
import type { StripPicture } from "./comparison-chart"
import type { ComparedRun } from "./compared-run"

/** @returns undefined where there is none, or where it cannot be read */
function dataUri(file: string): string | undefined {
    try {
        return `data:image/png;base64,${readFileSync(file).toString("base64")}`
    } catch {
        return undefined
    }
}

export function crossSectionIn(folder: string, frame: number): string | undefined {
    return dataUri(join(folder, `cross-section-${String(frame).padStart(4, "0")}.png`))
}

export function longitudinalIn(folder: string, { frames }: ComparedRun): StripPicture {
    const href = dataUri(join(folder, "longitudinal.png"))
    if (href === undefined) return null
    return { href, fromMm: frames[0]!.positionMm, toMm: frames.at(-1)!.positionMm }
}
