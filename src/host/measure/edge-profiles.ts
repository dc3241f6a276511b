// Profiles of codes across a border: read along its normals, and averaged along it over a few independent speckles.

import { DEFAULT_DISPLAY } from "../picture/compression"
import { CODES_PER_DB } from "../picture/envelope"
import type { ImagingGeometry } from "../picture/geometry"
import { alongSteps, type Contour, CONTOUR_POINTS, smoothRing } from "./lumen-contour"
import type { Slab } from "./lumen-slabs"

/** The profile across the border extends this far inwards and outwards; it holds blood, edge and peak of the wall. */
const INWARDS_MM = 0.5
const OUTWARDS_MM = 0.36
export const STEP_MM = 0.02
export const MIDDLE = Math.round(INWARDS_MM / STEP_MM)
export const STEPS = MIDDLE + Math.round(OUTWARDS_MM / STEP_MM) + 1

/** Profiles are averaged with those whose normals differ by about this angle: the sides of a narrow corner do not fill it. */
const TURNED_RAD = 0.5

/** What is darker than black on the display counts as black, so that half-way is where a reader sees it. */
const SHOWN = Float32Array.from({ length: 256 }, (_, code) =>
    Math.max(code, 255 - DEFAULT_DISPLAY.dynamicRangeDb * CODES_PER_DB)
)

/** Profiles are averaged with at most so many neighbours on each side. */
const REACH_MAX = CONTOUR_POINTS >> 2
const PADDED_POINTS = CONTOUR_POINTS + 2 * REACH_MAX
/** Codes of all profiles, step after step; the last points stand also before the first ones, and these behind the last. */
const CODES = new Float32Array(STEPS * PADDED_POINTS)
/** Of the profiles that are averaged. */
const WEIGHTS = new Float64Array(2 * REACH_MAX + 1)

/** Profile of codes at each contour point, averaged along the border; all -1 where no A-line was received. */
export function meanProfiles(
    slab: Slab,
    contour: Contour,
    geometry: ImagingGeometry
): Float32Array {
    const isReceived = readProfiles(slab, contour, geometry)
    const { x, y, stepMm } = contour
    const { nx, ny } = smoothNormals(contour)
    const means = new Float32Array(CONTOUR_POINTS * STEPS)
    for (let p = 0; p < CONTOUR_POINTS; p++) {
        const sigma = alongSteps(Math.hypot(x[p]!, y[p]!), stepMm)
        const reach = Math.min(REACH_MAX, Math.ceil(2 * sigma))
        const count = 2 * reach + 1
        let weights = 0
        for (let m = 0; m < count; m++) {
            const q = (p + m - reach + CONTOUR_POINTS) % CONTOUR_POINTS
            // The chord between two unit normals is about the angle between them.
            const turned = (nx[p]! - nx[q]!) ** 2 + (ny[p]! - ny[q]!) ** 2
            const exponent = ((m - reach) / sigma) ** 2 + turned / TURNED_RAD ** 2
            weights += WEIGHTS[m] = isReceived[q] ? Math.exp(-0.5 * exponent) : 0
        }
        for (let s = 0; s < STEPS; s++) {
            const from = s * PADDED_POINTS + REACH_MAX + p - reach
            let sum = 0
            for (let m = 0; m < count; m++) sum += WEIGHTS[m]! * CODES[from + m]!
            means[p * STEPS + s] = weights > 0 ? sum / weights : -1
        }
    }
    return means
}

/** Reads the codes across the border into {@link CODES}. @returns 1 for each contour point whose A-lines were all received */
function readProfiles(slab: Slab, contour: Contour, geometry: ImagingGeometry): Uint8Array {
    const { x, y, nx, ny } = contour
    const isReceived = new Uint8Array(CONTOUR_POINTS).fill(1)
    for (let s = 0; s < STEPS; s++) {
        const u = (s - MIDDLE) * STEP_MM
        const row = s * PADDED_POINTS + REACH_MAX
        for (let p = 0; p < CONTOUR_POINTS; p++) {
            const code = codeAt(slab, x[p]! + u * nx[p]!, y[p]! + u * ny[p]!, geometry)
            if (code < 0) isReceived[p] = 0
            CODES[row + p] = code
        }
        CODES.copyWithin(row - REACH_MAX, row + CONTOUR_POINTS - REACH_MAX, row + CONTOUR_POINTS)
        CODES.copyWithin(row + CONTOUR_POINTS, row, row + REACH_MAX)
    }
    return isReceived
}

/** The contour's normals without its jags. */
function smoothNormals({ x, y, nx, ny, stepMm }: Contour): { nx: Float64Array; ny: Float64Array } {
    const sigma = x.map((_, p) => alongSteps(Math.hypot(x[p]!, y[p]!), stepMm))
    const [ax, ay] = [nx.slice(), ny.slice()]
    smoothRing(ax, sigma)
    smoothRing(ay, sigma)
    for (let p = 0; p < CONTOUR_POINTS; p++) {
        const length = Math.hypot(ax[p]!, ay[p]!) || 1
        ax[p]! /= length
        ay[p]! /= length
    }
    return { nx: ax, ny: ay }
}

/** Angle of a point as a part of the circle, 0..1, to 0.000002; Math.atan2 takes five times as long. */
function circleFraction(x: number, y: number): number {
    const [ax, ay] = [x < 0 ? -x : x, y < 0 ? -y : y]
    const steep = ay > ax
    const t = (steep ? ax : ay) / ((steep ? ay : ax) || 1)
    // Abramowitz and Stegun 4.4.47, over two pi.
    const s = t * t
    const polynomial =
        0.999866 + s * (-0.3302995 + s * (0.180141 + s * (-0.085133 + s * 0.0208351)))
    const octant = (t * polynomial) / (2 * Math.PI)
    const quadrant = steep ? 0.25 - octant : octant
    const half = x < 0 ? 0.5 - quadrant : quadrant
    return y < 0 ? 1 - half : half
}

/** Code at a point; -1 where its A-lines are missing. */
function codeAt(slab: Slab, x: number, y: number, geometry: ImagingGeometry): number {
    const { linesPerFrame: lines, samplesPerLine: samples } = geometry
    const k = Math.sqrt(x * x + y * y) / geometry.sampleSpacingMm
    const k0 = Math.floor(k)
    if (k0 + 1 >= samples) return 0
    const line = circleFraction(x, y) * lines
    const i = Math.floor(line)
    const a = i % lines
    const b = (i + 1) % lines
    if (!slab.present[a] || !slab.present[b]) return -1
    const wk = k - k0
    const wi = line - i
    const { codes } = slab
    const pa = a * samples + k0
    const pb = b * samples + k0
    return (
        (1 - wi) * ((1 - wk) * SHOWN[codes[pa]!]! + wk * SHOWN[codes[pa + 1]!]!) +
        wi * ((1 - wk) * SHOWN[codes[pb]!]! + wk * SHOWN[codes[pb + 1]!]!)
    )
}
