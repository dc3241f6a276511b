// Responsible for: what one pair of elements of a circumferential array hears of point targets: RF, before any gain.
// Not for: sampling to int16 (../line-engine/sampler.ts) or making pictures of it.
//
// A target echoes the transmit pulse at (way there + way back)/c. The pulse is a Gaussian envelope on the centre
// frequency; excitation (n cycles wide at half height) and transducer (its -6 dB bandwidth, both ways) are both taken as Gaussian,
// so their durations add as squares. An element in a hard baffle hears sinc(w sin(alpha)/lambda) off its normal,
// in a soft one cos(alpha) times that (A. R. Selfridge, G. S. Kino, B. T. Khuri-Yakub, Appl. Phys. Lett. 37 (1980) 35), and nothing behind
// it. Spherical spreading: 1/r there and 1/r back.

import { hash } from "./random"

/** A scatterer much smaller than the wavelength. */
export interface PointTarget {
    readonly radiusMm: number
    readonly angleRad: number
    /** echo amplitude of an element at 1 mm straight ahead, 1 = full scale */
    readonly strength: number
}

export interface ElementArray {
    readonly elements: number
    readonly radiusMm: number
    readonly centreFrequencyMhz: number
    /** cycles of the excitation: width of its envelope at half height */
    readonly pulseCycles: number
    /** -6 dB bandwidth of the transducer both ways, as a fraction of the centre frequency */
    readonly bandwidth: number
    /** active part of the pitch */
    readonly fillFactor: number
    /** time from the beginning of the transmit pulse to the middle of the echo at no distance */
    readonly pulseDelayUs: number
}

export interface EchoOptions {
    readonly array: ElementArray
    readonly soundSpeedMPerS: number
    /** standard deviation of the receiver's noise, 1 = full scale */
    readonly noise: number
    readonly seed: number
}

/** When a pair's line is sampled. */
export interface SampleClock {
    readonly samplePeriodUs: number
    readonly firstSampleUs: number
}

const FWHM_PER_SIGMA = 2 * Math.sqrt(2 * Math.LN2)
/** Beyond so many standard deviations the pulse is below -110 dB. */
const PULSE_REACH = 5

/** Standard deviation in time of the echo's envelope, us. */
export function pulseSigmaUs(array: ElementArray): number {
    const { centreFrequencyMhz: mhz } = array
    const excitation = array.pulseCycles / mhz / FWHM_PER_SIGMA
    const sigmaMhz = (array.bandwidth * mhz) / FWHM_PER_SIGMA
    return Math.hypot(excitation, 1 / (2 * Math.PI * sigmaMhz))
}

/** -6 dB bandwidth of the echo: of a Gaussian that is as wide in time as {@link pulseSigmaUs}. */
export function pulseBandwidthMhz(array: ElementArray): number {
    return FWHM_PER_SIGMA / (2 * Math.PI * pulseSigmaUs(array))
}

/** One-way gain of an element for a place: directivity and spreading. */
export function elementGain(
    array: ElementArray,
    soundSpeedMPerS: number,
    placeRadiusMm: number,
    angleRad: number
): number {
    const x = placeRadiusMm * Math.cos(angleRad) - array.radiusMm
    const y = placeRadiusMm * Math.sin(angleRad)
    const d = Math.hypot(x, y)
    const cosine = x / d
    if (!(cosine > 0)) return 0
    const widthMm =
        (array.fillFactor * 2 * Math.PI * array.radiusMm) / array.elements
    const lambdaMm = soundSpeedMPerS / 1000 / array.centreFrequencyMhz
    return (cosine * sinc((widthMm * y) / (d * lambdaMm))) / d
}

function sinc(x: number): number {
    return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x)
}

/** RF of pairs. The same seed, pair and frame always give the same line, whatever was asked before. */
export class ElementEcho {
    private readonly sigmaUs: number

    constructor(
        private readonly options: EchoOptions,
        private readonly targets: readonly PointTarget[]
    ) {
        const { elements, radiusMm } = options.array
        for (const target of targets)
            if (!(target.radiusMm > radiusMm && target.radiusMm < 100))
                throw new RangeError(
                    `A target at ${target.radiusMm} mm cannot be heard; between the array's ${radiusMm} mm and 100 mm it can.`
                )
        if (!(elements >= 2))
            throw new RangeError(
                `An array of ${elements} elements makes no pairs; 2 or more are needed.`
            )
        this.sigmaUs = pulseSigmaUs(options.array)
    }

    /** Fills `out` with the line of one pair, 1 = full scale. */
    line(
        tx: number,
        rx: number,
        clock: SampleClock,
        out: Float32Array,
        frame = 0
    ): void {
        out.fill(0)
        for (const target of this.targets)
            this.addEcho(target, tx, rx, clock, out)
        const { noise, seed } = this.options
        if (noise > 0)
            for (let n = 0; n < out.length; n++)
                out[n]! += noise * gaussian(hash(seed, frame, tx, rx, n))
    }

    private addEcho(
        target: PointTarget,
        tx: number,
        rx: number,
        clock: SampleClock,
        out: Float32Array
    ): void {
        const { array, soundSpeedMPerS } = this.options
        const there = this.way(target, tx)
        const back = this.way(target, rx)
        const amplitude = target.strength * there.gain * back.gain
        if (amplitude === 0) return
        const middleUs =
            ((there.mm + back.mm) * 1000) / soundSpeedMPerS + array.pulseDelayUs
        const reachUs = PULSE_REACH * this.sigmaUs
        const { samplePeriodUs, firstSampleUs } = clock
        const sampleOf = (us: number): number =>
            (us - firstSampleUs) / samplePeriodUs
        const from = Math.max(0, Math.ceil(sampleOf(middleUs - reachUs)))
        const to = Math.min(
            out.length - 1,
            Math.floor(sampleOf(middleUs + reachUs))
        )
        for (let n = from; n <= to; n++) {
            const t = firstSampleUs + n * samplePeriodUs - middleUs
            out[n]! +=
                amplitude *
                Math.exp(-0.5 * (t / this.sigmaUs) ** 2) *
                Math.cos(2 * Math.PI * array.centreFrequencyMhz * t)
        }
    }

    private way(
        target: PointTarget,
        element: number
    ): { mm: number; gain: number } {
        const { array, soundSpeedMPerS } = this.options
        const elementRad = (2 * Math.PI * element) / array.elements
        const angle = target.angleRad - elementRad
        const { radiusMm: r } = target
        return {
            mm: Math.hypot(
                r * Math.cos(angle) - array.radiusMm,
                r * Math.sin(angle)
            ),
            gain: elementGain(array, soundSpeedMPerS, r, angle),
        }
    }
}

/** A normal deviate of 32 random bits (Box and Muller). */
function gaussian(bits: number): number {
    const u = ((bits >>> 16) + 0.5) / 0x10000
    const v = (bits & 0xffff) / 0x10000
    return Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * v)
}
