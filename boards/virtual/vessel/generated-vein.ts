// Generates a vein from a seed: undulating, compressed half-way by a crossing artery (as in May-Thurner syndrome), with one
// calcified plaque. The anatomy is plausible, not a patient's.
//
// Sizes: common and external iliac veins are about 9 to 13 mm wide; a loss of half
// the area is the working criterion for a significant compression, so the
// compression here is larger.

import type { Border } from "./border"
import { signedArea } from "./border"
import { between } from "./random"
import type { Vessel, WallLayers } from "./vessel-model"

const POINTS = 256

/** The wall of a vein is thin. */
const LAYERS: WallLayers = {
    intimaMm: 0.14,
    mediaMm: 0.2,
    adventitiaMm: 0.4,
}

/** Size of the vein. */
export interface VeinOptions {
    /** Scale of width, height and lateral motion; length and wall are not scaled. Default 1. */
    readonly scale?: number
    /** Default 0.3. */
    readonly catheterRadiusMm?: number
}

/** Minimum distance of the catheter from the wall. */
const GAP_MM = 0.05

/**
 * The vein lies on bone or muscle, which is below (y points down).
 * @param seed any integer; the same seed gives the same vein bit for bit
 * @param lengthMm 5..500
 * @throws RangeError for a length out of range
 */
export function generatedVein(
    seed: number,
    lengthMm: number,
    { scale = 1, catheterRadiusMm = 0.3 }: VeinOptions = {}
): Vessel {
    if (!(lengthMm >= 5 && lengthMm <= 500))
        throw new RangeError(
            `A vein of ${lengthMm} mm cannot be generated; 5 to 500 mm are allowed.`
        )
    const pick = (low: number, high: number, what: number): number =>
        between(low, high, seed, 0x5e1, what)
    const halfWidth = scale * pick(5.5, 5.95, 1)
    const halfHeight = scale * pick(4.5, 4.95, 2)
    const squeezedHeight = scale * pick(1.45, 1.75, 3)
    const squeezedWidth = scale * pick(5.9, 6.2, 4)
    const clearanceMm = catheterRadiusMm + GAP_MM
    const middle = lengthMm * pick(0.47, 0.53, 5)
    const reach = Math.min(7, lengthMm * 0.28)
    const wave = (period: number, what: number): ((z: number) => number) => {
        const phase = pick(0, 2 * Math.PI, what)
        return z => Math.sin((2 * Math.PI * z) / period + phase)
    }
    const wanderX = wave(pick(21, 29, 6), 7)
    const wanderY = wave(pick(17, 25, 8), 9)
    const respiration = wave(pick(9, 14, 10), 11)
    const lean = wave(pick(30, 44, 12), 13)
    const ripples = [2, 3, 4].map(n => ({
        n,
        size: 0.02 / n,
        turn: wave(pick(15, 30, 20 + n), 30 + n),
    }))

    /** 0 away from the crossing, 1 at its centre. */
    const squeeze = (z: number): number => {
        const t = (z - middle) / reach
        return Math.abs(t) >= 1 ? 0 : (0.5 + 0.5 * Math.cos(Math.PI * t)) ** 1.2
    }
    const clamp = (z: number): number => Math.max(0, Math.min(lengthMm, z))

    function axes(z: number): { a: number; b: number; cx: number; cy: number } {
        const s = squeeze(z)
        const swell = 1 + 0.03 * respiration(z)
        const b = (halfHeight + s * (squeezedHeight - halfHeight)) * swell
        return {
            a: (halfWidth + s * (squeezedWidth - halfWidth)) * swell,
            b,
            cx: scale * 0.4 * wanderX(z),
            // The artery compresses from above; the floor does not move.
            cy: scale * 0.3 * wanderY(z) + (halfHeight - b),
        }
    }

    function radiusAt(z: number, angle: number): number {
        const { a, b } = axes(z)
        let ripple = 1
        for (const { n, size, turn } of ripples) ripple += size * Math.cos(n * angle + 2 * turn(z))
        const flat = squeeze(z)
        // An ellipse; compressed, its sides bulge slightly towards a stadium.
        const power = 2 + 0.5 * flat
        const x = Math.abs(Math.cos(angle)) / a
        const y = Math.abs(Math.sin(angle)) / b
        return ripple / (x ** power + y ** power) ** (1 / power)
    }

    /** The catheter lies off centre, towards the floor. */
    function catheter(z: number): { xMm: number; yMm: number } {
        const { cx, cy } = axes(z)
        const angle = Math.PI / 2 + 0.7 * lean(z)
        const room = radiusAt(z, angle) - clearanceMm
        const part = 0.6 + 0.08 * respiration(z + 3)
        return {
            xMm: cx + part * room * Math.cos(angle),
            yMm: cy + part * room * Math.sin(angle),
        }
    }

    function borderAt(zMm: number): Border {
        const z = clamp(zMm)
        const { cx, cy } = axes(z)
        const at = catheter(z)
        const border = new Float64Array(2 * POINTS)
        for (let p = 0; p < POINTS; p++) {
            const angle = (2 * Math.PI * p) / POINTS
            const r = radiusAt(z, angle)
            border[2 * p] = cx + r * Math.cos(angle) - at.xMm
            border[2 * p + 1] = cy + r * Math.sin(angle) - at.yMm
        }
        return border
    }

    const arteryRadius = scale * pick(2.6, 3, 40)
    const arteryWall = scale * 0.45
    const slant = pick(0.5, 0.8, 41) * (pick(0, 1, 42) < 0.5 ? -1 : 1)
    const plaqueFrom = lengthMm * pick(0.13, 0.17, 50)
    return {
        lengthMm,
        layers: LAYERS,
        plaques: [
            {
                fromMm: plaqueFrom,
                toMm: plaqueFrom + Math.min(4, lengthMm * 0.16),
                angleRad: pick(-0.5, 0.5, 51),
                halfWidthRad: pick(0.28, 0.36, 52),
            },
        ],
        neighbours: [
            {
                radiusMm: arteryRadius,
                wallMm: arteryWall,
                at(zMm) {
                    const z = clamp(zMm)
                    const { cx, cy, b } = axes(z)
                    const cath = catheter(z)
                    return {
                        xMm: cx + slant * (z - middle) - cath.xMm,
                        yMm: cy - b - scale * 0.25 - arteryWall - arteryRadius - cath.yMm,
                    }
                },
            },
        ],
        borderAt,
        catheterAt: zMm => catheter(clamp(zMm)),
        lumenAreaMm2: zMm => signedArea(borderAt(zMm)),
    }
}
