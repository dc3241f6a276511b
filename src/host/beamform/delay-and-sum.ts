// Synthetic-aperture delay-and-sum: RF of element pairs in, A-lines out. Sources: README.md.

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
/** An A-line with a smaller share of its pairs counts as missing. Missing pairs darken it by up to 1 dB. */
const MIN_PAIR_SHARE = 0.9

/** The lines of one frame. */
export interface BeamformedLines {
    /** linesPerFrame*samplesPerLine envelopes, line after line; 1 is full scale of the channel data */
    readonly amplitude: Float32Array
    /** linesPerFrame flags: 1 where at least 90 % of the line's pairs were received */
    readonly present: Uint8Array
}

/** Records of an element pair in both directions; -1 where the list has none. */
type ReciprocalPair = { readonly forward: number; readonly reverse: number }

/** Beamforms frames of one array, pair list and sampling. */
export class Beamformer {
    private readonly tables: DelayTables
    private readonly demodulator: Demodulator
    private readonly reciprocalPairs: ReciprocalPair[] = []
    /** Index in reciprocalPairs by both elements; -1 if the list has no such pair. */
    private readonly reciprocalPairIndex: Int32Array
    private readonly received: Uint8Array
    private readonly re: Float32Array
    private readonly im: Float32Array
    /** 1 / sum of the weights at each sample of each line; 0 where no element contributes. */
    private readonly norm: Float32Array
    // Sums of one line: total, and the part of one element.
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
     * Beamforms one frame.
     * @param rf int16 samples, pair after pair in the list's order
     * @param present a flag for each pair: 0 = its record is missing and its samples are undefined
     * @param from,to computes only lines `from` up to, not including, `to`; the others stay zero and not present
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
                `The frame has ${rf.length} samples and ${present.length} flags, but ${this.pairs.length} pairs of ${samplesPerPair} samples are needed.`
            )
        this.demodulateAll(rf, present)
        const { linesPerFrame: lines, samplesPerLine: samples } = this.settings
        const amplitude = new Float32Array(lines * samples)
        const linePresent = new Uint8Array(lines)
        for (let line = from; line < to; line++)
            linePresent[line] = this.sumLine(line, amplitude) ? 1 : 0
        return { amplitude, present: linePresent }
    }

    /** Converts envelopes to 8-bit sample codes. */
    codes(lines: BeamformedLines): Uint8Array {
        const gain = Math.pow(10, this.settings.gainDb / 20)
        return Uint8Array.from(lines.amplitude, a => amplitudeToCode(a * gain))
    }

    private indexReciprocalPairs(): Int32Array {
        const { elements } = this.array
        const record = new Int32Array(elements * elements).fill(-1)
        this.pairs.forEach(([tx, rx], i) => (record[tx * elements + rx] = i))
        const pairOf = new Int32Array(elements * elements).fill(-1)
        for (let a = 0; a < elements; a++)
            for (let b = a; b < elements; b++) {
                const forward = record[a * elements + b]!
                const reverse = a === b ? -1 : record[b * elements + a]!
                if (forward < 0 && reverse < 0) continue
                pairOf[a * elements + b] = this.reciprocalPairs.length
                pairOf[b * elements + a] = this.reciprocalPairs.length
                this.reciprocalPairs.push({ forward, reverse })
            }
        return pairOf
    }

    /** Demodulates each pair. Both directions are averaged: by reciprocity they differ only in noise. */
    private demodulateAll(rf: Int16Array, present: Uint8Array): void {
        const { demodulator, re, im } = this
        const samples = this.sampling.samplesPerPair
        const line = demodulator.line
        this.reciprocalPairs.forEach(({ forward, reverse }, i) => {
            const records = [forward, reverse].filter(
                record => record >= 0 && present[record] !== 0
            )
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

    /** Sums one line. @returns whether enough of its pairs were received */
    private sumLine(line: number, out: Float32Array): boolean {
        const { sumRe, sumIm, partRe, partIm, norm } = this
        const { apertureElements: aperture, samplesPerLine: samples } = this.settings
        const { re: phaseRe, im: phaseIm, phases, firstSample } = this.tables
        const row = (line % phases) * aperture
        let expected = 0
        let used = 0
        sumRe.fill(0)
        sumIm.fill(0)
        for (let i = 0; i < aperture; i++) {
            // Sums all partners of element i, then applies the phase of element i once.
            partRe.fill(0)
            partIm.fill(0)
            for (let j = i; j < aperture; j++) {
                const pair = this.reciprocalPair(line, i, j)
                if (pair < 0) continue
                expected++
                if (this.received[pair] === 0) continue
                used++
                this.addPair(pair, row + i, row + j, i === j ? 1 : 2)
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
        return expected > 0 && used >= MIN_PAIR_SHARE * expected
    }

    /** Adds a pair's baseband at the delays of two table rows, rotated by the phase of the second, to the part sums. */
    private addPair(pair: number, rowA: number, rowB: number, times: number): void {
        const { re, im, partRe, partIm } = this
        const { delays, re: phaseRe, im: phaseIm, firstSample } = this.tables
        const { samplesPerLine: samples } = this.settings
        const length = this.sampling.samplesPerPair
        const from = pair * length
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

    /** Index of the pair of elements i and j of a line's aperture, or -1. */
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
