// Responsible for: element data as they come through the link to a frame that the picture room takes.
// Not for: collecting them (../frames) or the sums (delay-and-sum.ts).

import * as record from "../../wire/line-record"
import type { Description } from "../../wire/messages"
import type { ImagingGeometry, PolarFrame } from "../picture/picture"
import { Beamformer } from "./delay-and-sum"
import { bothWaysPairs, fullMatrix, reciprocalPairs, type Pair } from "./pairs"
import { BeamformError, type BeamformSettings } from "./settings"

/** What a description does not tell of the array and its pulse. */
export interface ElementCatheter {
    readonly elements: number
    readonly pulseDelayUs: number
}

/** Beamforms the frames of one run. */
export class ElementFrames {
    readonly geometry: ImagingGeometry
    private readonly beamformer: Beamformer
    private readonly rf: Int16Array

    /** @throws BeamformError when the run is none of element data, or cannot be beamformed so */
    constructor(
        private readonly description: Description,
        catheter: ElementCatheter,
        settings: BeamformSettings
    ) {
        const d = description
        if (d.sample_format !== record.SAMPLE_FORMAT_RF16)
            throw new BeamformError(
                `Samples of format ${d.sample_format} came; element data have format ${record.SAMPLE_FORMAT_RF16}.`
            )
        const pairs = pairsOfList(d.pair_list, catheter.elements)
        if (pairs.length !== d.lines_per_frame)
            throw new BeamformError(
                `Frames of ${d.lines_per_frame} lines came; pair list ${d.pair_list} of ${catheter.elements} elements has ${pairs.length}.`
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
    }

    /**
     * @param frame as the frame assembler made it: its codes are the bytes of the samples, its lines the pairs
     * @throws BeamformError when it is not of this run
     */
    beamform(frame: PolarFrame): PolarFrame {
        const rf = this.rf
        if (frame.codes.length !== 2 * rf.length)
            throw new BeamformError(
                `Frame ${frame.index} has ${frame.codes.length} bytes of element data; ${2 * rf.length} are needed for ${this.description.lines_per_frame} pairs.`
            )
        const { codes } = frame
        for (let i = 0; i < rf.length; i++)
            rf[i] = codes[2 * i]! | (codes[2 * i + 1]! << 8)
        const lines = this.beamformer.beamform(rf, frame.present)
        return {
            index: frame.index,
            timeMs: frame.timeMs,
            positionMm: frame.positionMm,
            codes: this.beamformer.codes(lines),
            present: lines.present,
        }
    }
}

/** The pairs behind a number of src/wire/line-record.ts. */
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
        `Pair list ${list} is not known; ${record.PAIRS_RECIPROCAL_14} to ${record.PAIRS_FULL} are.`
    )
}
