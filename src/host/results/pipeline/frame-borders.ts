// The borders of all frames of a run, in memory that all threads share: they write them there, and nobody copies them.

import type { LumenBorder } from "../../measure/lumen-along"
import type { VesselBorder } from "../../measure/vessel-border"

/** One row for each frame. */
export interface FrameBorderTable {
    /** Radii of each A-line, mm. */
    readonly lumen: Float32Array
    readonly edgeFractions: Float64Array
    readonly vessel: Float32Array
    /** 1 where the frame has a border of the vessel. */
    readonly hasVessel: Uint8Array
}

export function frameBorderTable(frames: number, linesPerFrame: number): FrameBorderTable {
    const bytes = 4 * frames * linesPerFrame
    return {
        lumen: new Float32Array(new SharedArrayBuffer(bytes)),
        edgeFractions: new Float64Array(new SharedArrayBuffer(8 * frames)),
        vessel: new Float32Array(new SharedArrayBuffer(bytes)),
        hasVessel: new Uint8Array(new SharedArrayBuffer(frames)),
    }
}

export function setFrameBorders(
    table: FrameBorderTable,
    i: number,
    lumen: LumenBorder,
    vessel: VesselBorder | null
): void {
    const at = i * lumen.radiusMm.length
    table.lumen.set(lumen.radiusMm, at)
    table.edgeFractions[i] = lumen.edgeFraction
    if (vessel) table.vessel.set(vessel.radiusMm, at)
    table.hasVessel[i] = vessel ? 1 : 0
}

/** The borders of a table; they are in its memory. */
export function frameBordersOf({ lumen, edgeFractions, vessel, hasVessel }: FrameBorderTable): {
    borders: LumenBorder[]
    vesselBorders: (VesselBorder | null)[]
} {
    const lines = lumen.length / edgeFractions.length
    const row = (of: Float32Array, i: number): Float32Array =>
        of.subarray(i * lines, (i + 1) * lines)
    return {
        borders: Array.from(edgeFractions, (edgeFraction, i) => ({
            ...{ radiusMm: row(lumen, i), edgeFraction },
        })),
        vesselBorders: Array.from(hasVessel, (has, i) =>
            has ? { radiusMm: row(vessel, i) } : null
        ),
    }
}
