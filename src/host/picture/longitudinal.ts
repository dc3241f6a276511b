// The longitudinal view: a cut along the pullback through the catheter, laid out by MEASURED position.
//
// Frames are placed by the measured position of the sled, never by frame number, so a pullback at a wrong speed still
// shows true lengths. The scale is the same along and across.

import type { GreyMapper } from "./compression"
import { DisplayError } from "./compression"
import type { GreyImage, ImagingGeometry } from "./geometry"
import type { PolarFrames } from "./polar-frames"
import { checkGeometry, checkShownDepth, depthMm } from "./geometry"
import { gapGrey } from "./scan-conversion"

export interface LongitudinalOptions {
    /** angle of the upper half in degrees, default 270 = up in the cross-section; the lower half has the opposite angle */
    readonly angleDeg?: number
    /** all A-lines have one direction: shows the middle A-line of each frame, depth downwards from the catheter's centre; ignores the angle */
    readonly fixedDirection?: boolean
    /** default 20 px/mm, in both directions */
    readonly pxPerMm?: number
    /** length of the view along the pullback; default: up to the last frame */
    readonly lengthMm?: number
    /** depth to each side of the catheter; default: the imaging depth */
    readonly shownDepthMm?: number
}

/** A frame contributes to columns within this number of median frame distances. */
const GAP_SPACINGS = 1.5

/** Maximum width, so that one wrong position cannot exhaust the memory. */
const MAX_WIDTH_PX = 20_000

/**
 * Renders the longitudinal view.
 * @param frames in any order of position; of two frames at one position the later one is shown
 * @returns rows from the deepest sample of the upper half through the catheter (middle) to the deepest sample of the
 * lower half; column x shows position (x + 0.5)/pxPerMm; a column without a frame, or a half without its A-line, is
 * hatched
 * @throws GeometryError, DisplayError
 */
export function longitudinalView(
    frames: PolarFrames,
    mapper: GreyMapper,
    geometry: ImagingGeometry,
    options: LongitudinalOptions = {}
): GreyImage {
    checkGeometry(geometry)
    const { linesPerFrame: lines, samplesPerLine: samples } = geometry
    const pxPerMm = options.pxPerMm ?? 20
    const order = byPosition(frames)
    const last = order.length > 0 ? order[order.length - 1]!.positionMm : 0
    const lengthMm = options.lengthMm ?? Math.max(0, last)
    const angleDeg = options.angleDeg ?? 270
    const shownDepthMm = options.shownDepthMm ?? depthMm(geometry)
    checkShownDepth(shownDepthMm, geometry)
    checkView(pxPerMm, lengthMm, angleDeg)
    const widthPx = Math.max(1, Math.round(lengthMm * pxPerMm))
    const halfPx = Math.round(shownDepthMm * pxPerMm)
    const { fixedDirection = false } = options
    const heightPx = fixedDirection ? halfPx : 2 * halfPx
    const greys = new Uint8Array(widthPx * heightPx)
    const circleFraction = angleDeg / 360
    const upper = ((Math.round(circleFraction * lines) % lines) + lines) % lines
    const lower = fixedDirection ? lines >> 1 : (upper + (lines >> 1)) % lines
    const reachMm = Math.max(medianSpacingMm(order) * GAP_SPACINGS, 0.75 / pxPerMm)

    const codes = new Uint8Array(lines * samples)
    /** Greys of an A-line; false if it is missing or too far away. */
    const lineAt = (
        near: Placed | undefined,
        positionMm: number,
        line: number,
        greys: Uint8Array
    ): boolean => {
        if (!near || Math.abs(near.positionMm - positionMm) > reachMm) return false
        if (!frames.line(near.i, line, codes)) return false
        mapper.line(codes, line, greys, 0)
        return true
    }
    const left = new Uint8Array(samples)
    const right = new Uint8Array(samples)
    let after = 0
    for (let x = 0; x < widthPx; x++) {
        const position = (x + 0.5) / pxPerMm
        while (after < order.length && order[after]!.positionMm < position) after++
        const a = order[Math.max(0, after - 1)]
        const b = order[Math.min(order.length - 1, after)]
        for (const line of fixedDirection ? [lower] : [upper, lower]) {
            const useA = lineAt(a, position, line, left)
            const useB = b === a ? useA : lineAt(b, position, line, useA ? right : left)
            const isBetween = useA && useB && a !== b
            const w = isBetween ? (position - a!.positionMm) / (b!.positionMm - a!.positionMm) : 0
            for (let q = 0; q < halfPx; q++) {
                const y = fixedDirection ? q : line === upper ? halfPx - 1 - q : halfPx + q
                const at = y * widthPx + x
                if (!useA && !useB) {
                    greys[at] = gapGrey(x, y)
                    continue
                }
                const radius = (q + 0.5) / pxPerMm
                if (radius < geometry.catheterRadiusMm) continue
                const k = radius / geometry.sampleSpacingMm
                const k0 = Math.floor(k)
                if (k0 + 1 >= samples) continue
                let grey = left[k0]! + (k - k0) * (left[k0 + 1]! - left[k0]!)
                if (isBetween) {
                    const other = right[k0]! + (k - k0) * (right[k0 + 1]! - right[k0]!)
                    grey += w * (other - grey)
                }
                greys[at] = Math.round(grey)
            }
        }
    }
    return {
        widthPx,
        heightPx,
        mmPerPxX: 1 / pxPerMm,
        mmPerPxY: 1 / pxPerMm,
        greys,
    }
}

/** @throws DisplayError */
function checkView(pxPerMm: number, lengthMm: number, angleDeg: number): void {
    if (!(pxPerMm >= 1 && pxPerMm <= 200))
        throw new DisplayError(
            `A longitudinal view of ${pxPerMm} px/mm cannot be drawn; 1 to 200 are allowed.`
        )
    if (!(lengthMm >= 0 && lengthMm * pxPerMm <= MAX_WIDTH_PX))
        throw new DisplayError(
            `A longitudinal view of ${lengthMm} mm cannot be drawn; 0 to ${MAX_WIDTH_PX / pxPerMm} mm are allowed at ${pxPerMm} px/mm.`
        )
    if (!Number.isFinite(angleDeg))
        throw new DisplayError(
            `A cut at ${angleDeg} degrees cannot be drawn; any finite angle is allowed.`
        )
}

/** A frame's number and position. */
interface Placed {
    readonly i: number
    readonly positionMm: number
}

/** Frames in order of position; of several at one position only the one received last. */
function byPosition(frames: PolarFrames): Placed[] {
    const sorted = Array.from({ length: frames.length }, (_, i) => ({
        ...{ i, positionMm: frames.at(i).positionMm },
    })).sort((a, b) => a.positionMm - b.positionMm || a.i - b.i)
    return sorted.filter(
        (frame, i) => i + 1 === sorted.length || sorted[i + 1]!.positionMm !== frame.positionMm
    )
}

/** Median distance between neighbouring frames. */
function medianSpacingMm(order: readonly Placed[]): number {
    const steps = order
        .slice(1)
        .map((frame, i) => frame.positionMm - order[i]!.positionMm)
        .sort((a, b) => a - b)
    return steps.length > 0 ? steps[steps.length >> 1]! : 0
}
