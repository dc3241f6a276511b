// A-lines per frame, samples per A-line, and the format and length of a line record.

import { GOOD, REFUSED_LINES, REFUSED_SAMPLES } from "../codes"
import { SAMPLES_MAX, SAMPLES_MIN } from "../devices/line-engine"
import { FRONT_END_UN0RICK, type Catheter } from "./catheters"
import { recordLength, SAMPLE_FORMAT_LOG8, SAMPLE_FORMAT_RF10, sampleBytes } from "./line-record"

/** Range of A-lines per frame of a picture; channel data have one record per pair instead. */
export const PICTURE_LINES_MIN = 16
export const PICTURE_LINES_MAX = 512

/** `reason` is GOOD or the refusal code; `nearest` is the nearest allowed value. */
export interface ImageFormatResult {
    reason: number
    nearest: number
}

/**
 * Sets A-lines per frame and samples per A-line of a catheter; 0 keeps its own. The depth stays. Only the A-lines per
 * revolution of a rotational catheter can be chosen: an array's front end combines its pairs into a fixed number.
 */
export function setImageFormat(
    catheter: Catheter,
    lines: number,
    samples: number
): ImageFormatResult {
    if (lines !== 0 && lines !== catheter.lines_per_frame) {
        const nearest = catheter.rotor_sign
            ? Math.min(Math.max(lines, PICTURE_LINES_MIN), PICTURE_LINES_MAX)
            : catheter.lines_per_frame
        if (nearest !== lines) return { reason: REFUSED_LINES, nearest }
        catheter.lines_per_frame = lines
        catheter.firings_per_frame = lines
    }
    if (samples !== 0) {
        // The samples of an un0rick follow from the depth.
        const nearest =
            catheter.front_end === FRONT_END_UN0RICK
                ? catheter.samples_per_line
                : Math.min(Math.max(samples, SAMPLES_MIN), SAMPLES_MAX)
        if (nearest !== samples) return { reason: REFUSED_SAMPLES, nearest }
        catheter.samples_per_line = samples
    }
    return { reason: GOOD, nearest: 0 }
}

/** Sample format of line-record.ts. */
export function sampleFormat(catheter: Catheter): number {
    if (catheter.front_end === FRONT_END_UN0RICK) return SAMPLE_FORMAT_RF10
    return catheter.sample_format || SAMPLE_FORMAT_LOG8
}

/** Length of a line record, in bytes. */
export function lineLength(catheter: Catheter): number {
    return recordLength(catheter.samples_per_line * sampleBytes(sampleFormat(catheter)))
}
