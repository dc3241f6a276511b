// RF that one element pair of a circumferential array receives from point targets, before any gain.
//
// Time zero is the first edge of the transmit pulse: the echo of a target begins at (transmit path + receive path)/c. It is a
// Gaussian envelope on the centre frequency, which begins where 1 % of its energy has arrived (LEAD_SIGMAS); excitation (n cycles wide at half height) and transducer (two-way -6 dB bandwidth) are both taken as Gaussian,
// so their durations add as squares. An element in a hard baffle has the directivity sinc(w sin(alpha)/lambda),
// in a soft one cos(alpha) times that (A. R. Selfridge, G. S. Kino, B. T. Khuri-Yakub, Appl. Phys. Lett. 37 (1980) 35), and no
// sensitivity behind it. Spherical spreading: 1/r on both paths.

import { hash } from "./random"
import { LEAD_SIGMAS } from "./speckle"

/** A scatterer much smaller than the wavelength. */
export interface PointTarget {
    readonly radiusMm: number
    readonly angleRad: number
    /** echo amplitude for an element at 1 mm straight ahead, 1 = full scale */
    readonly strength: number
}

export interface ElementArray {
    readonly elements: number
    readonly radiusMm: number
    readonly centreFrequencyMhz: number
    /** cycles of the excitation: width of its envelope at half height */
    readonly pulseCycles: number
    /** two-way -6 dB bandwidth of the transducer, as a fraction of the centre frequency */
    readonly bandwidth: number
    /** active part of the pitch */
    readonly fillFactor: number
}

export interface EchoOptions {
    readonly array: ElementArray
    readonly soundSpeedMPerS: number
    /** standard deviation of the receiver noise, 1 = full scale */
    readonly noise: number
    readonly seed: number
}

/** Sampling times of a pair's line. */
export interface SampleClock {
    readonly samplePeriodUs: number
    readonly firstSampleUs: number
}

const FWHM_PER_SIGMA = 2 * Math.sqrt(2 * Math.LN2)
/** Beyond this many standard deviations the pulse is below -110 dB. */
const PULSE_REACH = 5
/** An echo is cut where it falls below this fraction of the receiver noise. */
const BELOW_NOISE = 0.03

/** Standard deviation of the echo's envelope in time, us. */
function pulseSigmaUs(array: ElementArray): number {
    const { centreFrequencyMhz: mhz } = array
    const excitation = array.pulseCycles / mhz / FWHM_PER_SIGMA
    const sigmaMhz = (array.bandwidth * mhz) / FWHM_PER_SIGMA
    return Math.hypot(excitation, 1 / (2 * Math.PI * sigmaMhz))
}

/** Time from the beginning of an echo to its middle. */
export function echoLeadUs(array: ElementArray): number {
    return LEAD_SIGMAS * pulseSigmaUs(array)
}

/** -6 dB bandwidth of the echo: that of a Gaussian with the duration {@link pulseSigmaUs}. */
export function pulseBandwidthMhz(array: ElementArray): number {
    return FWHM_PER_SIGMA / (2 * Math.PI * pulseSigmaUs(array))
}

/** One-way gain of an element for a point: directivity and spreading. */
export function elementGain(
    array: ElementArray,
    soundSpeedMPerS: number,
    placeRadiusMm: number,
    angleRad: number
): number {
    const aheadMm = placeRadiusMm * Math.cos(angleRad) - array.radiusMm
    const asideMm = placeRadiusMm * Math.sin(angleRad)
    // Math.hypot guards against overflow, which takes ten times as long.
    const wayMm = Math.sqrt(aheadMm * aheadMm + asideMm * asideMm)
    return gainOf(array, soundSpeedMPerS, aheadMm, asideMm, wayMm)
}

function gainOf(
    array: ElementArray,
    soundSpeedMPerS: number,
    aheadMm: number,
    asideMm: number,
    wayMm: number
): number {
    const cosine = aheadMm / wayMm
    if (!(cosine > 0)) return 0
    const widthMm = (array.fillFactor * 2 * Math.PI * array.radiusMm) / array.elements
    const lambdaMm = soundSpeedMPerS / 1000 / array.centreFrequencyMhz
    return (cosine * sinc((widthMm * asideMm) / (wayMm * lambdaMm))) / wayMm
}

function sinc(x: number): number {
    return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x)
}

/** RF of element pairs. Equal seed, pair and frame give an identical line, independent of earlier calls. */
export class ChannelDataEcho {
    private readonly sigmaUs: number
    private readonly leadUs: number
    private readonly xMm: Float64Array
    private readonly yMm: Float64Array
    /** By element, computed on first use. */
    private readonly paths: Paths[] = []

    constructor(
        private readonly options: EchoOptions,
        private readonly targets: readonly PointTarget[]
    ) {
        const { elements, radiusMm } = options.array
        for (const target of targets)
            if (!(target.radiusMm > radiusMm && target.radiusMm < 100))
                throw new RangeError(
                    `A target at ${target.radiusMm} mm is out of range; it must be between the array's ${radiusMm} mm and 100 mm.`
                )
        if (!(elements >= 2))
            throw new RangeError(
                `An array of ${elements} elements has no pairs; 2 or more are needed.`
            )
        this.sigmaUs = pulseSigmaUs(options.array)
        this.leadUs = echoLeadUs(options.array)
        this.xMm = Float64Array.from(targets, t => t.radiusMm * Math.cos(t.angleRad))
        this.yMm = Float64Array.from(targets, t => t.radiusMm * Math.sin(t.angleRad))
    }

    /** Fills `out` with the line of one pair, 1 = full scale. */
    line(tx: number, rx: number, clock: SampleClock, out: Float32Array, frame = 0): void {
        out.fill(0)
        const { soundSpeedMPerS } = this.options
        const txPath = this.pathsOf(tx)
        const rxPath = this.pathsOf(rx)
        for (let i = 0; i < this.targets.length; i++) {
            const amplitude = this.targets[i]!.strength * txPath.gain[i]! * rxPath.gain[i]!
            if (amplitude === 0) continue
            const pathMm = txPath.mm[i]! + rxPath.mm[i]!
            const middleUs = (pathMm * 1000) / soundSpeedMPerS + this.leadUs
            this.addEcho(amplitude, middleUs, clock, out)
        }
        const { noise, seed } = this.options
        if (noise > 0)
            for (let n = 0; n < out.length; n++)
                out[n]! += noise * gaussian(hash(seed, frame, tx, rx, n))
    }

    /** A Gaussian and a cosine at equal steps are recurrences: a few products per sample. */
    private addEcho(
        amplitude: number,
        middleUs: number,
        clock: SampleClock,
        out: Float32Array
    ): void {
        const { sigmaUs } = this
        const least = BELOW_NOISE * this.options.noise
        const over = least > 0 ? Math.abs(amplitude) / least : Infinity
        if (over <= 1) return
        const reachUs = sigmaUs * Math.min(PULSE_REACH, Math.sqrt(2 * Math.log(over)))
        const { samplePeriodUs, firstSampleUs } = clock
        const begins = (middleUs - reachUs - firstSampleUs) / samplePeriodUs
        const ends = (middleUs + reachUs - firstSampleUs) / samplePeriodUs
        const from = Math.max(0, Math.ceil(begins))
        const to = Math.min(out.length - 1, Math.floor(ends))
        const t = (firstSampleUs + from * samplePeriodUs - middleUs) / sigmaUs
        const d = samplePeriodUs / sigmaUs
        let height = amplitude * Math.exp(-0.5 * t * t)
        let change = Math.exp(-t * d - 0.5 * d * d)
        const bend = Math.exp(-d * d)
        const omega = 2 * Math.PI * this.options.array.centreFrequencyMhz
        let c = Math.cos(omega * t * sigmaUs)
        let s = Math.sin(omega * t * sigmaUs)
        const stepC = Math.cos(omega * samplePeriodUs)
        const stepS = Math.sin(omega * samplePeriodUs)
        for (let n = from; n <= to; n++) {
            out[n]! += height * c
            height *= change
            change *= bend
            const turned = c * stepC - s * stepS
            s = s * stepC + c * stepS
            c = turned
        }
    }

    /** Path length and one-way gain of each target for an element; a pair combines the values of two elements. */
    private pathsOf(element: number): Paths {
        const known = this.paths[element]
        if (known) return known
        const { array, soundSpeedMPerS } = this.options
        const elementRad = (2 * Math.PI * element) / array.elements
        const c = Math.cos(elementRad)
        const s = Math.sin(elementRad)
        const { xMm, yMm } = this
        const mm = new Float64Array(xMm.length)
        const gain = new Float64Array(xMm.length)
        for (let i = 0; i < xMm.length; i++) {
            const ahead = xMm[i]! * c + yMm[i]! * s - array.radiusMm
            const aside = yMm[i]! * c - xMm[i]! * s
            const path = Math.sqrt(ahead * ahead + aside * aside)
            mm[i] = path
            gain[i] = gainOf(array, soundSpeedMPerS, ahead, aside, path)
        }
        return (this.paths[element] = { mm, gain })
    }
}

/** For one element, one value per target. */
interface Paths {
    readonly mm: Float64Array
    readonly gain: Float64Array
}

/** A normal deviate from 32 random bits (Box and Muller). */
function gaussian(bits: number): number {
    const u = ((bits >>> 16) + 0.5) / 0x10000
    const v = (bits & 0xffff) / 0x10000
    return Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * v)
}
