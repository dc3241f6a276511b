// Accuracy of areas and diameters against known geometry, and the distance of borders to the leading edge.

import { phantom } from "../../../boards/virtual/vessel/vessel"
import { findBorders } from "../../../src/host/measure/lumen-border"
import { measureLumen } from "../../../src/host/measure/lumen-measures"
import {
    estimateRingDown,
    type ImagingGeometry,
    type PolarFrame,
} from "../../../src/host/picture/picture"
import { type KnownShape, SHAPE_LENGTH_MM } from "./known-shapes"
import { imagedBy, simulatedFrames } from "./simulated-frames"

/** Errors in percent. */
export interface Errors {
    readonly mean: number
    readonly worst: number
    readonly bias: number
}

export interface ShapeErrors {
    readonly area: Errors
    readonly shortest: Errors
    readonly longest: Errors
    /** EEM area, where it is reported; null where it never is. */
    readonly vessel: Errors | null
    /** In how many frames it is. */
    readonly vesselSeenPercent: number
}

/** @param spoil changes a frame before it is measured */
export function shapeErrors(
    shape: KnownShape,
    frames: number,
    seed = 1,
    spoil?: (frame: PolarFrame, geometry: ImagingGeometry) => void
): ShapeErrors {
    const { vessel } = shape
    const geometry = imagedBy(shape.catheterId)
    const lengthMm = Math.min(SHAPE_LENGTH_MM, frames / 30)
    const source = phantom(vessel, { ...geometry, seed })
    const received = simulatedFrames(source, geometry, frames, lengthMm)
    if (spoil) for (const frame of received) spoil(frame, geometry)
    const { borders, measures } = findBorders(
        received,
        geometry,
        estimateRingDown(received, geometry)
    )
    const [area, shortest, longest, vesselArea]: number[][] = [[], [], [], []]
    received.forEach(({ positionMm }, i) => {
        if (shape.counts && !shape.counts(positionMm)) return
        const right = vessel.truthAt(positionMm)
        const found = measureLumen(borders[i]!.radiusMm)
        area!.push(100 * (found.areaMm2 / right.lumenAreaMm2 - 1))
        shortest!.push(100 * (found.minDiameterMm / right.shortestMm! - 1))
        longest!.push(100 * (found.maxDiameterMm / right.longestMm! - 1))
        const outer = measures[i]!.vessel
        if (outer) vesselArea!.push(100 * (outer.areaMm2 / right.vesselAreaMm2 - 1))
    })
    return {
        area: errorsOf(area!),
        shortest: errorsOf(shortest!),
        longest: errorsOf(longest!),
        vessel: vesselArea!.length > 0 ? errorsOf(vesselArea!) : null,
        vesselSeenPercent: (100 * vesselArea!.length) / area!.length,
    }
}

function errorsOf(values: readonly number[]): Errors {
    const mean = (v: readonly number[]): number => v.reduce((sum, x) => sum + x, 0) / v.length
    const sizes = values.map(Math.abs)
    return { mean: mean(sizes), worst: Math.max(...sizes), bias: mean(values) }
}

/** A-lines averaged on each side for a profile, shifted to follow the border. */
const AROUND_LINES = 2
/** The darkest code that a display of 60 dB shows, and the least difference of blood and wall. */
const BLACK = 255 - (60 / 72) * 255
const LEAST_CODES = 20

/**
 * Distance of a border, outwards, from the half-way point in dB between blood and the peak of the wall: for each A-line on which
 * there is one. Along the A-line, as a reader would measure it; deliberately independent of the code under test.
 */
export function halfWayDistancesMm(
    codes: Uint8Array,
    radiusMm: Float32Array,
    { linesPerFrame: lines, samplesPerLine: samples, ...geometry }: ImagingGeometry
): number[] {
    const spacing = geometry.sampleSpacingMm
    const first = Math.ceil((geometry.catheterRadiusMm + geometry.ringDownMm) / spacing)
    const codeAt = (i: number, k: number): number => {
        const at = Math.max(0, Math.min(samples - 1.001, k))
        const k0 = Math.floor(at)
        const [a, b] = [codes[i * samples + k0]!, codes[i * samples + k0 + 1]!]
        return Math.max(BLACK, a) + (at - k0) * (Math.max(BLACK, b) - Math.max(BLACK, a))
    }
    const distances: number[] = []
    for (let i = 0; i < lines; i++) {
        const own = radiusMm[i]! / spacing
        const profile = Float64Array.from({ length: samples }, (_, k) => {
            let sum = 0
            for (let m = -AROUND_LINES; m <= AROUND_LINES; m++) {
                const line = (i + m + lines) % lines
                sum += codeAt(line, k + radiusMm[line]! / spacing - own)
            }
            return sum / (2 * AROUND_LINES + 1)
        })
        const inside = profile
            .slice(Math.max(first, Math.floor(own - 1 / spacing)), Math.floor(own - 0.25 / spacing))
            .sort()
        if (inside.length < 3) continue
        const blood = inside[inside.length >> 1]!
        let peak = Math.round(own - 0.1 / spacing)
        for (let k = peak; k < Math.min(samples, own + 0.4 / spacing); k++)
            if (profile[k]! > profile[peak]!) peak = k
        if (profile[peak]! - blood < LEAST_CODES) continue
        const half = (blood + profile[peak]!) / 2
        let k = peak
        while (k > 0 && profile[k]! > half) k--
        const w = (half - profile[k]!) / (profile[k + 1]! - profile[k]!)
        distances.push(radiusMm[i]! - (k + w) * spacing)
    }
    return distances
}

export function medianOf(values: readonly number[]): number {
    return [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN
}
