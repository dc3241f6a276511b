// Checks a description of a run: what cannot be right is refused as it is received, so that nothing behind computes with it.
// The page of the protocol has the same limits: its table is generated from these.

import { MOVE_GATED, MOVE_PULLBACK, MOVE_STEPPED } from "../../shared/motion/move-terms"
import {
    PAIRS_NONE,
    recordLength,
    SAMPLE_FORMAT_RF16,
    sampleBytes,
} from "../../shared/acquisition/line-record"
import { PAYLOAD_MAX } from "../../shared/protocol/burst"
import type { Description } from "../../shared/protocol/messages"

type NumberField = {
    [K in keyof Description]: Description[K] extends number ? K : never
}[keyof Description]

/**
 * Smallest and largest value. Catheter, TGC, calibration and travel: the limits of catheters (catheter-limits.ts), of the setup and of
 * the calibration record, with room for other boards. Spacing and period: the largest are those of
 * 16 samples over 60 mm.
 */
export const DESCRIPTION_LIMITS: Readonly<Partial<Record<NumberField, readonly [number, number]>>> =
    {
        sample_format: [1, 3],
        lines_per_frame: [1, 4096],
        samples_per_line: [1, PAYLOAD_MAX],
        sample_spacing_nm: [100, 5_000_000],
        line_period_ns: [1000, 0xffffffff],
        frame_rate_mhz: [1, 1_000_000],
        centre_frequency_khz: [1000, 80_000],
        sound_speed_mm_s: [1_000_000, 2_000_000],
        catheter_radius_um: [100, 3000],
        ring_down_um: [0, 3000],
        tgc_step_ns: [1, 65_535],
        encoder_nm_per_count: [50, 10_000],
        microsteps_per_mm: [1000, 1_000_000],
        fclk_hz: [7_000_000, 17_000_000],
        window_start_nm: [-10_000_000, 200_000_000],
        window_end_nm: [-10_000_000, 200_000_000],
        speed_nm_s: [1, 20_000_000],
        pair_list: [0, 4],
        sample_period_ps: [1000, 10_000_000],
        first_sample_ns: [0, 1_000_000],
    }

/** The same, for steps. */
const STEP_LIMITS: readonly [NumberField, number, number][] = [
    ["step_um", 1, 65_535],
    ["dwell_ms", 1, 65_535],
    ["stops", 1, 65_535],
]

/** Largest gain of a point of the TGC, 0.01 dB. */
export const GAIN_MAX_CDB = 10_000

const PRINTABLE = /^[\x20-\x7e]+$/

/** What cannot be right in a description, as a clause; undefined if nothing is wrong. */
export function descriptionDefect(d: Description): string | undefined {
    if (!PRINTABLE.test(d.catheter))
        return "the id of its catheter has characters that cannot be printed"
    for (const [name, [min, max]] of Object.entries(DESCRIPTION_LIMITS) as [
        NumberField,
        readonly [number, number],
    ][])
        if (d[name] < min || d[name] > max) return rangeText(name, d[name], min, max)
    const gain = d.tgc_cdb.find(cdb => cdb > GAIN_MAX_CDB)
    if (gain !== undefined) return rangeText("tgc_cdb", gain, 0, GAIN_MAX_CDB)
    return ruleDefect(d)
}

/** What is said of one. */
export function oddDescriptionText(defect: string): string {
    return `The cart describes its A-lines in a way that cannot be right: ${defect}; update the cart's program`
}

/** The rules between fields. */
function ruleDefect(d: Description): string | undefined {
    const isStepped = d.mode === MOVE_STEPPED || d.mode === MOVE_GATED
    if (!isStepped && d.mode !== MOVE_PULLBACK)
        return `mode is ${d.mode}; ${MOVE_PULLBACK}, ${MOVE_STEPPED} and ${MOVE_GATED} are allowed`
    for (const [name, min, max] of isStepped ? STEP_LIMITS : [])
        if (d[name] < min || d[name] > max) return rangeText(name, d[name], min, max)
    const length = recordLength(d.samples_per_line * sampleBytes(d.sample_format))
    if (d.record_length !== length || length > PAYLOAD_MAX)
        return `record_length is ${d.record_length}, but its records have ${length} bytes, of at most ${PAYLOAD_MAX}`
    // Channel data have firing pairs, A-lines have none.
    if ((d.sample_format === SAMPLE_FORMAT_RF16) !== (d.pair_list !== PAIRS_NONE))
        return `sample_format ${d.sample_format} and pair_list ${d.pair_list} do not fit together`
    if (d.window_end_nm <= d.window_start_nm)
        return `its window ends at ${d.window_end_nm} nm, before its start at ${d.window_start_nm} nm`
    return undefined
}

function rangeText(name: string, value: number, min: number, max: number): string {
    return `${name} is ${value}; ${min} to ${max} are allowed`
}
