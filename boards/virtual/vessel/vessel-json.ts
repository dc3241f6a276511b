// Reads a vessel that is described by shapes and features in a JSON file.

import type { VesselFileLimits } from "./vessel-check"
import { describedVessel } from "./vessel-description"
import { refuse } from "./vessel-file-error"
import { vesselFromDescription } from "./vessel-from-description"
import type { Vessel } from "./vessel-model"

const MAX_BYTES = 16 * 1024 * 1024

/** @throws VesselFileError */
export function vesselFromJson(text: string, limits: VesselFileLimits): Vessel {
    if (text.trim() === "") refuse("empty", "The vessel file is empty; describe a vessel in it.")
    if (text.length > MAX_BYTES)
        refuse(
            "too-large",
            `The vessel file has ${text.length} bytes; at most ${MAX_BYTES} are allowed.`
        )
    let value: unknown
    try {
        value = JSON.parse(text.replace(/^\uFEFF/, ""))
    } catch (error) {
        const why = error instanceof Error ? error.message : String(error)
        return refuse(
            "not-json",
            `The vessel file is not JSON (${why.replace(/\s+/g, " ").slice(0, 120)}); correct it.`
        )
    }
    return vesselFromDescription(describedVessel(value), limits)
}
