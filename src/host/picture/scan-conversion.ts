// Scan conversion: converts a polar frame of greys into a square cross-section.
//
// The x axis points right and the y axis down; A-line i has the direction (cos, sin) of 2*pi*i/lines in these axes.

import { DisplayError } from "./compression"
import type { GreyImage, ImagingGeometry } from "./geometry"
import { checkGeometry, checkShownDepth, depthMm } from "./geometry"

/** Converts polar frames of one geometry to square pictures. */
export interface ScanConverter {
    readonly sizePx: number
    readonly mmPerPx: number
    /**
     * @param greys linesPerFrame*samplesPerLine, line after line
     * @param present linesPerFrame flags; the sector of a missing line is hatched
     * @param out sizePx*sizePx bytes to write into; default: a new array
     */
    convert(greys: Uint8Array, present: Uint8Array, out?: Uint8Array): GreyImage
}

/**
 * Grey of a pixel where nothing was received: a hatch of two mid greys, unlike any echo, so that a gap is not mistaken
 * for tissue.
 */
export function gapGrey(x: number, y: number): number {
    return (x + y) & 4 ? 104 : 56
}

/**
 * Prepares the conversion.
 * @param sizePx side of the square
 * @param shownDepthMm radius that the square shows; default: the imaging depth
 * @throws GeometryError, DisplayError
 */
export function scanConverter(
    geometry: ImagingGeometry,
    sizePx = 400,
    shownDepthMm = depthMm(geometry)
): ScanConverter {
    checkGeometry(geometry)
    checkShownDepth(shownDepthMm, geometry)
    if (!Number.isInteger(sizePx) || sizePx < 16 || sizePx > 4096)
        throw new DisplayError(
            `A cross-section of ${sizePx} px cannot be drawn; 16 to 4096 are allowed.`
        )
    const { samplesPerLine: samples } = geometry
    const mmPerPx = (2 * shownDepthMm) / sizePx

    // Bilinear interpolation between four neighbours in (line, sample), with 7-bit weights.
    const { pixels, near, far, weights, count } = pixelTable(geometry, sizePx, mmPerPx)

    function convertComplete(greys: Uint8Array, out: Uint8Array): void {
        for (let p = 0; p < count; p++) {
            const a = near[p]!
            const b = far[p]!
            const w = weights[p]!
            const wk = w & 255
            const g0 = (greys[a]! << 7) + wk * (greys[a + 1]! - greys[a]!)
            const g1 = (greys[b]! << 7) + wk * (greys[b + 1]! - greys[b]!)
            out[pixels[p]!] = ((g0 << 7) + (w >> 8) * (g1 - g0) + (1 << 13)) >> 14
        }
    }

    /** As convertComplete, but a pixel whose nearest A-line is missing is hatched, and no missing A-line is used. */
    function convertWithGaps(greys: Uint8Array, present: Uint8Array, out: Uint8Array): void {
        for (let p = 0; p < count; p++) {
            let a = near[p]!
            let b = far[p]!
            const w = weights[p]!
            const presentA = present[(a / samples) | 0]
            const presentB = present[(b / samples) | 0]
            const pixel = pixels[p]!
            if (!(w >> 8 < 64 ? presentA : presentB)) {
                out[pixel] = gapGrey(pixel % sizePx, (pixel / sizePx) | 0)
                continue
            }
            if (!presentA) a = b
            if (!presentB) b = a
            const wk = w & 255
            const g0 = (greys[a]! << 7) + wk * (greys[a + 1]! - greys[a]!)
            const g1 = (greys[b]! << 7) + wk * (greys[b + 1]! - greys[b]!)
            out[pixel] = ((g0 << 7) + (w >> 8) * (g1 - g0) + (1 << 13)) >> 14
        }
    }

    return {
        sizePx,
        mmPerPx,
        convert(greys, present, out = new Uint8Array(sizePx * sizePx)) {
            if (present.includes(0)) convertWithGaps(greys, present, out)
            else convertComplete(greys, out)
            return {
                widthPx: sizePx,
                heightPx: sizePx,
                mmPerPxX: mmPerPx,
                mmPerPxY: mmPerPx,
                greys: out,
            }
        },
    }
}

/** For each of `count` pixels: its index, the index of its sample on two neighbouring A-lines, and the weights. */
interface PixelTable {
    readonly count: number
    readonly pixels: Int32Array
    readonly near: Int32Array
    readonly far: Int32Array
    /** weight of the far A-line * 256 + weight of the next sample, of 128 each */
    readonly weights: Uint16Array
}

function pixelTable(geometry: ImagingGeometry, sizePx: number, mmPerPx: number): PixelTable {
    const { linesPerFrame: lines, samplesPerLine: samples } = geometry
    const pixels = new Int32Array(sizePx * sizePx)
    const near = new Int32Array(sizePx * sizePx)
    const far = new Int32Array(sizePx * sizePx)
    const weights = new Uint16Array(sizePx * sizePx)
    let count = 0
    for (let y = 0; y < sizePx; y++)
        for (let x = 0; x < sizePx; x++) {
            const xMm = (x + 0.5 - sizePx / 2) * mmPerPx
            const yMm = (y + 0.5 - sizePx / 2) * mmPerPx
            const radius = Math.hypot(xMm, yMm)
            const k = radius / geometry.sampleSpacingMm
            if (radius < geometry.catheterRadiusMm || k > samples - 1) continue
            const circleFraction = Math.atan2(yMm, xMm) / (2 * Math.PI)
            const line = (circleFraction < 0 ? circleFraction + 1 : circleFraction) * lines
            const line0 = Math.floor(line) % lines
            const sample0 = Math.min(samples - 2, Math.floor(k))
            pixels[count] = y * sizePx + x
            near[count] = line0 * samples + sample0
            far[count] = ((line0 + 1) % lines) * samples + sample0
            weights[count] =
                (Math.round((line - Math.floor(line)) * 128) << 8) | Math.round((k - sample0) * 128)
            count++
        }
    return { count, pixels, near, far, weights }
}
