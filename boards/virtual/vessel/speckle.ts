// The field of scatterers as filtered by pulse and beam: a complex Gaussian field whose magnitude is fully developed speckle.
// Mean levels are in backscatter.ts.
//
// Scatterers are white complex noise weighted by the local amplitude, filtered
// by the pulse (axial), the beam (angular) and the slice (along z).
// All three are Gaussian with unit energy, so the mean power is the local
// mean of the backscatter (R. F. Wagner et al., IEEE Trans. Sonics Ultrason. 30
// (1983) 156).

import { hash, mix } from "./random"

/** Distance of the phantom's planes along the pullback. */
export const PLANE_STEP_MM = 0.1

/** Widths (FWHM of the two-way amplitude) of a 20 MHz array of 0.3 mm radius. */
const PULSE_MM_AT_20MHZ = 0.09
const BEAM_REVOLUTIONS_AT_20MHZ = 3.5 / 256
/** Slice thickness. */
export const SLICE_MM = 0.3

const FWHM_PER_SIGMA = 2 * Math.sqrt(2 * Math.LN2)

/** Standard deviations of a Gaussian amplitude before its middle, before which lies 1 % of its energy. */
export const LEAD_SIGMAS = 2.3263 / Math.SQRT2

/** One half of symmetric Gaussian weights with unit energy, from the centre outwards. */
function gaussianTaps(sigma: number): Float64Array {
    const reach = Math.max(1, Math.ceil(2.3 * sigma))
    const taps = Float64Array.from({ length: reach + 1 }, (_, m) =>
        Math.exp(-0.5 * (m / sigma) ** 2)
    )
    const energy = 2 * taps.reduce((sum, tap) => sum + tap * tap, 0) - 1
    return taps.map(tap => tap / Math.sqrt(energy))
}

export interface SpeckleOptions {
    readonly linesPerFrame: number
    readonly samplesPerLine: number
    readonly sampleSpacingMm: number
    readonly catheterRadiusMm: number
    readonly centreFrequencyMhz: number
    readonly seed: number
}

/** Real and imaginary part of a polar field, line by line. */
export interface Field {
    readonly re: Float32Array
    readonly im: Float32Array
}

/** Standard deviation of the pulse's amplitude along the depth, mm. */
function pulseSigmaMm(frequencyMhz: number): number {
    return (PULSE_MM_AT_20MHZ * 20) / frequencyMhz / FWHM_PER_SIGMA
}

/** Axial pulse: the centre tap, then outwards; unit energy. */
export function pulseTaps(sampleSpacingMm: number, frequencyMhz: number): Float64Array {
    return gaussianTaps(pulseSigmaMm(frequencyMhz) / sampleSpacingMm)
}

/**
 * Depth from the first rise of an echo to its middle. A Gaussian has no beginning: an echo is taken to begin when 1 % of its
 * energy has arrived, 1.645 standard deviations of the amplitude before its middle. Time zero is the first edge of the transmit
 * pulse, so an interface lies where its echo begins, and the middle of its echo is this far behind it.
 */
export function pulseLeadMm(frequencyMhz: number): number {
    return LEAD_SIGMAS * pulseSigmaMm(frequencyMhz)
}

/**
 * Correlation of two planes one step apart; needed to interpolate them at constant
 * power.
 */
export const PLANE_CORRELATION = Math.exp(
    -0.25 * (PLANE_STEP_MM / (SLICE_MM / FWHM_PER_SIGMA)) ** 2
)

/** Computes the field of one plane at a time. */
export class SpeckleMaker {
    private readonly pulse: Float64Array
    private readonly beam: Float64Array
    private readonly slice: Float64Array
    /** white-noise planes by number: two triangularly distributed values per point */
    private readonly white = new Map<number, Int16Array>()
    private readonly scratchRe: Float32Array
    private readonly scratchIm: Float32Array

    constructor(private readonly options: SpeckleOptions) {
        const { linesPerFrame, centreFrequencyMhz: mhz } = options
        this.pulse = pulseTaps(options.sampleSpacingMm, mhz)
        // The beam widens with the wavelength and narrows with the aperture.
        const revolutions =
            BEAM_REVOLUTIONS_AT_20MHZ * (20 / mhz) * (0.3 / options.catheterRadiusMm)
        this.beam = gaussianTaps((revolutions * linesPerFrame) / FWHM_PER_SIGMA)
        this.slice = gaussianTaps(SLICE_MM / FWHM_PER_SIGMA / PLANE_STEP_MM)
        const size = linesPerFrame * options.samplesPerLine
        this.scratchRe = new Float32Array(size)
        this.scratchIm = new Float32Array(size)
    }

    /**
     * @param plane number of the plane; equal numbers give identical fields
     * @param amplitude local amplitude, linesPerFrame*samplesPerLine
     */
    make(plane: number, amplitude: Float32Array, out: Field): void {
        this.scatter(plane, amplitude)
        this.alongLines(this.scratchRe)
        this.alongLines(this.scratchIm)
        this.acrossLines(this.scratchRe, out.re)
        this.acrossLines(this.scratchIm, out.im)
    }

    /** White noise of this plane's slice, weighted by amplitude, into the scratch fields. */
    private scatter(plane: number, amplitude: Float32Array): void {
        const { scratchRe: re, scratchIm: im, slice } = this
        const reach = slice.length - 1
        const middle = this.whitePlane(plane)
        for (let m = 1; m <= reach; m += 3) {
            // Three pairs per pass, as each pass goes through more memory than the caches hold.
            const [b1, b2, b3] = [0, 1, 2].map(n => this.pairOf(plane, m + n))
            addThreePairs(re, im, m === 1 ? slice[0]! : 0, middle, b1!, b2!, b3!, m === 1)
        }
        for (const known of this.white.keys())
            if (Math.abs(known - plane) > reach + 2) this.white.delete(known)
        for (let p = 0; p < re.length; p++) {
            re[p]! *= amplitude[p]!
            im[p]! *= amplitude[p]!
        }
    }

    /** The two planes at this distance and their weight; zero beyond the slice. */
    private pairOf(plane: number, distance: number): Pair {
        const weight = this.slice[distance]
        return weight === undefined
            ? {
                  weight: 0,
                  before: this.whitePlane(plane),
                  after: this.whitePlane(plane),
              }
            : {
                  weight,
                  before: this.whitePlane(plane - distance),
                  after: this.whitePlane(plane + distance),
              }
    }

    private whitePlane(plane: number): Int16Array {
        const known = this.white.get(plane)
        if (known) return known
        const base = hash(this.options.seed, plane)
        const white = new Int16Array(2 * this.scratchRe.length)
        for (let p = 0; p < white.length; p += 2) {
            const bits = mix((base + Math.imul(p, 0x9e3779b1)) | 0)
            white[p] = (bits & 255) + ((bits >>> 8) & 255) - 255
            white[p + 1] = ((bits >>> 16) & 255) + (bits >>> 24) - 255
        }
        this.white.set(plane, white)
        return white
    }

    private alongLines(field: Float32Array): void {
        const { samplesPerLine: samples } = this.options
        const { pulse } = this
        const reach = pulse.length - 1
        const line = new Float32Array(samples + 2 * reach)
        const pairOf = (m: number): RunPair => {
            const distance = Math.min(m, reach)
            return { weight: pulse[m] ?? 0, before: reach - distance, after: reach + distance }
        }
        for (let from = 0; from < field.length; from += samples) {
            line.set(field.subarray(from, from + samples), reach)
            for (let m = 1; m <= reach; m += 3) {
                const centre = m === 1 ? { weight: pulse[0]!, at: reach } : undefined
                const [one, two, three] = [pairOf(m), pairOf(m + 1), pairOf(m + 2)]
                addThreeRunPairs(field, from, line, samples, centre, one, two, three)
            }
        }
    }

    private acrossLines(field: Float32Array, out: Float32Array): void {
        const { linesPerFrame: lines, samplesPerLine: samples } = this.options
        const { beam } = this
        // Each part of the complex white noise then has unit power, and
        // both parts together give the mean power of the amplitude.
        const norm = 1 / Math.sqrt(2 * TRIANGULAR_VARIANCE)
        const row = (i: number): number => (((i % lines) + lines) % lines) * samples
        for (let i = 0; i < lines; i++) {
            const to = i * samples
            const pairOf = (m: number): RunPair => ({
                weight: (beam[m] ?? 0) * norm,
                before: row(i - m),
                after: row(i + m),
            })
            for (let m = 1; m < beam.length; m += 4) {
                const centre = m === 1 ? { weight: beam[0]! * norm, at: to } : undefined
                const [one, two] = [pairOf(m), pairOf(m + 1)]
                const [three, four] = [pairOf(m + 2), pairOf(m + 3)]
                addFourRunPairs(out, to, field, samples, centre, one, two, three, four)
            }
        }
    }
}

/** Two runs of samples with one weight. */
interface RunPair {
    readonly weight: number
    readonly before: number
    readonly after: number
}

/** A run of samples with its weight, that replaces what `out` had. */
interface CentreRun {
    readonly weight: number
    readonly at: number
}

// The functions below round to 32 bits after each step, as the array would between passes.

/** Adds three weighted pairs of runs of `from` to a run of `out`, one after the other. */
function addThreeRunPairs(
    out: Float32Array,
    to: number,
    from: Float32Array,
    count: number,
    centre: CentreRun | undefined,
    { weight: w1, before: a1, after: b1 }: RunPair,
    { weight: w2, before: a2, after: b2 }: RunPair,
    { weight: w3, before: a3, after: b3 }: RunPair
): void {
    const w0 = centre?.weight ?? 1
    const first = centre ? from : out
    const at = centre?.at ?? to
    for (let k = 0; k < count; k++) {
        let sum = Math.fround(w0 * first[at + k]!)
        sum = Math.fround(sum + w1 * (from[a1 + k]! + from[b1 + k]!))
        sum = Math.fround(sum + w2 * (from[a2 + k]! + from[b2 + k]!))
        out[to + k] = sum + w3 * (from[a3 + k]! + from[b3 + k]!)
    }
}

/** Adds four weighted pairs of runs of `from` to a run of `out`, two at a time. */
function addFourRunPairs(
    out: Float32Array,
    to: number,
    from: Float32Array,
    count: number,
    centre: CentreRun | undefined,
    { weight: w1, before: a1, after: b1 }: RunPair,
    { weight: w2, before: a2, after: b2 }: RunPair,
    { weight: w3, before: a3, after: b3 }: RunPair,
    { weight: w4, before: a4, after: b4 }: RunPair
): void {
    const w0 = centre?.weight ?? 1
    const first = centre ? from : out
    const at = centre?.at ?? to
    for (let k = 0; k < count; k++) {
        let sum = Math.fround(w0 * first[at + k]!)
        sum = Math.fround(
            sum + (w1 * (from[a1 + k]! + from[b1 + k]!) + w2 * (from[a2 + k]! + from[b2 + k]!))
        )
        out[to + k] =
            sum + (w3 * (from[a3 + k]! + from[b3 + k]!) + w4 * (from[a4 + k]! + from[b4 + k]!))
    }
}

interface Pair {
    readonly weight: number
    readonly before: Int16Array
    readonly after: Int16Array
}

/** Weighted sum of complex noise with interleaved real and imaginary parts; `fresh` clears `re` and `im` first. */
function addThreePairs(
    re: Float32Array,
    im: Float32Array,
    weight: number,
    middle: Int16Array,
    one: Pair,
    two: Pair,
    three: Pair,
    fresh: boolean
): void {
    const { weight: w1, before: a1, after: b1 } = one
    const { weight: w2, before: a2, after: b2 } = two
    const { weight: w3, before: a3, after: b3 } = three
    if (fresh) {
        re.fill(0)
        im.fill(0)
    }
    for (let p = 0; p < re.length; p++) {
        const r = 2 * p
        const i = r + 1
        re[p]! +=
            weight * middle[r]! +
            w1 * (a1[r]! + b1[r]!) +
            w2 * (a2[r]! + b2[r]!) +
            w3 * (a3[r]! + b3[r]!)
        im[p]! +=
            weight * middle[i]! +
            w1 * (a1[i]! + b1[i]!) +
            w2 * (a2[i]! + b2[i]!) +
            w3 * (a3[i]! + b3[i]!)
    }
}

/** Variance of the sum of two uniform integers 0..255. */
const TRIANGULAR_VARIANCE = (256 * 256 - 1) / 6
