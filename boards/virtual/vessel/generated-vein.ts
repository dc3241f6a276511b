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
import { withTruth } from "./vessel-truth"

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

/** A random number between two limits; `what` selects which one of the seed. */
type Pick = (low: number, high: number, what: number) => number

/** A sine along the vessel. */
type Wave = (z: number) => number

/** Minimum distance of the catheter from the wall. */
const GAP_MM = 0.05

/** The shape of a vein, with the catheter in it. */
class VeinShape {
    private readonly halfWidth: number
    private readonly halfHeight: number
    private readonly compressedWidth: number
    private readonly compressedHeight: number
    private readonly clearanceMm: number
    /** Centre of the compression, and half of its length. */
    readonly middleMm: number
    private readonly reachMm: number
    private readonly wanderX: Wave
    private readonly wanderY: Wave
    private readonly respiration: Wave
    private readonly lean: Wave
    private readonly ripples: readonly { n: number; size: number; phase: Wave }[]

    constructor(
        pick: Pick,
        private readonly lengthMm: number,
        private readonly scale: number,
        catheterRadiusMm: number
    ) {
        this.halfWidth = scale * pick(5.5, 5.95, 1)
        this.halfHeight = scale * pick(4.5, 4.95, 2)
        this.compressedHeight = scale * pick(1.45, 1.75, 3)
        this.compressedWidth = scale * pick(5.9, 6.2, 4)
        this.clearanceMm = catheterRadiusMm + GAP_MM
        this.middleMm = lengthMm * pick(0.47, 0.53, 5)
        this.reachMm = Math.min(7, lengthMm * 0.28)
        const wave = (period: number, what: number): Wave => {
            const phase = pick(0, 2 * Math.PI, what)
            return z => Math.sin((2 * Math.PI * z) / period + phase)
        }
        this.wanderX = wave(pick(21, 29, 6), 7)
        this.wanderY = wave(pick(17, 25, 8), 9)
        this.respiration = wave(pick(9, 14, 10), 11)
        this.lean = wave(pick(30, 44, 12), 13)
        this.ripples = [2, 3, 4].map(n => ({
            n,
            size: 0.02 / n,
            phase: wave(pick(15, 30, 20 + n), 30 + n),
        }))
    }

    clamp(z: number): number {
        return Math.max(0, Math.min(this.lengthMm, z))
    }

    /** 0 away from the crossing, 1 at its centre. */
    private compression(z: number): number {
        const t = (z - this.middleMm) / this.reachMm
        return Math.abs(t) >= 1 ? 0 : (0.5 + 0.5 * Math.cos(Math.PI * t)) ** 1.2
    }

    /** Half axes and centre of the cross-section. */
    axes(z: number): { a: number; b: number; cx: number; cy: number } {
        const { halfWidth, halfHeight, scale } = this
        const s = this.compression(z)
        const swell = 1 + 0.03 * this.respiration(z)
        const b = (halfHeight + s * (this.compressedHeight - halfHeight)) * swell
        return {
            a: (halfWidth + s * (this.compressedWidth - halfWidth)) * swell,
            b,
            cx: scale * 0.4 * this.wanderX(z),
            // The artery compresses from above; the floor does not move.
            cy: scale * 0.3 * this.wanderY(z) + (halfHeight - b),
        }
    }

    private radiusAt(z: number, angle: number): number {
        const { a, b } = this.axes(z)
        let ripple = 1
        for (const { n, size, phase } of this.ripples)
            ripple += size * Math.cos(n * angle + 2 * phase(z))
        // An ellipse; compressed, its sides bulge slightly towards a stadium.
        const power = 2 + 0.5 * this.compression(z)
        const x = Math.abs(Math.cos(angle)) / a
        const y = Math.abs(Math.sin(angle)) / b
        return ripple / (x ** power + y ** power) ** (1 / power)
    }

    /** The catheter is off centre, towards the floor. */
    catheterAt(z: number): { xMm: number; yMm: number } {
        const { cx, cy } = this.axes(z)
        const angle = Math.PI / 2 + 0.7 * this.lean(z)
        const maxOffsetMm = this.radiusAt(z, angle) - this.clearanceMm
        const part = 0.6 + 0.08 * this.respiration(z + 3)
        return {
            xMm: cx + part * maxOffsetMm * Math.cos(angle),
            yMm: cy + part * maxOffsetMm * Math.sin(angle),
        }
    }

    /** The lumen's border around the catheter. */
    borderAt(zMm: number): Border {
        const z = this.clamp(zMm)
        const { cx, cy } = this.axes(z)
        const at = this.catheterAt(z)
        const border = new Float64Array(2 * POINTS)
        for (let p = 0; p < POINTS; p++) {
            const angle = (2 * Math.PI * p) / POINTS
            const r = this.radiusAt(z, angle)
            border[2 * p] = cx + r * Math.cos(angle) - at.xMm
            border[2 * p + 1] = cy + r * Math.sin(angle) - at.yMm
        }
        return border
    }
}

/** The artery that crosses above the vein and compresses it. */
function crossingArtery(pick: Pick, shape: VeinShape, scale: number): Vessel["neighbours"][number] {
    const radiusMm = scale * pick(2.6, 3, 40)
    const wallMm = scale * 0.45
    const slant = pick(0.5, 0.8, 41) * (pick(0, 1, 42) < 0.5 ? -1 : 1)
    return {
        radiusMm,
        wallMm,
        at(zMm) {
            const z = shape.clamp(zMm)
            const { cx, cy, b } = shape.axes(z)
            const catheter = shape.catheterAt(z)
            return {
                xMm: cx + slant * (z - shape.middleMm) - catheter.xMm,
                yMm: cy - b - scale * 0.25 - wallMm - radiusMm - catheter.yMm,
            }
        },
    }
}

/**
 * The vein rests on bone or muscle, which is below (y points down).
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
    const pick: Pick = (low, high, what) => between(low, high, seed, 0x5e1, what)
    const shape = new VeinShape(pick, lengthMm, scale, catheterRadiusMm)
    const plaqueFrom = lengthMm * pick(0.13, 0.17, 50)
    return withTruth({
        lengthMm,
        catheterRadiusMm,
        layers: LAYERS,
        plaques: [
            {
                kind: "calcified",
                fromMm: plaqueFrom,
                toMm: plaqueFrom + Math.min(4, lengthMm * 0.16),
                angleRad: pick(-0.5, 0.5, 51),
                halfWidthRad: pick(0.28, 0.36, 52),
            },
        ],
        neighbours: [crossingArtery(pick, shape, scale)],
        borderAt: zMm => shape.borderAt(zMm),
        catheterAt: zMm => shape.catheterAt(shape.clamp(zMm)),
        lumenAreaMm2: zMm => signedArea(shape.borderAt(zMm)),
    })
}
