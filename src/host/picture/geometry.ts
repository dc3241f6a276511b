// Responsible for: what an image frame is (lines, samples, radii) and how its
// polar places map to millimetres.
// Not for: grey levels, files, or how frames come from the link.

/** How one frame stands in space; the same for a whole pullback. */
export interface ImagingGeometry {
    /** A-lines in a frame; line i looks along the angle 2*pi*i/linesPerFrame */
    readonly linesPerFrame: number
    /** samples in a line; sample k lies at k*sampleSpacingMm from the CATHETER CENTRE */
    readonly samplesPerLine: number
    readonly sampleSpacingMm: number
    /** the transducer's surface; nothing is heard from inside it */
    readonly catheterRadiusMm: number
    /** how far beyond the surface the ring-down reaches */
    readonly ringDownMm: number
    readonly centreFrequencyMhz: number
}

/** One frame as the link delivers it. */
export interface PolarFrame {
    readonly index: number
    readonly timeMs: number
    /** measured sled position, 0 at the start of the imaged window, growing as the catheter is pulled back */
    readonly positionMm: number
    /** linesPerFrame*samplesPerLine sample codes (src/shared/acquisition/sample-codes.ts), line after line */
    readonly codes: Uint8Array
    /** linesPerFrame flags; 0 = this line never arrived and its codes mean nothing */
    readonly present: Uint8Array
}

/** An 8-bit grey picture, row after row, with the size of its pixels. */
export interface GreyImage {
    readonly widthPx: number
    readonly heightPx: number
    readonly mmPerPxX: number
    readonly mmPerPxY: number
    /** widthPx*heightPx greys */
    readonly greys: Uint8Array
}

/** The geometry or a frame contradicts itself; the message says where and what is allowed. */
export class GeometryError extends Error {}

/**
 * Refuses a geometry that no picture can be made from.
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
            `Catheter and ring-down reach to ${blindMm} mm; they must lie within half of the ${depthMm} mm depth.`
        )
}

/**
 * Refuses a frame whose arrays do not fit the geometry.
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
            `Frame ${frame.index} stands at ${frame.positionMm} mm; a finite position is needed.`
        )
}

/** Radius of the outermost place that a line of this geometry reaches. */
export function depthMm(geometry: ImagingGeometry): number {
    return geometry.samplesPerLine * geometry.sampleSpacingMm
}

/** Beyond the catheter at least this much is shown. */
const SHOWN_MIN_MM = 1

/** Smallest and largest depth that a picture of this geometry can show, in mm from the catheter's centre. */
export function shownDepthRangeMm(geometry: ImagingGeometry): readonly [min: number, max: number] {
    const max = depthMm(geometry)
    return [Math.min(max, geometry.catheterRadiusMm + SHOWN_MIN_MM), max]
}

/**
 * Refuses a depth that a picture cannot show.
 * @throws GeometryError
 */
export function checkShownDepth(shownMm: number, geometry: ImagingGeometry): void {
    const [min, max] = shownDepthRangeMm(geometry)
    // A micrometre: the depth that was asked for may have been rounded to samples.
    if (!(shownMm >= min - 1e-3 && shownMm <= max + 1e-3))
        throw new GeometryError(
            `A depth of ${shownMm} mm cannot be shown; ${min.toFixed(2)} to ${max.toFixed(2)} mm are allowed.`
        )
}

/** First sample that the transducer can hear at all. */
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
