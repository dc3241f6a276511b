// Vessels beside a described vessel: those given, and the artery that presses on it.

import type { Border } from "./border"
import type { VesselDescription } from "./vessel-description"
import { pressedFrom } from "./described-shape"
import type { Neighbour } from "./vessel-model"

const WALL_MM = 0.45
const ARTERY_MM = 5.6
/** Between the artery's wall and the lumen. */
const GAP_MM = 0.25
/** Sideways travel of the crossing artery along the vessel. */
const SLANT = 0.6

type Path = (zMm: number) => { readonly xMm: number; readonly yMm: number }

export function neighboursOf(
    { features = [], length_mm: lengthMm }: VesselDescription,
    path: Path,
    lumenAt: (zMm: number) => Border
): Neighbour[] {
    const clamp = (zMm: number): number => Math.max(0, Math.min(lengthMm, zMm))
    return features.flatMap((feature): Neighbour[] => {
        if (feature.kind === "neighbour") {
            const { x_mm: x, y_mm: y, diameter_mm, wall_mm: wallMm = WALL_MM } = feature
            return [
                {
                    ...{ radiusMm: diameter_mm / 2, wallMm },
                    at: zMm => {
                        const { xMm, yMm } = path(clamp(zMm))
                        return { xMm: x - xMm, yMm: y - yMm }
                    },
                },
            ]
        }
        if (feature.kind !== "compression" || feature.artery_mm === 0) return []
        const radiusMm = (feature.artery_mm ?? ARTERY_MM) / 2
        const { ux, uy } = pressedFrom(feature)
        return [
            {
                ...{ radiusMm, wallMm: WALL_MM },
                at: zMm => {
                    const z = clamp(zMm)
                    const { xMm, yMm } = path(z)
                    const { top, aside } = topOf(lumenAt(z), ux, uy)
                    const out = top + GAP_MM + WALL_MM + radiusMm
                    const across = aside + SLANT * (z - feature.at_mm)
                    return { xMm: out * ux - across * uy - xMm, yMm: out * uy + across * ux - yMm }
                },
            },
        ]
    })
}

/** How far a border reaches in a direction, and where its middle is across it. */
function topOf(border: Border, ux: number, uy: number): { top: number; aside: number } {
    let top = -Infinity
    let [low, high] = [Infinity, -Infinity]
    for (let i = 0; i < border.length; i += 2) {
        top = Math.max(top, border[i]! * ux + border[i + 1]! * uy)
        const across = border[i + 1]! * ux - border[i]! * uy
        low = Math.min(low, across)
        high = Math.max(high, across)
    }
    return { top, aside: (low + high) / 2 }
}
