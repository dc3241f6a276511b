// A border as points of a picture of pullback.dcm.

import type { PictureSize } from "../dicom-attributes"

export interface BorderPoints {
    /** Column and row of each point, one after another. */
    readonly points: readonly number[]
    /** Whether the border goes around; else it is known at these points only. */
    readonly isClosed: boolean
}

/** Pixels with two decimals are 0.5 um at most. */
const round = (px: number): number => Math.round(100 * px) / 100

/**
 * @param radiusMm of each A-line, which has the angle 2 pi i / length in the picture, x right and y down; NaN where there is none
 * @param every of so many A-lines one is taken
 * @returns null without a point
 */
export function borderPoints(
    radiusMm: ArrayLike<number>,
    { widthPx, heightPx, mmPerPxX, mmPerPxY }: PictureSize,
    every: number
): BorderPoints | null {
    const points: number[] = []
    let isClosed = true
    for (let i = 0; i < radiusMm.length; i += every) {
        const radius = radiusMm[i]!
        if (!Number.isFinite(radius)) {
            isClosed = false
            continue
        }
        const angle = (2 * Math.PI * i) / radiusMm.length
        points.push(
            round(widthPx / 2 + (radius * Math.cos(angle)) / mmPerPxX),
            round(heightPx / 2 + (radius * Math.sin(angle)) / mmPerPxY)
        )
    }
    if (points.length === 0) return null
    return { points: isClosed ? [...points, points[0]!, points[1]!] : points, isClosed }
}
