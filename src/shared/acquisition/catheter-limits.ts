// Checks a catheter's data: the interval of each field, and the rules between fields. The host's messages: src/host/sequence/catheter-schema.ts.

import { fieldsOf, nameOf } from "../protocol/bytes"
import type { LinesOf, None, WordsOf } from "../text-types"
import {
    CATHETER,
    type Catheter,
    FRONT_END_UN0RICK,
    KIND_ARRAY,
    KIND_ROTATIONAL,
    KIND_SINGLE,
    numbersIn,
} from "./catheters"

/**
 * Minimum, maximum and name of each field after the id, in the order of {@link CATHETER}. One string, like the table of catheters.
 *
 * Table entries, samples, A-lines, lengths and the minimum depth are the limits of front end, planner and sled. Above 80 MHz the
 * rounding of the half period to whole ns would exceed 4 %. 60 mm is four times the radius of a large vein. 100 dB is twice the
 * range of a TGC amplifier (AD8331 data sheet); a slope above the attenuation of tissue would only amplify noise.
 */
const LIMITS = `
1 3 kind
1 2 front_end
1000 80000 centre_frequency_khz
1 256 elements
1 4096 firings_per_frame
0 256 pair_span
0 255 pair_lead
16 512 lines_per_frame
16 1024 samples_per_line
1000 60000 depth_um
1000 60000 depth_max_um
100 3000 catheter_radius_um
0 3000 ring_down_um
0 10000 tgc_start_cdb
0 1040 tgc_slope_cdb_per_mm
1000 150000 stroke_um
1 16 pulse_cycles
1 16 burst_max_cycles
100 100000 prf_max_hz
100 100000 pulses_max_per_s
1000 100000 supply_mv
100 1000000 element_ff
100 20000 power_max_uw
0 6000 rpm_min
0 6000 rpm_max
-1 1 rotor_sign
`

type LimitNames<Lines extends string[]> = { [K in keyof Lines]: WordsOf<Lines[K]>[2] }

type FieldNames<Fields extends string[]> = {
    [K in keyof Fields]: Fields[K] extends `${infer Name}:${string}` ? Name : never
}

/** Does not compile unless LIMITS has a line for each field of CATHETER after the id, in the same order. */
export type MissingLimits = None<
    ["id", ...LimitNames<LinesOf<typeof LIMITS>>] extends FieldNames<LinesOf<typeof CATHETER>>
        ? never
        : "LIMITS does not match CATHETER"
>

const ID_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789-"

/** Two-way attenuation of tissue, 2 x 0.65 dB/cm/MHz, in 0.01 dB/mm per MHz (catheters.ts). */
export const SLOPE_CDB_PER_MM_MHZ = 13

// Indices into CATHETER.
export const AT_ID = 0
export const AT_FRONT_END = 2
export const AT_ELEMENTS = 4
export const AT_FIRINGS = 5
export const AT_PAIR_SPAN = 6
export const AT_PAIR_LEAD = 7
export const AT_DEPTH = 10
export const AT_RING_DOWN = 13
export const AT_SLOPE = 15
export const AT_PULSE = 17
export const AT_RPM_MIN = 24
export const AT_RPM_MAX = 25
export const AT_ROTOR_SIGN = 26

/** Returns minimum and maximum of each field of CATHETER from kind on, one pair after the other. */
export function catheterLimits(): number[] {
    return numbersIn(LIMITS)
}

/**
 * Finds the first invalid field: first each field by its interval, then the rules between fields.
 * @returns the index of the field in CATHETER, or -1 if the data are valid
 */
export function invalidField(catheter: Catheter): number {
    const c = catheter
    for (let i = 0; i < c.id.length; ++i) if (ID_LETTERS.indexOf(c.id[i]) < 0) return AT_ID
    if (c.id.length === 0) return AT_ID
    const values = c as any as Record<string, number>
    const limits = catheterLimits()
    const fields = fieldsOf(CATHETER)
    for (let i = 1; i < fields.length; ++i) {
        const value = values[nameOf(fields[i])]
        if (value < limits[2 * i - 2] || value > limits[2 * i - 1]) return i
    }
    const array = c.kind === KIND_ARRAY
    const rotates = c.kind === KIND_ROTATIONAL
    if (array !== c.elements > 1) return AT_ELEMENTS
    if ((c.kind === KIND_SINGLE) !== (c.front_end === FRONT_END_UN0RICK)) return AT_FRONT_END
    if (c.pair_span > (array ? c.elements : 0)) return AT_PAIR_SPAN
    if (c.pair_lead > 0 && c.pair_lead >= c.pair_span) return AT_PAIR_LEAD
    if (c.pair_span > 0) {
        if (c.firings_per_frame !== c.elements * c.pair_span) return AT_FIRINGS
    } else if (!array && c.firings_per_frame !== c.lines_per_frame) return AT_FIRINGS
    if (c.depth_um > c.depth_max_um) return AT_DEPTH
    if (c.catheter_radius_um + c.ring_down_um >= c.depth_um) return AT_RING_DOWN
    if (c.tgc_slope_cdb_per_mm * 1000 > SLOPE_CDB_PER_MM_MHZ * c.centre_frequency_khz)
        return AT_SLOPE
    if (c.pulse_cycles > c.burst_max_cycles) return AT_PULSE
    if (rotates !== c.rpm_min > 0) return AT_RPM_MIN
    if (rotates ? c.rpm_max < c.rpm_min : c.rpm_max > 0) return AT_RPM_MAX
    return rotates !== (c.rotor_sign !== 0) ? AT_ROTOR_SIGN : -1
}
