// Responsible for: from sample codes to display greys: ring-down off, residual
// time gain, log compression.
// Not for: placing greys in a picture.

import { SAMPLE_SPAN_DB } from "../../shared/acquisition/sample-codes"
import type { ImagingGeometry } from "./geometry"
import { firstSample } from "./geometry"
import type { RingDownReference } from "./ring-down"
import { withoutRingDown } from "./ring-down"

/** How echoes become greys. */
export interface DisplaySettings {
    /** amplitudes from full scale down to this far below it get greys 255..0 */
    readonly dynamicRangeDb: number
    /** added to each echo before compression */
    readonly gainDb: number
    /**
     * Digital time gain on top of the front end's, in dB at a radius from the
     * catheter's centre. The front end's curve is meant to make tissue even,
     * so the default adds nothing.
     */
    readonly residualGainDb: (radiusMm: number) => number
}

/** A setting is out of its range; the message says which and what is allowed. */
export class DisplayError extends Error {}

export const DEFAULT_DISPLAY: DisplaySettings = {
    dynamicRangeDb: 60,
    gainDb: 0,
    residualGainDb: () => 0,
}

/** Ranges of {@link DisplaySettings}, in dB. */
export const DYNAMIC_RANGE_DB = [10, SAMPLE_SPAN_DB] as const
export const GAIN_DB = [-60, 60] as const

/** Turns the codes of a line or of a frame into greys. */
export interface GreyMapper {
    /**
     * One line.
     * @param codes the frame's codes, line after line
     * @param out gets samplesPerLine greys from outOffset on
     */
    line(codes: Uint8Array, line: number, out: Uint8Array, outOffset: number): void
    /** All lines of a frame: linesPerFrame*samplesPerLine greys, in `out` where given. */
    frame(codes: Uint8Array, out?: Uint8Array): Uint8Array
}

function within(value: number, [min, max]: readonly [number, number]): boolean {
    return value >= min && value <= max
}

/**
 * @param ringDown what to take off in the ring-down zone (ring-down.ts)
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

    // Everything beyond the ring-down is a function of code and depth only.
    const table = new Uint8Array(samples * 256)
    const gainAtDb = new Float64Array(samples)
    for (let k = 0; k < samples; k++) {
        const residual = display.residualGainDb(k * geometry.sampleSpacingMm)
        if (!within(residual, GAIN_DB))
            throw new DisplayError(
                `A residual gain of ${residual} dB cannot be set; ${GAIN_DB.join(" to ")} dB are allowed.`
            )
        gainAtDb[k] = gainDb + residual
        for (let code = 1; code < 256; code++)
            table[(k << 8) + code] = greyOfDb(((code - 255) * SAMPLE_SPAN_DB) / 255 + gainAtDb[k]!)
    }
    const heardFrom = firstSample(geometry)
    const { firstSample: ringFrom, endSample: ringEnd } = ringDown

    function line(codes: Uint8Array, lineIndex: number, out: Uint8Array, outOffset: number): void {
        const from = lineIndex * samples
        out.fill(0, outOffset, outOffset + heardFrom)
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
