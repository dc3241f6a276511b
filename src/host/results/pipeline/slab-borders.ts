// The borders of all slabs of a run, in memory that all threads share: each of them would take some ms and MB for a copy.

import type { SlabBorder } from "../../measure/lumen-edge"
import type { SlabWall } from "../../measure/slab-wall"

/** A border of a slab with what was found beside it. */
export interface WalledBorder extends SlabBorder {
    readonly wall: SlabWall
}

/** One row for each slab, in order of position. */
export interface SlabBorderTable {
    readonly positionsMm: readonly number[]
    /** Lumen radii, their edge weights, vessel radii, their edge weights: one of each for each A-line. */
    readonly radii: Float32Array
    /** What {@link figuresOf} gives. */
    readonly figures: Float64Array
}

const RADII = 4
const FIGURES = 9

export function slabBorderTable(
    positionsMm: readonly number[],
    borders: readonly WalledBorder[],
    linesPerFrame: number
): SlabBorderTable {
    const count = borders.length
    const table: SlabBorderTable = {
        positionsMm,
        radii: new Float32Array(new SharedArrayBuffer(4 * count * RADII * linesPerFrame)),
        figures: new Float64Array(new SharedArrayBuffer(8 * count * FIGURES)),
    }
    for (const [s, { radiusMm, edgeWeight, wall }] of borders.entries()) {
        const { vessel } = wall
        const lines = [radiusMm, edgeWeight, vessel.radiusMm, vessel.edgeWeight]
        for (const [k, values] of lines.entries())
            table.radii.set(values, (s * RADII + k) * linesPerFrame)
        table.figures.set(figuresOf(wall), s * FIGURES)
    }
    return table
}

/** The borders of a table; they are in its memory. */
export function slabBordersOf({ radii, figures }: SlabBorderTable): WalledBorder[] {
    const count = figures.length / FIGURES
    const lines = radii.length / (count * RADII)
    return Array.from({ length: count }, (_, s) => {
        const at = (k: number): Float32Array =>
            radii.subarray((s * RADII + k) * lines, (s * RADII + k + 1) * lines)
        const vessel = { radiusMm: at(2), edgeWeight: at(3) }
        const wall = wallOf(figures.subarray(s * FIGURES, (s + 1) * FIGURES), vessel)
        return { radiusMm: at(0), edgeWeight: at(1), wall }
    })
}

function figuresOf({ stent, ...wall }: SlabWall): number[] {
    const { areaMm2 = 0, struts = 0, malapposed = 0 } = stent ?? {}
    return [
        ...[wall.calciumArcDeg, wall.shadowArcDeg, wall.hiddenShare, wall.openDeg],
        ...[wall.touchDeg, wall.saturatedShare, areaMm2, struts, malapposed],
    ]
}

function wallOf(figures: Float64Array, vessel: SlabBorder): SlabWall {
    const [calciumArcDeg, shadowArcDeg, hiddenShare, openDeg, ...others] = figures as unknown as [
        ...[number, number, number, number],
        ...[number, number, number, number, number],
    ]
    const [touchDeg, saturatedShare, areaMm2, struts, malapposed] = others
    return {
        ...{ vessel, calciumArcDeg, shadowArcDeg, hiddenShare, openDeg, touchDeg, saturatedShare },
        // A stent has struts.
        stent: struts > 0 ? { areaMm2, struts, malapposed } : null,
    }
}
