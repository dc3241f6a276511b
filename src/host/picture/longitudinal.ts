// Responsible for: the longitudinal view: a cut along the pullback through the
// catheter, laid out over MEASURED position.
// Not for: borders, files.
//
// Frames are placed where the sled was measured to be, never by their number,
// so a pullback that ran at a wrong speed still shows true lengths. One
// millimetre is the same length along and across.

import type { GreyMapper } from "./compression"
import { DisplayError } from "./compression"
import type { GreyImage, ImagingGeometry, PolarFrame } from "./geometry"
import { checkFrame, checkGeometry, checkShownDepth, depthMm } from "./geometry"
import { gapGrey } from "./scan-conversion"

export interface LongitudinalOptions {
    /** the cut's upper half looks along this angle, its lower half along the opposite one; degrees, default 270 = up in the cross-section */
    readonly angleDeg?: number
    /** all lines look the same way: depth goes down from the catheter's centre, by the middle line of each frame; no angle then */
    readonly fixedDirection?: boolean
    /** default 20 px/mm, both ways */
    readonly pxPerMm?: number
    /** span of the view along the pullback; default: up to the last frame */
    readonly lengthMm?: number
    /** span to either side of the catheter; default: the imaging depth */
    readonly shownDepthMm?: number
}

/** A frame counts as a neighbour of a column when no further away than this many usual frame distances. */
const GAP_SPACINGS = 1.5

/** Widest view, so that one absurd position cannot take all memory. */
const MAX_WIDTH_PX = 20_000

/**
 * @param frames in any order; a position that was imaged twice shows the later frame
 * @returns rows from the upper half-plane's deepest place through the catheter
 * (middle) to the lower half-plane's deepest; column x shows position
 * (x + 0.5)/pxPerMm; a column without a frame, or a half without its line, is hatched
 * @throws GeometryError, DisplayError
 */
export function longitudinalView(
    frames: readonly PolarFrame[],
    mapper: GreyMapper,
    geometry: ImagingGeometry,
    options: LongitudinalOptions = {}
): GreyImage {
    checkGeometry(geometry)
    const { linesPerFrame: lines, samplesPerLine: samples } = geometry
    for (const frame of frames) checkFrame(frame, geometry)
    const pxPerMm = options.pxPerMm ?? 20
    const order = byPosition(frames)
    const last = order.length > 0 ? order[order.length - 1]!.positionMm : 0
    const lengthMm = options.lengthMm ?? Math.max(0, last)
    const angleDeg = options.angleDeg ?? 270
    const shownDepthMm = options.shownDepthMm ?? depthMm(geometry)
    checkShownDepth(shownDepthMm, geometry)
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
    const widthPx = Math.max(1, Math.round(lengthMm * pxPerMm))
    const halfPx = Math.round(shownDepthMm * pxPerMm)
    const { fixedDirection = false } = options
    const heightPx = fixedDirection ? halfPx : 2 * halfPx
    const greys = new Uint8Array(widthPx * heightPx)
    const turn = angleDeg / 360
    const upper = ((Math.round(turn * lines) % lines) + lines) % lines
    const lower = fixedDirection ? lines >> 1 : (upper + (lines >> 1)) % lines
    const reachMm = Math.max(usualSpacingMm(order) * GAP_SPACINGS, 0.75 / pxPerMm)

    const left = new Uint8Array(samples)
    const right = new Uint8Array(samples)
    let after = 0
    for (let x = 0; x < widthPx; x++) {
        const position = (x + 0.5) / pxPerMm
        while (after < order.length && order[after]!.positionMm < position) after++
        const a = order[Math.max(0, after - 1)]
        const b = order[Math.min(order.length - 1, after)]
        for (const line of fixedDirection ? [lower] : [upper, lower]) {
            const useA = near(a, position, reachMm, line)
            const useB = near(b, position, reachMm, line)
            const one = useA ? a! : b!
            const two = useB ? b! : a!
            if (useA || useB) {
                mapper.line(one.codes, line, left, 0)
                if (two !== one) mapper.line(two.codes, line, right, 0)
            }
            const span = two === undefined ? 0 : two.positionMm - one.positionMm
            const w = span > 0 ? (position - one.positionMm) / span : 0
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
                if (two !== one) {
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

/** Frames by growing position; of several at one place the one received last. */
function byPosition(frames: readonly PolarFrame[]): PolarFrame[] {
    const sorted = frames
        .map((frame, received) => ({ frame, received }))
        .sort((a, b) => a.frame.positionMm - b.frame.positionMm || a.received - b.received)
        .map(entry => entry.frame)
    return sorted.filter(
        (frame, i) => i + 1 === sorted.length || sorted[i + 1]!.positionMm !== frame.positionMm
    )
}

/** Median distance of neighbouring frames. */
function usualSpacingMm(order: readonly PolarFrame[]): number {
    const steps = order
        .slice(1)
        .map((frame, i) => frame.positionMm - order[i]!.positionMm)
        .sort((a, b) => a - b)
    return steps.length > 0 ? steps[steps.length >> 1]! : 0
}

function near(
    frame: PolarFrame | undefined,
    positionMm: number,
    reachMm: number,
    line: number
): boolean {
    return (
        frame !== undefined &&
        frame.present[line] === 1 &&
        Math.abs(frame.positionMm - positionMm) <= reachMm
    )
}
