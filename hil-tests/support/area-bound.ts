// Responsible for: by how much a lumen's area may be off in a picture of element data, from the vessel's true shape and theory.
// Not for: measuring it.
//
// A border is where a wall's mean power is half of what it is behind the border. Blurred, a wall thinner than the blur is half
// as bright as at its brightest at most half of the blur's -6 dB width before the border, so each piece ds of it moves inwards by
// at most half of: the pulse where the beam meets the wall squarely, the lateral width where it runs along it, the
// slice where the wall leans along the vessel. The three are independent and add as squares.
//
// And the sled moves while a frame is fired. A place that comes nearer by s mm per mm of sled does so by s*d/E between one
// transmitter and the next of E, d the sled's way a frame. Its pairs' phases then grow from element to element as those of a
// place that lies aside by s*d/(2 pi a), a the array's radius: there it is shown. Along a wall that runs along the beam this moves
// the border, inwards on one side of the vessel and outwards on the other.

import type { Vessel } from "../../boards/virtual/vessel/vessel"

export interface Blur {
    /** -6 dB widths, both ways */
    readonly pulseMm: number
    readonly lateralRad: number
    readonly sliceMm: number
    readonly arrayRadiusMm: number
    /** way of the sled from frame to frame */
    readonly frameMm: number
}

/** @returns largest loss by blur and largest change by motion, as parts of the true area */
export function areaBound(
    vessel: Vessel,
    zMm: number,
    blur: Blur
): { readonly blur: number; readonly motion: number } {
    const dz = 0.05
    const [before, border, after] = [zMm - dz, zMm, zMm + dz].map(z => vessel.borderAt(z))
    const from = vessel.catheterAt(zMm - dz)
    const to = vessel.catheterAt(zMm + dz)
    const slopeX = (to.xMm - from.xMm) / (2 * dz)
    const slopeY = (to.yMm - from.yMm) / (2 * dz)
    let blurred = 0
    let moved = 0
    const n = border!.length
    for (let i = 0; i < n; i += 2) {
        const j = (i + 2) % n
        const [x, y] = [border![i]!, border![i + 1]!]
        const [ex, ey] = [border![j]! - x, border![j + 1]! - y]
        const ds = Math.hypot(ex, ey)
        const [tx, ty] = [ex / ds, ey / ds]
        const r = Math.hypot(x, y)
        const alongMm = Math.abs(x * tx + y * ty)
        const square = Math.abs(x * ty - y * tx) / r
        const lean =
            ((after![i]! - before![i]!) * ty - (after![i + 1]! - before![i + 1]!) * tx) / (2 * dz)
        const halves = [alongMm * blur.lateralRad, square * blur.pulseMm, lean * blur.sliceMm]
        blurred += (ds * Math.hypot(...halves)) / 2
        const nearer = Math.abs(slopeX * x + slopeY * y) / r
        moved += (ds * alongMm * nearer * blur.frameMm) / (2 * Math.PI * blur.arrayRadiusMm)
    }
    const area = vessel.lumenAreaMm2(zMm)
    return { blur: blurred / area, motion: moved / area }
}
