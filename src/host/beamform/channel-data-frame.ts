// Beamforms frames of channel data to frames of A-lines, with pairs of neighbouring frames where they are closer in time.

import * as record from "../../shared/acquisition/line-record"
import type { Description } from "../../shared/protocol/messages"
import type { ImagingGeometry, PolarFrame } from "../picture/picture"
import { Beamformer } from "./delay-and-sum"
import { bothWaysPairs, fullMatrix, reciprocalPairs, type Pair } from "./pairs"
import { BeamformError, type BeamformSettings } from "./settings"

/** Data of the array and its pulse that a run's description does not hold. */
export interface ChannelDataCatheter {
    readonly elements: number
    /** see ChannelDataSampling.pulseDelayUs */
    readonly pulseDelayUs: number
}

/** Beamforms the frames of one run. */
export class ChannelDataFrames {
    readonly geometry: ImagingGeometry
    private readonly beamformer: Beamformer
    private readonly rf: Int16Array
    private readonly received: Uint8Array
    /** Whether the transmitters fire in order round the circle, so that a frame's first lines use pairs from the end of the frame before. */
    private readonly inOrder: boolean

    /**
     * @param sent custom pair list that was sent to the cart; default: the description's built-in list
     * @throws BeamformError when the run has no channel data, or cannot be beamformed with these settings
     */
    constructor(
        private readonly description: Description,
        catheter: ChannelDataCatheter,
        settings: BeamformSettings,
        sent?: readonly Pair[]
    ) {
        const d = description
        if (d.sample_format !== record.SAMPLE_FORMAT_RF16)
            throw new BeamformError(
                `The run has sample format ${d.sample_format}, but channel data has format ${record.SAMPLE_FORMAT_RF16}.`
            )
        const pairs = sent ?? pairsOfList(d.pair_list, catheter.elements)
        if (pairs.length !== d.lines_per_frame)
            throw new BeamformError(
                `The run has ${d.lines_per_frame} lines per frame, but pair list ${d.pair_list} of ${catheter.elements} elements has ${pairs.length} pairs.`
            )
        const centreFrequencyMhz = d.centre_frequency_khz / 1000
        const radiusMm = d.catheter_radius_um / 1000
        this.beamformer = new Beamformer(
            { elements: catheter.elements, radiusMm },
            pairs,
            {
                sampleRateMhz: 1e6 / d.sample_period_ps,
                samplesPerPair: d.samples_per_line,
                firstSampleUs: d.first_sample_ns / 1000,
                pulseDelayUs: catheter.pulseDelayUs,
                centreFrequencyMhz,
            },
            settings
        )
        this.geometry = {
            linesPerFrame: settings.linesPerFrame,
            samplesPerLine: settings.samplesPerLine,
            sampleSpacingMm: settings.sampleSpacingMm,
            catheterRadiusMm: radiusMm,
            ringDownMm: d.ring_down_um / 1000,
            centreFrequencyMhz,
        }
        this.rf = new Int16Array(pairs.length * d.samples_per_line)
        this.received = new Uint8Array(pairs.length)
        this.inOrder = pairs.every(([tx], i) => i === 0 || tx >= pairs[i - 1]![0])
    }

    /**
     * Beamforms one frame. The catheter moves while a frame's pairs are fired, so each A-line uses the pairs fired closest
     * in time: near angle 0 these are pairs of a neighbouring frame, not of the far end of its own frame.
     * @param frame as the frame assembler returns it: its codes are the bytes of the samples, its lines the pairs
     * @param before,after neighbouring frames, if any; used only if they follow without a gap
     * @throws BeamformError when a frame does not belong to this run
     */
    beamform(frame: PolarFrame, before?: PolarFrame, after?: PolarFrame): PolarFrame {
        const { linesPerFrame: lines, samplesPerLine: samples } = this.geometry
        const pairs = this.received.length
        const codes = new Uint8Array(lines * samples)
        const present = new Uint8Array(lines)
        const add = (from: number, to: number): void => {
            const beamformed = this.beamformer.beamform(this.rf, this.received, from, to)
            codes.set(
                this.beamformer.codes(beamformed).subarray(from * samples, to * samples),
                from * samples
            )
            present.set(beamformed.present.subarray(from, to), from)
        }
        this.loadPairs(frame, 0, pairs)
        const first = this.follows(before, frame) ? Math.round(lines / 4) : 0
        const last = this.follows(frame, after) ? Math.round((3 * lines) / 4) : lines
        add(first, last)
        if (first > 0) {
            this.loadPairs(before!, pairs >> 1, pairs)
            add(0, first)
        }
        if (last < lines) {
            this.loadPairs(frame, pairs >> 1, pairs)
            this.loadPairs(after!, 0, pairs >> 1)
            add(last, lines)
        }
        const { index, timeMs, positionMm } = frame
        return { index, timeMs, positionMm, codes, present }
    }

    /** Whether frame b was fired directly after frame a. */
    private follows(a?: PolarFrame, b?: PolarFrame): boolean {
        if (!this.inOrder || !a || !b || b.index !== a.index + 1) return false
        const frameMs = 1e6 / this.description.frame_rate_mhz
        return Math.abs((b.timeMs - a.timeMs) / frameMs - 1) < 0.1
    }

    /** Loads the samples of pairs `from` to `to` - 1 of a frame. */
    private loadPairs({ codes, present, index }: PolarFrame, from: number, to: number): void {
        const { rf, received } = this
        if (codes.length !== 2 * rf.length)
            throw new BeamformError(
                `Frame ${index} has ${codes.length} bytes of channel data; ${this.description.lines_per_frame} pairs need ${2 * rf.length}.`
            )
        const { samples_per_line: samples } = this.description
        for (let i = from * samples; i < to * samples; i++)
            rf[i] = codes[2 * i]! | (codes[2 * i + 1]! << 8)
        received.set(present.subarray(from, to), from)
    }
}

/** The pairs of a built-in list, by its number in src/shared/acquisition/line-record.ts. */
export function pairsOfList(list: number, elements: number): Pair[] {
    switch (list) {
        case record.PAIRS_RECIPROCAL_14:
            return reciprocalPairs(elements, 14)
        case record.PAIRS_BOTH_WAYS_14:
            return bothWaysPairs(elements, 14)
        case record.PAIRS_FULL:
            return fullMatrix(elements)
    }
    throw new BeamformError(
        `Pair list ${list} is unknown; the built-in lists are ${record.PAIRS_RECIPROCAL_14} to ${record.PAIRS_FULL}.`
    )
}
