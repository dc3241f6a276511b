// Converts sample codes to greys: ring-down subtraction, residual TGC, log compression.

import { SAMPLE_SPAN_DB } from "../../shared/acquisition/sample-codes"
import type { ImagingGeometry } from "./geometry"
import { firstSample } from "./geometry"
import type { RingDownReference } from "./ring-down"
import { withoutRingDown } from "./ring-down"

/** Settings of the log compression. */
export interface DisplaySettings {
    /** amplitudes from full scale down to this far below it map to greys 255..0 */
    readonly dynamicRangeDb: number
    /** added to each echo before compression */
    readonly gainDb: number
    /**
     * Digital TGC in addition to the front end's, in dB, by radius from the catheter's centre. The front end's curve
     * already compensates attenuation, so the default adds nothing.
     */
    readonly residualGainDb: (radiusMm: number) => number
}

/** A setting is out of range; the message gives the allowed range. */
export class DisplayError extends Error {}

export const DEFAULT_DISPLAY: DisplaySettings = {
    dynamicRangeDb: 60,
    gainDb: 0,
    residualGainDb: () => 0,
}

/** Ranges of {@link DisplaySettings}, in dB. */
export const DYNAMIC_RANGE_DB = [10, SAMPLE_SPAN_DB] as const
export const GAIN_DB = [-60, 60] as const

/** Converts the codes of an A-line or of a frame to greys. */
export interface GreyMapper {
    /**
     * Converts one A-line.
     * @param codes the frame's codes, line after line
     * @param out receives samplesPerLine greys from outOffset on
     */
    line(codes: Uint8Array, line: number, out: Uint8Array, outOffset: number): void
    /** Converts all A-lines: linesPerFrame*samplesPerLine greys, in `out` if given. */
    frame(codes: Uint8Array, out?: Uint8Array): Uint8Array
}

function within(value: number, [min, max]: readonly [number, number]): boolean {
    return value >= min && value <= max
}

/**
 * @param ringDown reference subtracted in the ring-down zone (ring-down.ts)
 * @throws DisplayError when a setting is out of range
 */
export function greyMapper(
    geometry: ImagingGeometry,
    ringDown: RingDownReference,
    display: DisplaySettings = DEFAULT_DISPLAY
): GreyMapper {
    const { dynamicRangeDb, gainDb } = display
    if (!within(dynamicRangeDb, DYNAMIC_RANGE_DB))
        throw new DisplayError(
            `A dynamic range of ${dynamicRangeDb} dB cannot be shown; ${DYNAMIC_RANGE_DB.join(" to ")} dB are allowed.`
        )
    if (!within(gainDb, GAIN_DB))
        throw new DisplayError(
            `A display gain of ${gainDb} dB cannot be set; ${GAIN_DB.join(" to ")} dB are allowed.`
        )
    const { linesPerFrame: lines, samplesPerLine: samples } = geometry
    const greyOfDb = (db: number): number =>
        Math.max(0, Math.min(255, Math.round(255 + (db * 255) / dynamicRangeDb)))

    // Beyond the ring-down a grey depends on code and depth only.
    const table = new Uint8Array(samples * 256)
    const gainAtDb = new Float64Array(samples)
    for (let k = 0; k < samples; k++) {
        const residual = display.residualGainDb(k * geometry.sampleSpacingMm)
        if (!within(residual, GAIN_DB))
            throw new DisplayError(
                `A residual gain of ${residual} dB cannot be set; ${GAIN_DB.join(" to ")} dB are allowed.`
            )
        gainAtDb[k] = gainDb + residual
        if (k > 0 && gainAtDb[k] === gainAtDb[k - 1]) {
            table.copyWithin(k << 8, (k - 1) << 8, k << 8)
            continue
        }
        for (let code = 1; code < 256; code++)
            table[(k << 8) + code] = greyOfDb(((code - 255) * SAMPLE_SPAN_DB) / 255 + gainAtDb[k]!)
    }
    const visibleFrom = firstSample(geometry)
    const { firstSample: ringFrom, endSample: ringEnd } = ringDown

    function line(codes: Uint8Array, lineIndex: number, out: Uint8Array, outOffset: number): void {
        const from = lineIndex * samples
        out.fill(0, outOffset, outOffset + visibleFrom)
        for (let k = ringFrom; k < ringEnd; k++) {
            const rest = withoutRingDown(ringDown, codes[from + k]!, lineIndex, k)
            out[outOffset + k] =
                rest > 0 ? greyOfDb((20 * Math.log(rest)) / Math.LN10 + gainAtDb[k]!) : 0
        }
        for (let k = ringEnd; k < samples; k++)
            out[outOffset + k] = table[(k << 8) + codes[from + k]!]!
    }
    return {
        line,
        frame(codes, out = new Uint8Array(lines * samples)) {
            for (let i = 0; i < lines; i++) line(codes, i, out, i * samples)
            return out
        },
    }
}
