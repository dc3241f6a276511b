// Bounds the error of a lumen area in a picture of channel data, from the vessel's true shape and
// theory.
//
// A border is read half-way in dB on the leading edge of the wall, and corrected for the pulse and for
// the beam of the front end's A-lines. Channel data has a wider beam; what is left of the blur moves the
// border inwards by less than half of its -6 dB width. Each border segment ds therefore moves inwards by
// at most half of: the pulse length where the beam meets the wall at a right angle; the lateral width
// where the wall runs along the beam; the slice thickness where the wall is inclined along the vessel.
// The three are independent and add as squares.
//
// The sled also moves while a frame is fired. A point whose range changes by s mm per mm of sled
// travel changes it by s*d/E between consecutive transmitters, with E transmitters per frame and
// sled travel d per frame. The phases of its pairs then grow from element to element like those of
// a point displaced sideways by s*d/(2 pi a), with array radius a, and the picture shows it there.
// If a wall runs along the beam, this moves the border inwards on one side of the vessel and
// outwards on the other.

import type { Vessel } from "../../../boards/virtual/vessel/vessel"

export interface Blur {
    /** Two-way -6 dB widths */
    readonly pulseMm: number
    readonly lateralRad: number
    readonly sliceMm: number
    readonly arrayRadiusMm: number
    /** Sled travel per frame */
    readonly frameMm: number
}

/** @returns largest loss by blur and largest change by motion, as fractions of the true area */
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
