// Where an interface lies from the half-way point of its echo's leading edge, by the length of the pulse and the width of the beam.
//
// The border of a lumen is read at the half-way point in dB between blood and the peak of the wall (consensus document of the ACC,
// Mintz et al., J Am Coll Cardiol 2001; 37: 1478: measurements are made at the leading edge). It lies slightly behind the first rise
// (../../shared/acquisition/echo-pulse.ts). Across the beam there is no leading edge: a wall parallel to it is blurred to both sides, and appears
// before its place. In between, the two blurs add as squares along the normal of the border.

import { echoSigmaMm, FIRST_PERCENT, halfWaySigmas } from "../../shared/acquisition/echo-pulse"
import type { ImagingGeometry } from "../picture/geometry"

/** Pulse and bandwidth of the built-in arrays; those of the rotating elements make echoes 11 to 18 % longer. */
const ARRAY_PULSE = { pulse_cycles: 2, bandwidth_percent: 55 }

const SOUND_SPEED_MM_PER_US = 1.54

/**
 * Two-way -6 dB beam width in wavelengths over the catheter's diameter. **Assumption**, as there is no public source; a uniform
 * aperture of the whole diameter has 0.89 one way, and apodisation, elements and both ways change it. Measure it on a wire.
 */
const BEAM_WAVELENGTHS = 0.67

const FWHM_PER_SIGMA = 2 * Math.sqrt(2 * Math.LN2)

/** Standard deviations of an echo's power. */
export interface EchoShape {
    /** along the depth, mm */
    readonly pulseMm: number
    /** from the first rise to the middle of an echo, mm */
    readonly leadMm: number
    /** across the beam, rad */
    readonly beamRad: number
}

/** The shape of a point's echo, computed from frequency and radius. */
export function echoShape(
    geometry: Pick<ImagingGeometry, "centreFrequencyMhz" | "catheterRadiusMm" | "sampleSpacingMm">
): EchoShape {
    const { centreFrequencyMhz: mhz, catheterRadiusMm, sampleSpacingMm } = geometry
    const pulseMm = echoSigmaMm({ ...ARRAY_PULSE, centre_frequency_khz: 1000 * mhz })
    const wavelengthMm = SOUND_SPEED_MM_PER_US / mhz
    const widthRad = (BEAM_WAVELENGTHS * wavelengthMm) / (2 * catheterRadiusMm)
    return {
        // Each sample is the mean over its own length.
        pulseMm: Math.hypot(pulseMm, sampleSpacingMm / Math.sqrt(12)),
        leadMm: FIRST_PERCENT * pulseMm,
        beamRad: widthRad / FWHM_PER_SIGMA / Math.SQRT2,
    }
}

/**
 * How far the half-way point lies behind the interface, along the normal of the border; negative: before it.
 * @param radiusMm from the catheter's centre
 * @param cosine of the angle between the normal and the beam: 1 for a wall that faces the catheter
 * @param contrastDb of blood and wall
 */
export function edgeOffsetMm(
    shape: EchoShape,
    radiusMm: number,
    cosine: number,
    contrastDb: number
): number {
    const across = radiusMm * shape.beamRad
    const squaredCosine = cosine * cosine
    const sigmaMm = Math.sqrt(
        shape.pulseMm * shape.pulseMm * squaredCosine + across * across * (1 - squaredCosine)
    )
    return shape.leadMm * Math.abs(cosine) - sigmaMm * halfWaySigmas(contrastDb)
}
