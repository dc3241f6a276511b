// Detects the envelope of RF lines of an un0rick and resamples them to codes on the picture's geometry.
//
// Quadrature demodulation: the line times e^(-i w t), filtered with a Hann window two carrier periods long. The
// window's first zeros are at the carrier frequency (A. V. Oppenheim, R. W. Schafer, "Discrete-Time Signal Processing",
// 3rd ed., ch. 7.5), so it removes both the ADC's offset and the image at twice the carrier; its -6 dB width is the
// carrier frequency. The Hilbert filter of ../beamform does not fit: 5 MHz is 0.078 of this sample rate, below its
// band.

import { amplitudeToCode } from "../../shared/acquisition/sample-codes"
import { SAMPLE_FORMAT_RF10 } from "../../shared/acquisition/line-record"
import type { Description } from "../../shared/protocol/messages"
import { tgcGainCdb } from "../../shared/acquisition/tgc"
import {
    UN_LEAD_WORDS,
    UN_STEP_WORDS,
    un0rickGain,
    un0rickGainCdb,
} from "../../shared/devices/un0rick"
import type { ImagingGeometry, PolarFrame } from "../picture/picture"

/** Samples a line of the picture: each covers about four RF samples, a sixth of the pulse. */
export const PICTURE_SAMPLES = 256
/** Ten bits of offset binary. */
const SAMPLE_MASK = 0x3ff
const MIDDLE = 512

/** Whether the lines of this run are RF samples to be detected here. */
export function isRf(description: Description): boolean {
    return description.sample_format === SAMPLE_FORMAT_RF10
}

export class RfFrames {
    readonly geometry: ImagingGeometry
    private readonly window: Float64Array
    private readonly cosines: Float64Array
    private readonly sines: Float64Array
    /** RF sample at the centre of each picture sample; negative inside the catheter. */
    private readonly centre: Int32Array
    /** Factor from the filter output to an amplitude relative to full scale 1, with the described TGC curve applied. */
    private readonly scale: Float64Array

    /** @throws RangeError for a run of another sample format */
    constructor(private readonly description: Description) {
        const d = description
        if (!isRf(d))
            throw new RangeError(
                `Lines of format ${d.sample_format} are not RF of an un0rick; format ${SAMPLE_FORMAT_RF10} is needed.`
            )
        const radiusMm = d.catheter_radius_um / 1000
        const rfSpacingMm = d.sample_spacing_nm / 1e6
        const depthMm = radiusMm + d.samples_per_line * rfSpacingMm
        const spacingMm = depthMm / PICTURE_SAMPLES
        this.geometry = {
            linesPerFrame: d.lines_per_frame,
            samplesPerLine: PICTURE_SAMPLES,
            sampleSpacingMm: spacingMm,
            catheterRadiusMm: radiusMm,
            ringDownMm: d.ring_down_um / 1000,
            centreFrequencyMhz: d.centre_frequency_khz / 1000,
        }
        const cyclesPerSample = (d.centre_frequency_khz * d.sample_period_ps) / 1e9
        this.cosines = waveOf(d.samples_per_line, cyclesPerSample, Math.cos)
        this.sines = waveOf(d.samples_per_line, cyclesPerSample, Math.sin)
        const reach = Math.max(1, Math.round(1 / cyclesPerSample))
        this.window = Float64Array.from(
            { length: 2 * reach + 1 },
            (_, i) => 0.5 - 0.5 * Math.cos((Math.PI * (i + 1)) / (reach + 1))
        )
        const sum = this.window.reduce((a, b) => a + b, 0)
        const samples = Array.from({ length: PICTURE_SAMPLES }, (_, k) => {
            const n = Math.round((k * spacingMm - radiusMm) / rfSpacingMm)
            return n < d.samples_per_line ? n : -1
        })
        this.centre = Int32Array.from(samples)
        this.scale = Float64Array.from(samples, n => {
            const mm = radiusMm + n * rfSpacingMm
            const timeNs = (mm * 2e9) / d.sound_speed_mm_s
            const curveCdb = tgcGainCdb(d.tgc_cdb, d.tgc_step_ns, timeNs)
            // The board's gain changes in steps.
            const step = Math.floor((UN_LEAD_WORDS + n) / UN_STEP_WORDS)
            const code = un0rickGain(
                d.tgc_cdb,
                d.tgc_step_ns,
                d.catheter_radius_um,
                Math.max(0, step)
            )
            const appliedCdb = un0rickGainCdb(code)
            return (2 / sum / MIDDLE) * 10 ** ((curveCdb - appliedCdb) / 2000)
        })
    }

    /**
     * @param frame of the frame assembler; its codes are the bytes of the samples
     * @throws RangeError if the frame is not of this run
     */
    detect(frame: PolarFrame): PolarFrame {
        const { lines_per_frame: lines, samples_per_line: samples } = this.description
        if (frame.codes.length !== 2 * lines * samples)
            throw new RangeError(
                `Frame ${frame.index} has ${frame.codes.length} bytes of RF; ${2 * lines * samples} are needed.`
            )
        const codes = new Uint8Array(lines * PICTURE_SAMPLES)
        for (let line = 0; line < lines; line++)
            if (frame.present[line]) this.detectLine(frame.codes, 2 * line * samples, codes, line)
        const { index, timeMs, positionMm, present } = frame
        return { index, timeMs, positionMm, codes, present }
    }

    private detectLine(rf: Uint8Array, from: number, codes: Uint8Array, line: number): void {
        const { window, cosines, sines, centre, scale } = this
        const reach = (window.length - 1) / 2
        const { samples_per_line: samples } = this.description
        for (let k = 0; k < PICTURE_SAMPLES; k++) {
            const middle = centre[k]!
            if (middle < 0) continue
            let re = 0
            let im = 0
            const first = Math.max(0, middle - reach)
            const last = Math.min(samples - 1, middle + reach)
            for (let n = first; n <= last; n++) {
                const at = from + 2 * n
                const word = (rf[at]! << 8) | rf[at + 1]!
                const x = window[n - middle + reach]! * ((word & SAMPLE_MASK) - MIDDLE)
                re += x * cosines[n]!
                im += x * sines[n]!
            }
            codes[line * PICTURE_SAMPLES + k] = amplitudeToCode(Math.hypot(re, im) * scale[k]!)
        }
    }
}

function waveOf(
    length: number,
    cyclesPerSample: number,
    wave: (rad: number) => number
): Float64Array {
    return Float64Array.from({ length }, (_, n) => wave(2 * Math.PI * cyclesPerSample * n))
}
