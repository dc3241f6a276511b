// The echo of a catheter's pulse: how long it is, when it begins, and where its leading edge is read. The VM does not import it.
//
// Time zero is the first edge of the transmit pulse. The echo of an interface at depth d begins at 2 d / c, and the sample at depth
// d holds its first rise. The echo's envelope is Gaussian, and a Gaussian has no beginning: an echo is taken to begin when 1 % of its
// energy has arrived (IEC 61157 counts the duration of a pulse by such shares, 10 % and 90 %).

import { SOUND_SPEED_MM_S } from "./catheters"

/** What the length of an echo follows from. */
export interface EchoPulse {
    readonly pulse_cycles: number
    readonly centre_frequency_khz: number
    /** Two-way -6 dB bandwidth of the transducer, in percent of the centre frequency. */
    readonly bandwidth_percent: number
}

const FWHM_PER_SIGMA = 2 * Math.sqrt(2 * Math.LN2)

/** Standard deviations of a normal distribution before its middle, before which lies 1 % of it. */
export const FIRST_PERCENT = 2.3263

/** Contrast of blood and wall for which {@link edgeOffsetUm} is stated, dB. */
const STATED_CONTRAST_DB = 36

/** Half of the sound speed, in mm of depth per us. */
const MM_PER_US = SOUND_SPEED_MM_S / 2e6

/** Standard deviation of an echo's power along the depth, mm. The durations of excitation and transducer add as squares. */
export function echoSigmaMm(pulse: EchoPulse): number {
    const mhz = pulse.centre_frequency_khz / 1000
    const excitationUs = pulse.pulse_cycles / mhz / FWHM_PER_SIGMA
    const transducerUs = FWHM_PER_SIGMA / (2 * Math.PI * (pulse.bandwidth_percent / 100) * mhz)
    // The power of a Gaussian amplitude is narrower by the root of two.
    return (MM_PER_US * Math.hypot(excitationUs, transducerUs)) / Math.SQRT2
}

/** Time from the first rise of an echo to its middle, us. */
export function echoLeadUs(pulse: EchoPulse): number {
    return (FIRST_PERCENT * echoSigmaMm(pulse)) / MM_PER_US
}

/**
 * Offset that a catheter's pulse gives: how far the half-way point in dB between blood and a wall that faces the catheter lies
 * behind the wall, um. The mean power of the wall is the normal distribution function of the depth, with the standard deviation of
 * {@link echoSigmaMm}, and is 1 % at the interface. With blood 36 dB below the wall, half-way is 18 dB below it, at 1.6 %.
 */
export function edgeOffsetUm(pulse: EchoPulse): number {
    const sigmas = FIRST_PERCENT - halfWaySigmas(STATED_CONTRAST_DB)
    return Math.round(1000 * echoSigmaMm(pulse) * sigmas)
}

/** Standard deviations before the middle of a blurred edge, at which the half-way point in dB lies. */
export function halfWaySigmas(contrastDb: number): number {
    const at = Math.max(0, Math.min(SIGMAS.length - 1, Math.round(contrastDb)))
    return SIGMAS[at]!
}

/** By whole dB of contrast. Blood, C dB below the wall, adds its own power: the wall has 10^(-C/20) - 10^(-C/10) half-way. */
const SIGMAS = Float64Array.from({ length: 73 }, (_, db) => {
    // Half-way has at most a quarter of the wall's power, at 6 dB.
    const contrastDb = Math.max(db, 6)
    return -normalQuantile(10 ** (-contrastDb / 20) - 10 ** (-contrastDb / 10))
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
