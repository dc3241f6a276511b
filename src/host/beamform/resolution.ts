// Theoretical axial and lateral resolution of a pulse and an aperture. Derivations: README.md, "Resolution".

import { distanceMm, pitchRad, type CircularArray } from "./array"
import type { Pair } from "./pairs"
import type { BeamformSettings } from "./settings"

/**
 * -6 dB axial width of a Gaussian pulse.
 * @param bandwidthMhz two-way -6 dB bandwidth
 * @returns mm: (4 ln 2 / pi) * c / (2B) = 0.8825 * c / (2B)
 */
export function axialWidthMm(bandwidthMhz: number, soundSpeedMPerS: number): number {
    return ((4 * Math.LN2) / Math.PI) * (soundSpeedMPerS / 1000 / (2 * bandwidthMhz))
}

/** An aperture and the radius of its focus. */
export interface LateralCase {
    readonly array: CircularArray
    readonly settings: Pick<
        BeamformSettings,
        "apertureElements" | "apodisation" | "soundSpeedMPerS"
    >
    /** pairs, relative to an A-line between elements 0 and 1 (even aperture) or on element 0 (odd aperture) */
    readonly pairs: readonly Pair[]
    readonly centreFrequencyMhz: number
    readonly radiusMm: number
    /** one-way amplitude by element directivity and spreading, by angle from the centre; default 1 */
    readonly elementGain?: (angleRad: number) => number
}

/**
 * Two-way pattern of the co-array at the focus: sum over pairs of w_tx w_rx cos(k (x_tx + x_rx) psi), 1 at psi = 0,
 * with x = r a sin(phi) / d for an element at angle phi and distance d from the focus.
 * @param psiRad angle of a point from the A-line, at the radius of the focus
 */
export function lateralPattern(c: LateralCase, psiRad: number): number {
    const { array, settings, radiusMm: r } = c
    const { elements } = array
    const { apertureElements: aperture } = settings
    const wavenumber = (2 * Math.PI * c.centreFrequencyMhz * 1000) / settings.soundSpeedMPerS
    const allowed = new Set<number>()
    for (const [tx, rx] of c.pairs) {
        allowed.add(tx * elements + rx)
        allowed.add(rx * elements + tx)
    }
    const lever: number[] = []
    const weight: number[] = []
    for (let n = 0; n < aperture; n++) {
        const pitches = n - (aperture - 1) / 2
        const angle = pitches * pitchRad(array)
        const d = distanceMm(array, r, angle)
        lever.push((r * array.radiusMm * Math.sin(angle)) / d)
        weight.push(
            (settings.apodisation === "hann"
                ? Math.cos((Math.PI * pitches) / (aperture + 1)) ** 2
                : 1) * (c.elementGain?.(angle) ?? 1)
        )
    }
    let sum = 0
    let all = 0
    for (let i = 0; i < aperture; i++)
        for (let j = 0; j < aperture; j++) {
            if (!allowed.has(i * elements + j)) continue
            const w = weight[i]! * weight[j]!
            sum += w * Math.cos(wavenumber * (lever[i]! + lever[j]!) * psiRad)
            all += w
        }
    return Math.abs(sum) / all
}

/** Full width of the main lobe at half amplitude (-6 dB), rad. */
export function lateralWidthRad(c: LateralCase): number {
    let inside = 0
    let outside = 0
    while (lateralPattern(c, outside) >= 0.5 && outside < Math.PI) outside += 0.002
    for (let i = 0; i < 40; i++) {
        const middle = (inside + outside) / 2
        if (lateralPattern(c, middle) >= 0.5) inside = middle
        else outside = middle
    }
    return 2 * inside
}
