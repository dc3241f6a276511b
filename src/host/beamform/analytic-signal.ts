// Responsible for: real RF to its complex baseband, by a short Hilbert filter.
// Not for: delays or sums.
//
// Windowed ideal Hilbert transformer, type III, 31 taps, Kaiser window beta 5 (A. V. Oppenheim, R. W. Schafer,
// "Discrete-Time Signal Processing", 3rd ed., ch. 12.4 and 7.5). Every other tap is zero: 8 products a sample. From 0.08 to
// 0.42 of the sample rate its gain is within 0.3 % of 1 and its phase is exact; the test measures it.

/** Taps on each side of the middle. */
export const HILBERT_REACH = 15
const KAISER_BETA = 5

/** Taps at the distances 1, 3, 5 … from the middle; those at the negative distances are their negatives. */
export const HILBERT_TAPS: Float64Array = Float64Array.from(
    { length: (HILBERT_REACH + 1) / 2 },
    (_, i) => {
        const m = 2 * i + 1
        const x = m / (HILBERT_REACH + 1)
        return (
            ((2 / (Math.PI * m)) * bessel0(KAISER_BETA * Math.sqrt(1 - x * x))) /
            bessel0(KAISER_BETA)
        )
    }
)

/** Modified Bessel function of order 0, by its power series. */
function bessel0(x: number): number {
    let term = 1
    let sum = 1
    for (let n = 1; term > 1e-12 * sum; n++) {
        term *= (x / (2 * n)) ** 2
        sum += term
    }
    return sum
}

/** Turns lines of one length into baseband; memory for it is made once. */
export class Demodulator {
    private readonly padded: Float64Array
    private readonly cosines: Float64Array
    private readonly sines: Float64Array

    /** @param radPerSample the carrier's phase from sample to sample */
    constructor(
        private readonly samples: number,
        radPerSample: number
    ) {
        this.padded = new Float64Array(samples + 2 * HILBERT_REACH)
        this.cosines = Float64Array.from({ length: samples }, (_, n) => Math.cos(radPerSample * n))
        this.sines = Float64Array.from({ length: samples }, (_, n) => Math.sin(radPerSample * n))
    }

    /** Where the caller puts the real line, `samples` long; around it is silence. */
    get line(): Float64Array {
        return this.padded.subarray(HILBERT_REACH, HILBERT_REACH + this.samples)
    }

    /** Analytic signal of {@link line} without its carrier, into `re` and `im` from `at` on. */
    demodulate(re: Float32Array, im: Float32Array, at: number): void {
        const { padded: x, cosines, sines, samples } = this
        const [h1, h3, h5, h7, h9, h11, h13, h15] = HILBERT_TAPS as unknown as [
            number,
            number,
            number,
            number,
            number,
            number,
            number,
            number,
        ]
        for (let n = 0; n < samples; n++) {
            const c = n + HILBERT_REACH
            const quadrature =
                h1 * (x[c - 1]! - x[c + 1]!) +
                h3 * (x[c - 3]! - x[c + 3]!) +
                h5 * (x[c - 5]! - x[c + 5]!) +
                h7 * (x[c - 7]! - x[c + 7]!) +
                h9 * (x[c - 9]! - x[c + 9]!) +
                h11 * (x[c - 11]! - x[c + 11]!) +
                h13 * (x[c - 13]! - x[c + 13]!) +
                h15 * (x[c - 15]! - x[c + 15]!)
            const real = x[c]!
            re[at + n] = real * cosines[n]! + quadrature * sines[n]!
            im[at + n] = quadrature * cosines[n]! - real * sines[n]!
        }
    }
}
