// Borders between cross-sections: shape and area at every position of the pullback.

import type { Border } from "./border"
import { aligned, centroid, resampled, signedArea } from "./border"
import { MonotoneCurve } from "./monotone-curve"

/** One cross-section. */
export interface Section {
    readonly zMm: number
    readonly border: Border
}

/** Points of a resampled border; their distance is about 0.03 mm on a coronary border. */
const POINTS = 256

/**
 * Borders interpolated point by point after their outlines are matched. Between two sections the area runs monotonically;
 * beyond the first and the last one nothing changes.
 */
export class BordersAlong {
    /** the sections' borders, resampled and matched */
    readonly borders: readonly Border[]
    private readonly points: readonly MonotoneCurve[]
    private readonly areas: MonotoneCurve

    /** @param sections at least two, z ascending */
    constructor(sections: readonly Section[]) {
        const borders: Border[] = []
        for (const section of sections) {
            const even = resampled(section.border, POINTS)
            const before = borders[borders.length - 1]
            borders.push(before ? aligned(even, before) : even)
        }
        const z = sections.map(section => section.zMm)
        this.borders = borders
        this.points = Array.from(
            { length: 2 * POINTS },
            (_, p) =>
                new MonotoneCurve(
                    z,
                    borders.map(border => border[p]!)
                )
        )
        this.areas = new MonotoneCurve(z, borders.map(signedArea))
    }

    areaMm2(zMm: number): number {
        return this.areas.at(zMm)
    }

    at(zMm: number): Border {
        const border = Float64Array.from(this.points, curve => curve.at(zMm))
        // Interpolating two outlines that are rotated against each other shrinks the area between them,
        // so the area is scaled to run smoothly from one section to the next.
        const scale = Math.sqrt(this.areas.at(zMm) / signedArea(border))
        const c = centroid(border)
        for (let i = 0; i < border.length; i += 2) {
            border[i] = c.xMm + scale * (border[i]! - c.xMm)
            border[i + 1] = c.yMm + scale * (border[i + 1]! - c.yMm)
        }
        return border
    }
}

/** A border as seen from another origin. */
export function seenFrom(
    border: Border,
    origin: { readonly xMm: number; readonly yMm: number }
): Border {
    return border.map((value, i) => value - (i % 2 === 0 ? origin.xMm : origin.yMm))
}
