// Resamples a recorded cross-section to the A-lines of a catheter.

import type { PolarGrid } from "../../../../../boards/virtual/vessel/vessel"

/** Where a cross-section is in its picture, and its scale. */
export interface Region {
    readonly fromX: number
    readonly fromY: number
    readonly widthPx: number
    readonly heightPx: number
    readonly mmPerPxX: number
    readonly mmPerPxY: number
    /** The catheter's centre, in pixels of the whole picture; pixel 0 extends from -0.5 to 0.5. */
    readonly centreX: number
    readonly centreY: number
}

/** Resamples pictures of one region. */
export type Unroll = (greys: Uint8Array) => Float32Array

/**
 * Prepares the conversion from Cartesian to polar: bilinear, line i to the direction 2*pi*i/lines with x to the right and y
 * down, as in a cross-section of this program. What is outside the region has grey 0.
 * @param rowPx width of the whole picture
 */
export function unrollTo(grid: PolarGrid, region: Region, rowPx: number): Unroll {
    const { linesPerFrame: lines, samplesPerLine: samples, sampleSpacingMm } = grid
    const at = new Int32Array(lines * samples).fill(-1)
    const weightX = new Float32Array(lines * samples)
    const weightY = new Float32Array(lines * samples)
    const [endX, endY] = [region.fromX + region.widthPx - 1, region.fromY + region.heightPx - 1]
    for (let i = 0; i < lines; i++) {
        const angle = (2 * Math.PI * i) / lines
        const stepX = (sampleSpacingMm * Math.cos(angle)) / region.mmPerPxX
        const stepY = (sampleSpacingMm * Math.sin(angle)) / region.mmPerPxY
        for (let k = 0; k < samples; k++) {
            const x = region.centreX + k * stepX
            const y = region.centreY + k * stepY
            // Half a pixel beyond the outermost centre still is the picture.
            if (!(x >= region.fromX - 0.5 && x <= endX + 0.5)) continue
            if (!(y >= region.fromY - 0.5 && y <= endY + 0.5)) continue
            const x0 = Math.max(region.fromX, Math.min(endX - 1, Math.floor(x)))
            const y0 = Math.max(region.fromY, Math.min(endY - 1, Math.floor(y)))
            const p = i * samples + k
            at[p] = y0 * rowPx + x0
            weightX[p] = Math.max(0, Math.min(1, x - x0))
            weightY[p] = Math.max(0, Math.min(1, y - y0))
        }
    }
    return greys => {
        const out = new Float32Array(lines * samples)
        for (let p = 0; p < out.length; p++) {
            const a = at[p]!
            if (a < 0) continue
            const w = weightX[p]!
            const above = greys[a]! + w * (greys[a + 1]! - greys[a]!)
            const below = greys[a + rowPx]! + w * (greys[a + rowPx + 1]! - greys[a + rowPx]!)
            out[p] = above + weightY[p]! * (below - above)
        }
        return out
    }
}
