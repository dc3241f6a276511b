// Responsible for: synthetic-aperture delay-and-sum: RF of pairs in, A-lines out.
// Not for: delays (delay-tables.ts), the analytic signal (analytic-signal.ts). Sources: README.md.

import { amplitudeToCode } from "../../shared/acquisition/sample-codes"
import { Demodulator } from "./analytic-signal"
import type { CircularArray } from "./array"
import { delayTables, type DelayTables } from "./delay-tables"
import { checkPairs, type Pair } from "./pairs"
import {
    BeamformError,
    checkSettings,
    type BeamformSettings,
    type ChannelDataSampling,
} from "./settings"

/** Full scale of an int16 sample. */
const FULL_SCALE = 32768
/** A line of which fewer of the pairs came does not count as heard; what is missing darkens it by up to 1 dB. */
const PAIRS_NEEDED = 0.9

/** The lines of one frame. */
export interface BeamformedLines {
    /** linesPerFrame*samplesPerLine envelopes, line after line; 1 is full scale of the element data */
    readonly amplitude: Float32Array
    /** linesPerFrame flags: 1 where at least nine tenths of the line's pairs came */
    readonly present: Uint8Array
}

/** What two elements hear of each other: the records of both directions, where the list has them. */
type ReciprocalPair = { readonly there: number; readonly back: number }

/** Beamforms frames of one array, pair list and sampling. */
export class Beamformer {
    private readonly tables: DelayTables
    private readonly demodulator: Demodulator
    private readonly reciprocalPairs: ReciprocalPair[] = []
    /** Co-line of two elements, or -1. */
    private readonly reciprocalPairIndex: Int32Array
    private readonly received: Uint8Array
    private readonly re: Float32Array
    private readonly im: Float32Array
    /** Sum of the weights at each sample of each line, inverted; 0 where nothing is heard. */
    private readonly norm: Float32Array
    // One line: the whole sum, and the part of one element.
    private readonly sumRe: Float64Array
    private readonly sumIm: Float64Array
    private readonly partRe: Float64Array
    private readonly partIm: Float64Array

    /** @throws BeamformError when a setting or the list is out of range */
    constructor(
        private readonly array: CircularArray,
        private readonly pairs: readonly Pair[],
        private readonly sampling: ChannelDataSampling,
        private readonly settings: BeamformSettings
    ) {
        checkSettings(array, sampling, settings)
        checkPairs(pairs, array.elements)
        this.tables = delayTables(array, sampling, settings)
        this.demodulator = new Demodulator(
            sampling.samplesPerPair,
            (2 * Math.PI * sampling.centreFrequencyMhz) / sampling.sampleRateMhz
        )
        this.reciprocalPairIndex = this.indexReciprocalPairs()
        this.received = new Uint8Array(this.reciprocalPairs.length)
        const size = this.reciprocalPairs.length * sampling.samplesPerPair
        this.re = new Float32Array(size)
        this.im = new Float32Array(size)
        this.norm = this.inverseWeightSums()
        const samples = settings.samplesPerLine
        this.sumRe = new Float64Array(samples)
        this.sumIm = new Float64Array(samples)
        this.partRe = new Float64Array(samples)
        this.partIm = new Float64Array(samples)
    }

    /**
     * @param rf int16 samples, pair after pair as in the list
     * @param present a flag for each pair: 0 = its record never came, and its samples mean nothing
     * @param from,to the lines that are wanted: from the first up to, without, the last; others stay empty
     * @throws BeamformError when the frame does not fit the list
     */
    beamform(
        rf: Int16Array,
        present: Uint8Array,
        from = 0,
        to = this.settings.linesPerFrame
    ): BeamformedLines {
        const { samplesPerPair } = this.sampling
        if (
            rf.length !== this.pairs.length * samplesPerPair ||
            present.length !== this.pairs.length
        )
            throw new BeamformError(
                `A frame of ${rf.length} samples and ${present.length} flags came; ${this.pairs.length} pairs of ${samplesPerPair} samples are needed.`
            )
        this.demodulateAll(rf, present)
        const { linesPerFrame: lines, samplesPerLine: samples } = this.settings
        const amplitude = new Float32Array(lines * samples)
        const heard = new Uint8Array(lines)
        for (let line = from; line < to; line++) heard[line] = this.sumLine(line, amplitude) ? 1 : 0
        return { amplitude, present: heard }
    }

    /** Echoes as the 8-bit codes that the picture room takes. */
    codes(lines: BeamformedLines): Uint8Array {
        const gain = Math.pow(10, this.settings.gainDb / 20)
        return Uint8Array.from(lines.amplitude, a => amplitudeToCode(a * gain))
    }

    private indexReciprocalPairs(): Int32Array {
        const { elements } = this.array
        const record = new Int32Array(elements * elements).fill(-1)
        this.pairs.forEach(([tx, rx], i) => (record[tx * elements + rx] = i))
        const coLineOf = new Int32Array(elements * elements).fill(-1)
        for (let a = 0; a < elements; a++)
            for (let b = a; b < elements; b++) {
                const there = record[a * elements + b]!
                const back = a === b ? -1 : record[b * elements + a]!
                if (there < 0 && back < 0) continue
                coLineOf[a * elements + b] = this.reciprocalPairs.length
                coLineOf[b * elements + a] = this.reciprocalPairs.length
                this.reciprocalPairs.push({ there, back })
            }
        return coLineOf
    }

    /** Mean of both directions, where both came: by reciprocity they are the same but for noise. */
    private demodulateAll(rf: Int16Array, present: Uint8Array): void {
        const { demodulator, re, im } = this
        const samples = this.sampling.samplesPerPair
        const line = demodulator.line
        this.reciprocalPairs.forEach(({ there, back }, i) => {
            const records = [there, back].filter(record => record >= 0 && present[record] !== 0)
            this.received[i] = records.length > 0 ? 1 : 0
            line.fill(0)
            for (const record of records) {
                const from = record * samples
                const weight = 1 / (FULL_SCALE * records.length)
                for (let n = 0; n < samples; n++) line[n]! += weight * rf[from + n]!
            }
            demodulator.demodulate(re, im, i * samples)
        })
    }

    /** @returns whether enough of the line's pairs came */
    private sumLine(line: number, out: Float32Array): boolean {
        const { sumRe, sumIm, partRe, partIm, norm } = this
        const { apertureElements: aperture, samplesPerLine: samples } = this.settings
        const { re: phaseRe, im: phaseIm, phases, firstSample } = this.tables
        const row = (line % phases) * aperture
        let wanted = 0
        let came = 0
        sumRe.fill(0)
        sumIm.fill(0)
        for (let i = 0; i < aperture; i++) {
            // All partners of element i, then its own phase once.
            partRe.fill(0)
            partIm.fill(0)
            for (let j = i; j < aperture; j++) {
                const coLine = this.reciprocalPair(line, i, j)
                if (coLine < 0) continue
                wanted++
                if (this.received[coLine] === 0) continue
                came++
                this.addPair(coLine, row + i, row + j, i === j ? 1 : 2)
            }
            const at = (row + i) * samples
            for (let k = firstSample; k < samples; k++) {
                const c = phaseRe[at + k]!
                const s = phaseIm[at + k]!
                sumRe[k]! += c * partRe[k]! - s * partIm[k]!
                sumIm[k]! += c * partIm[k]! + s * partRe[k]!
            }
        }
        const to = line * samples
        for (let k = firstSample; k < samples; k++)
            out[to + k] = norm[to + k]! * Math.sqrt(sumRe[k]! * sumRe[k]! + sumIm[k]! * sumIm[k]!)
        return wanted > 0 && came >= PAIRS_NEEDED * wanted
    }

    /** Baseband of a co-line at the delays of two table rows, turned by the phase of the second, onto the part sums. */
    private addPair(coLine: number, rowA: number, rowB: number, times: number): void {
        const { re, im, partRe, partIm } = this
        const { delays, re: phaseRe, im: phaseIm, firstSample } = this.tables
        const { samplesPerLine: samples } = this.settings
        const length = this.sampling.samplesPerPair
        const from = coLine * length
        const a = rowA * samples
        const b = rowB * samples
        for (let k = firstSample; k < samples; k++) {
            const delay = delays[a + k]! + delays[b + k]!
            if (!(delay >= 0 && delay < length - 1)) continue
            const whole = delay | 0
            const rest = delay - whole
            const n = from + whole
            const x = re[n]! + rest * (re[n + 1]! - re[n]!)
            const y = im[n]! + rest * (im[n + 1]! - im[n]!)
            const c = times * phaseRe[b + k]!
            const s = times * phaseIm[b + k]!
            partRe[k]! += c * x - s * y
            partIm[k]! += c * y + s * x
        }
    }

    /** Co-line of elements i and j of a line's aperture, or -1. */
    private reciprocalPair(line: number, i: number, j: number): number {
        const { elements } = this.array
        const first = this.tables.firstElement(line)
        return this.reciprocalPairIndex[
            ((first + i) % elements) * elements + ((first + j) % elements)
        ]!
    }

    private inverseWeightSums(): Float32Array {
        const {
            linesPerFrame: lines,
            samplesPerLine: samples,
            apertureElements: aperture,
        } = this.settings
        const { weights, phases } = this.tables
        const norm = new Float32Array(lines * samples)
        for (let line = 0; line < lines; line++) {
            const row = (line % phases) * aperture
            for (let i = 0; i < aperture; i++)
                for (let j = i; j < aperture; j++) {
                    if (this.reciprocalPair(line, i, j) < 0) continue
                    const times = i === j ? 1 : 2
                    for (let k = 0; k < samples; k++)
                        norm[line * samples + k]! +=
                            times *
                            weights[(row + i) * samples + k]! *
                            weights[(row + j) * samples + k]!
                }
        }
        return norm.map(sum => (sum > 0 ? 1 / sum : 0))
    }
}
