// From mm of the tissue to pixels of the cross-section and back.

import type { Scene } from "../render/types"
import type { ViewerState } from "../state"

/** x right and y down, before the rotation; from the catheter's centre. */
export type Point = readonly [x: number, y: number]

type Seen = Pick<ViewerState, "zoom" | "centreMm" | "rotationDeg">

export class StageView {
    readonly pxPerMm: number
    private readonly cos: number
    private readonly sin: number

    /** @param depthMm radius that is shown at zoom 1 */
    constructor(
        readonly widthPx: number,
        readonly heightPx: number,
        readonly depthMm: number,
        private readonly seen: Seen
    ) {
        this.pxPerMm = (seen.zoom * Math.min(widthPx, heightPx)) / (2 * depthMm)
        const angle = (seen.rotationDeg * Math.PI) / 180
        this.cos = Math.cos(angle)
        this.sin = Math.sin(angle)
    }

    get rotationDeg(): number {
        return this.seen.rotationDeg
    }

    /** A point after the rotation of the picture, still in mm. */
    turned([x, y]: Point): Point {
        return [x * this.cos - y * this.sin, x * this.sin + y * this.cos]
    }

    toPx(mm: Point): Point {
        const [x, y] = this.turned(mm)
        const [cx, cy] = this.seen.centreMm
        return [
            this.widthPx / 2 + (x - cx) * this.pxPerMm,
            this.heightPx / 2 + (y - cy) * this.pxPerMm,
        ]
    }

    toMm([px, py]: Point): Point {
        const [cx, cy] = this.seen.centreMm
        const x = (px - this.widthPx / 2) / this.pxPerMm + cx
        const y = (py - this.heightPx / 2) / this.pxPerMm + cy
        return [x * this.cos + y * this.sin, y * this.cos - x * this.sin]
    }

    /** Path of a closed border: radius of each A-line in mm. Where there is none, it is open. */
    borderPath(radiusMm: ArrayLike<number>): string {
        const parts: string[] = []
        const lines = radiusMm.length
        let isOpen = false
        for (let i = 0; i <= lines; i++) {
            const radius = radiusMm[i % lines]!
            if (!(radius > 0)) {
                isOpen = false
                continue
            }
            const angle = (2 * Math.PI * i) / lines
            const [x, y] = this.toPx([radius * Math.cos(angle), radius * Math.sin(angle)])
            parts.push(`${isOpen ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`)
            isOpen = true
        }
        return parts.join("")
    }
}

/** The depth that is shown: the chosen one, within what the catheter has. */
export function depthOf(scene: Scene | undefined, state: Pick<ViewerState, "depthMm">): number {
    if (!scene) return state.depthMm ?? 10
    const [min, max] = depthRangeOf(scene)
    return Math.max(min, Math.min(max, state.depthMm ?? max))
}

/** As in ../../../picture/geometry.ts. */
export function depthRangeOf({ geometry }: Scene): readonly [min: number, max: number] {
    const max = geometry.samplesPerLine * geometry.sampleSpacingMm
    return [Math.min(max, geometry.catheterRadiusMm + 1), max]
}
