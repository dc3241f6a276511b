// Where an interface lies from the half-way point of its echo's leading edge, by the length of the pulse and the width of the beam.
//
// Time zero is the first edge of the transmit pulse, so the sample at depth d holds the first rise of an interface at d. The border
// of a lumen is read at the half-way point in dB between blood and the peak of the wall (consensus document of the ACC, Mintz et
// al., J Am Coll Cardiol 2001; 37: 1478: measurements are made at the leading edge), which lies slightly behind the first rise.
// Across the beam there is no leading edge: a wall parallel to it is blurred to both sides, and appears before its place.
//
// Pulse and beam are Gaussian. An echo begins when 1 % of its energy has arrived (IEC 61157 counts the duration of a pulse by such
// shares, 10 % and 90 %): 1.645 standard deviations of the amplitude before its middle. The mean power of a wall that begins at 0
// is then the normal distribution function of (x - lead) / (sigma / sqrt 2). With blood C dB below the wall, the half-way point is
// where this function is 10^(-C/20) - 10^(-C/10): 14 % of the wall's power at 14 dB, 1.5 % at 36 dB.

import type { ImagingGeometry } from "../picture/geometry"

/** Cycles of the transmit pulse, and two-way -6 dB bandwidth of the transducer, of the built-in arrays. */
const PULSE_CYCLES = 2
const BANDWIDTH = 0.55

/** Half of the speed of sound for the conversion of time to depth: mm of depth per us. */
const MM_PER_US = 0.77

/**
 * Two-way -6 dB beam width in wavelengths over the array's diameter. **Assumption**, as there is no public source; a uniform
 * aperture of the whole diameter has 0.89 one way, and apodisation, elements and both ways change it. Measure it on a wire.
 */
const BEAM_WAVELENGTHS = 0.67

const FWHM_PER_SIGMA = 2 * Math.sqrt(2 * Math.LN2)

/** Standard deviations before the middle of a Gaussian power distribution, before which lies 1 % of it. */
const FIRST_PERCENT = 2.3263

/** Contrast of blood and wall for which the offset of a catheter is stated. */
const STATED_CONTRAST_DB = 36

/** Standard deviations of an echo's power. */
export interface EchoShape {
    /** along the depth, mm */
    readonly pulseMm: number
    /** from the first rise to the middle of an echo, mm */
    readonly leadMm: number
    /** across the beam, rad */
    readonly beamRad: number
}

/** Standard deviation of an echo's amplitude, us. The durations of excitation and transducer add as squares. */
function echoSigmaUs(pulseCycles: number, mhz: number): number {
    const excitationUs = pulseCycles / mhz / FWHM_PER_SIGMA
    const transducerUs = FWHM_PER_SIGMA / (2 * Math.PI * BANDWIDTH * mhz)
    return Math.hypot(excitationUs, transducerUs)
}

/** Time from the first rise of an echo to its middle, us. */
export function echoLeadUs(pulseCycles: number, mhz: number): number {
    return (FIRST_PERCENT / Math.SQRT2) * echoSigmaUs(pulseCycles, mhz)
}

/** The shape of a point's echo, computed from pulse length, frequency and radius. */
export function echoShape({
    centreFrequencyMhz: mhz,
    catheterRadiusMm,
    sampleSpacingMm,
    beamWidthRad,
}: Pick<
    ImagingGeometry,
    "centreFrequencyMhz" | "catheterRadiusMm" | "sampleSpacingMm" | "beamWidthRad"
>): EchoShape {
    const pulseMm = (MM_PER_US * echoSigmaUs(PULSE_CYCLES, mhz)) / Math.SQRT2
    const widthRad =
        beamWidthRad ?? (BEAM_WAVELENGTHS * 2 * MM_PER_US) / mhz / (2 * catheterRadiusMm)
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

/** The offset that a catheter states for a wall that faces it, um. */
export function statedEdgeOffsetUm(geometry: Parameters<typeof echoShape>[0]): number {
    return Math.round(1000 * edgeOffsetMm(echoShape(geometry), 1, 1, STATED_CONTRAST_DB))
}

/** Standard deviations before the middle of the edge, at which the half-way point lies. */
function halfWaySigmas(contrastDb: number): number {
    const at = Math.max(0, Math.min(SIGMAS.length - 1, Math.round(contrastDb)))
    return SIGMAS[at]!
}

/** By whole dB of contrast. */
const SIGMAS = Float64Array.from({ length: 73 }, (_, db) => {
    // Below 6 dB there is no such point; its limit is a quarter of the power.
    const share = Math.min(0.25, 10 ** (-Math.max(db, 6) / 20) - 10 ** (-Math.max(db, 6) / 10))
    return -normalQuantile(share)
})

/** Inverse of the normal distribution function, to 0.0005 (Abramowitz and Stegun 26.2.23), for shares up to a half. */
function normalQuantile(share: number): number {
    const t = Math.sqrt(-2 * Math.log(share))
    return (
        (2.515517 + 0.802853 * t + 0.010328 * t * t) /
            (1 + 1.432788 * t + 0.189269 * t * t + 0.001308 * t * t * t) -
        t
    )
}
