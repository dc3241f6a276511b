// Responsible for: a polar frame of greys becomes a square cross-section, and
// what a missing line looks like in it.
// Not for: how the greys were made.
//
// The picture's x axis points right and its y axis down; line i looks along
// (cos, sin) of 2*pi*i/lines in these axes.

import { DisplayError } from "./compression"
import type { GreyImage, ImagingGeometry } from "./geometry"
import { checkGeometry, checkShownDepth, depthMm } from "./geometry"

/** Turns polar frames of one geometry into square pictures. */
export interface ScanConverter {
    readonly sizePx: number
    readonly mmPerPx: number
    /**
     * @param greys linesPerFrame*samplesPerLine, line after line
     * @param present linesPerFrame flags; the sector of a missing line is hatched
     * @param out sizePx*sizePx bytes to write into; a new array where left out
     */
    convert(greys: Uint8Array, present: Uint8Array, out?: Uint8Array): GreyImage
}

/**
 * What stands where nothing was received: a flat hatch of two mid greys, which
 * no echo looks like, so that a gap is never taken for dark or bright tissue.
 */
export function gapGrey(x: number, y: number): number {
    return (x + y) & 4 ? 104 : 56
}

/**
 * @param sizePx side of the square
 * @param shownDepthMm half of the way that the square spans; left out, the imaging depth
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
    const { linesPerFrame: lines, samplesPerLine: samples } = geometry
    const mmPerPx = (2 * shownDepthMm) / sizePx

    // Where each pixel reads: four neighbours in (line, sample), 7-bit weights.
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
            const turn = Math.atan2(yMm, xMm) / (2 * Math.PI)
            const line = (turn < 0 ? turn + 1 : turn) * lines
            const line0 = Math.floor(line) % lines
            const sample0 = Math.min(samples - 2, Math.floor(k))
            pixels[count] = y * sizePx + x
            near[count] = line0 * samples + sample0
            far[count] = ((line0 + 1) % lines) * samples + sample0
            weights[count] =
                (Math.round((line - Math.floor(line)) * 128) << 8) | Math.round((k - sample0) * 128)
            count++
        }

    function whole(greys: Uint8Array, out: Uint8Array): void {
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

    /** As `whole`, but a pixel belongs to its nearest line and shows that line only, or the hatch. */
    function withGaps(greys: Uint8Array, present: Uint8Array, out: Uint8Array): void {
        for (let p = 0; p < count; p++) {
            let a = near[p]!
            let b = far[p]!
            const w = weights[p]!
            const hereA = present[(a / samples) | 0]
            const hereB = present[(b / samples) | 0]
            const pixel = pixels[p]!
            if (!(w >> 8 < 64 ? hereA : hereB)) {
                out[pixel] = gapGrey(pixel % sizePx, (pixel / sizePx) | 0)
                continue
            }
            if (!hereA) a = b
            if (!hereB) b = a
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
            if (present.includes(0)) withGaps(greys, present, out)
            else whole(greys, out)
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
