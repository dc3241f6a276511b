// Geometry of an image frame: lines, samples and radii, and their checks.

import { RunError } from "../errors"

/** Geometry of the frames of one pullback. */
export interface ImagingGeometry {
    /** A-lines in a frame; line i has the angle 2*pi*i/linesPerFrame */
    readonly linesPerFrame: number
    /** samples in an A-line; sample k is at k*sampleSpacingMm from the CATHETER CENTRE */
    readonly samplesPerLine: number
    readonly sampleSpacingMm: number
    /** radius of the transducer's surface; there are no echoes from inside it */
    readonly catheterRadiusMm: number
    /** depth of the ring-down beyond the surface */
    readonly ringDownMm: number
    readonly centreFrequencyMhz: number
}

/** One frame in polar coordinates, as received. */
export interface PolarFrame {
    readonly index: number
    readonly timeMs: number
    /** measured sled position, 0 at the start of the imaged window, growing as the catheter is pulled back */
    readonly positionMm: number
    /** linesPerFrame*samplesPerLine sample codes (src/shared/acquisition/sample-codes.ts), line after line */
    readonly codes: Uint8Array
    /** linesPerFrame flags; 0 = the A-line is missing and its codes are undefined */
    readonly present: Uint8Array
}

/** An 8-bit grey image, row after row, with its pixel size. */
export interface GreyImage {
    readonly widthPx: number
    readonly heightPx: number
    readonly mmPerPxX: number
    readonly mmPerPxY: number
    /** widthPx*heightPx greys */
    readonly greys: Uint8Array
}

/** A geometry or frame cannot be shown; the message gives the value and the allowed range. */
export class GeometryError extends RunError {}

/**
 * Checks that a geometry can be displayed.
 * @throws GeometryError
 */
export function checkGeometry(geometry: ImagingGeometry): void {
    const { linesPerFrame: lines, samplesPerLine: samples } = geometry
    if (!Number.isInteger(lines) || lines < 16 || lines > 4096)
        throw new GeometryError(
            `A frame of ${lines} lines cannot be shown; 16 to 4096 are allowed.`
        )
    if (!Number.isInteger(samples) || samples < 32 || samples > 8192)
        throw new GeometryError(
            `A line of ${samples} samples cannot be shown; 32 to 8192 are allowed.`
        )
    const depthMm = samples * geometry.sampleSpacingMm
    if (!(depthMm >= 1 && depthMm <= 100))
        throw new GeometryError(
            `An imaging depth of ${depthMm} mm cannot be shown; 1 to 100 mm are allowed.`
        )
    const blindMm = geometry.catheterRadiusMm + geometry.ringDownMm
    if (!(geometry.catheterRadiusMm >= 0 && geometry.ringDownMm >= 0) || !(blindMm <= depthMm / 2))
        throw new GeometryError(
            `Catheter and ring-down extend to ${blindMm} mm; at most half of the depth of ${depthMm} mm is allowed.`
        )
}

/**
 * Checks that a frame fits the geometry.
 * @throws GeometryError
 */
export function checkFrame(frame: PolarFrame, geometry: ImagingGeometry): void {
    const { linesPerFrame, samplesPerLine } = geometry
    if (frame.codes.length !== linesPerFrame * samplesPerLine)
        throw new GeometryError(
            `Frame ${frame.index} has ${frame.codes.length} codes; its geometry needs ${linesPerFrame * samplesPerLine}.`
        )
    if (frame.present.length !== linesPerFrame)
        throw new GeometryError(
            `Frame ${frame.index} has ${frame.present.length} line flags; its geometry needs ${linesPerFrame}.`
        )
    if (!Number.isFinite(frame.positionMm))
        throw new GeometryError(
            `Frame ${frame.index} has the position ${frame.positionMm} mm; it must be finite.`
        )
}

/** Imaging depth: radius of the outermost sample. */
export function depthMm(geometry: ImagingGeometry): number {
    return geometry.samplesPerLine * geometry.sampleSpacingMm
}

/** Smallest depth shown beyond the catheter's surface. */
const SHOWN_MIN_MM = 1

/** Range of depths that a picture can show, in mm from the catheter's centre. */
export function shownDepthRangeMm(geometry: ImagingGeometry): readonly [min: number, max: number] {
    const max = depthMm(geometry)
    return [Math.min(max, geometry.catheterRadiusMm + SHOWN_MIN_MM), max]
}

/**
 * Checks that a picture can show a depth.
 * @throws GeometryError
 */
export function checkShownDepth(shownMm: number, geometry: ImagingGeometry): void {
    const [min, max] = shownDepthRangeMm(geometry)
    // 1 um of tolerance, because the requested depth may have been rounded to samples.
    if (!(shownMm >= min - 1e-3 && shownMm <= max + 1e-3))
        throw new GeometryError(
            `A depth of ${shownMm} mm cannot be shown; ${min.toFixed(2)} to ${max.toFixed(2)} mm are allowed.`
        )
}

/** First sample at or beyond the transducer's surface. */
export function firstSample(geometry: ImagingGeometry): number {
    return Math.ceil(geometry.catheterRadiusMm / geometry.sampleSpacingMm - 1e-9)
}

/** First sample beyond the ring-down. */
export function firstClearSample(geometry: ImagingGeometry): number {
    return Math.min(
        geometry.samplesPerLine,
        Math.ceil(
            (geometry.catheterRadiusMm + geometry.ringDownMm) / geometry.sampleSpacingMm - 1e-9
        )
    )
}
