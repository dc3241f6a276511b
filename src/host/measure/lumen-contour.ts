// Converts a border between one radius for each A-line and a contour in millimetres with normals.

import type { ImagingGeometry } from "../picture/geometry"
import { depthMm } from "../picture/geometry"

/** Points of a contour. */
export const CONTOUR_POINTS = 256

/**
 * Averaging along the border, as standard deviation: at least this length, and further out about one beam width,
 * so that a few speckles are averaged at any radius.
 */
const ALONG_MM = 0.15
const ALONG_RAD = 0.05

/** A closed border as CONTOUR_POINTS points at equal distances along it. */
export interface Contour {
    readonly x: Float64Array
    readonly y: Float64Array
    /** outward unit normal */
    readonly nx: Float64Array
    readonly ny: Float64Array
    readonly stepMm: number
}

/** Outward shift of each point of a contour. */
export interface Shifts {
    readonly mm: Float64Array
    /** how certain an edge was detected, 0..1: by its contrast */
    readonly found: Float64Array
}

/** @param radius radius of each A-line, mm */
export function contourOf(radius: Float32Array): Contour {
    const lines = radius.length
    const px = new Float64Array(lines + 1)
    const py = new Float64Array(lines + 1)
    const along = new Float64Array(lines + 1)
    for (let i = 0; i <= lines; i++) {
        const angle = (2 * Math.PI * i) / lines
        px[i] = radius[i % lines]! * Math.cos(angle)
        py[i] = radius[i % lines]! * Math.sin(angle)
        if (i > 0) along[i] = along[i - 1]! + Math.hypot(px[i]! - px[i - 1]!, py[i]! - py[i - 1]!)
    }
    const stepMm = along[lines]! / CONTOUR_POINTS
    const x = new Float64Array(CONTOUR_POINTS)
    const y = new Float64Array(CONTOUR_POINTS)
    let i = 0
    for (let p = 0; p < CONTOUR_POINTS; p++) {
        const at = p * stepMm
        while (i < lines - 1 && along[i + 1]! < at) i++
        const span = along[i + 1]! - along[i]!
        const w = span > 0 ? (at - along[i]!) / span : 0
        x[p] = px[i]! + w * (px[i + 1]! - px[i]!)
        y[p] = py[i]! + w * (py[i + 1]! - py[i]!)
    }
    const sigma = x.map((_, p) => alongSteps(Math.hypot(x[p]!, y[p]!), stepMm) / 2)
    smoothRing(x, sigma)
    smoothRing(y, sigma)
    const nx = new Float64Array(CONTOUR_POINTS)
    const ny = new Float64Array(CONTOUR_POINTS)
    for (let p = 0; p < CONTOUR_POINTS; p++) {
        const a = (p + CONTOUR_POINTS - 1) % CONTOUR_POINTS
        const b = (p + 1) % CONTOUR_POINTS
        const tx = x[b]! - x[a]!
        const ty = y[b]! - y[a]!
        const length = Math.hypot(tx, ty) || 1
        nx[p] = ty / length
        ny[p] = -tx / length
    }
    return { x, y, nx, ny, stepMm }
}

/** Standard deviation of the averaging at a radius, in steps along the border. */
export function alongSteps(radiusMm: number, stepMm: number): number {
    return Math.max(ALONG_MM, ALONG_RAD * radiusMm) / stepMm
}

/** Gaussian smoothing of cyclic values; one sigma for each value, in steps. */
export function smoothRing(values: Float64Array, sigma: Float64Array): void {
    const n = values.length
    const copy = values.slice()
    for (let p = 0; p < n; p++) {
        const reach = Math.min(n >> 2, Math.ceil(2.5 * sigma[p]!))
        let sum = copy[p]!
        let weights = 1
        for (let m = 1; m <= reach; m++) {
            const w = Math.exp(-0.5 * (m / sigma[p]!) ** 2)
            sum += w * (copy[(p + m) % n]! + copy[(p - m + n) % n]!)
            weights += 2 * w
        }
        values[p] = sum / weights
    }
}

/** Moves the contour by its shifts and returns the radius of each A-line. */
export function radiiOf(
    contour: Contour,
    shift: Shifts,
    previous: Float32Array,
    geometry: ImagingGeometry
): { radius: Float32Array; edgeWeight: Float32Array } {
    const lines = previous.length
    const radius = new Float32Array(lines).fill(-1)
    const edgeWeight = new Float32Array(lines)
    const x = contour.x.map((v, p) => v + shift.mm[p]! * contour.nx[p]!)
    const y = contour.y.map((v, p) => v + shift.mm[p]! * contour.ny[p]!)
    for (let p = 0; p < CONTOUR_POINTS; p++) {
        const q = (p + 1) % CONTOUR_POINTS
        const circleFraction = Math.atan2(y[p]!, x[p]!) / (2 * Math.PI)
        let span = Math.atan2(y[q]!, x[q]!) / (2 * Math.PI) - circleFraction
        span -= Math.round(span)
        const low = Math.min(circleFraction, circleFraction + span) * lines
        const high = Math.max(circleFraction, circleFraction + span) * lines
        for (let at = Math.ceil(low); at <= high; at++) {
            const i = ((at % lines) + lines) % lines
            const ux = Math.cos((2 * Math.PI * at) / lines)
            const uy = Math.sin((2 * Math.PI * at) / lines)
            const sideA = ux * y[p]! - uy * x[p]!
            const sideB = ux * y[q]! - uy * x[q]!
            const w = sideA === sideB ? 0 : sideA / (sideA - sideB)
            const r = (x[p]! + w * (x[q]! - x[p]!)) * ux + (y[p]! + w * (y[q]! - y[p]!)) * uy
            // If the contour crosses an A-line more than once, the crossing nearest to the previous radius counts.
            if (
                radius[i]! < 0 ||
                Math.abs(r - previous[i]!) < Math.abs(radius[i]! - previous[i]!)
            ) {
                radius[i] = r
                edgeWeight[i] = (shift.found[p]! + shift.found[q]!) / 2
            }
        }
    }
    const deepest = depthMm(geometry)
    for (let i = 0; i < lines; i++) {
        if (radius[i]! < 0) radius[i] = previous[i]!
        radius[i] = Math.min(deepest, Math.max(geometry.catheterRadiusMm, radius[i]!))
    }
    return { radius, edgeWeight }
}
