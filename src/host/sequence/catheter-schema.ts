// Responsible for: the schema of a catheter: every field's interval or choice, and what fields demand of each other.
// Not for: whether a sequence of it fits (sequence-plan.ts).

import {
    FRONT_END_LINE_ENGINE,
    FRONT_END_UN0RICK,
    KIND_ARRAY,
    KIND_ROTATIONAL,
    KIND_SINGLE,
} from "../../wire/catheters"
import { SAMPLES_MAX, SAMPLES_MIN, TABLE_ENTRIES } from "../../wire/line-engine"
import { LENGTH_MAX_NM, LENGTH_MIN_NM } from "../../wire/ramp"
import {
    DEPTH_MIN_UM,
    FRAME_RATE_MAX_MHZ,
    FRAME_RATE_MIN_MHZ,
    PICTURE_LINES_MAX,
    PICTURE_LINES_MIN,
} from "../../wire/sequence"
import { TGC_TOP_CDB, tgcTopCdb } from "../../wire/tgc"
import type { CatheterSheet } from "./catheter-sheet"
import { checkInterval, type Interval, type WrongField } from "./check"
import { checkTgcPoints, TGC_DEPTH_TOP_MM } from "./tgc"

type Names<T> = {
    [K in keyof CatheterSheet]-?: CatheterSheet[K] extends T ? K : never
}[keyof CatheterSheet]

const of = (min: number, max: number, unit = ""): Interval => ({ min, max, unit }) // prettier-ignore

/** Deepest that a table of any catheter can ask for: 60 mm, four times the radius of a large vein. */
const DEPTH_TOP_UM = 1000 * TGC_DEPTH_TOP_MM
/** What tissue takes both ways, 2 · 0.65 dB/cm/MHz (src/wire/catheters.ts): more gain than that lifts noise alone. */
const SLOPE_CDB_PER_MM_MHZ = 13
const FREQUENCY_TOP_KHZ = 80000
const GAIN_START_TOP_CDB = TGC_TOP_CDB

function slopeTop(frequencyKhz: number): number {
    return Math.floor((SLOPE_CDB_PER_MM_MHZ * frequencyKhz) / 1000)
}

/** Every number of a sheet and the interval it lies in whatever the other fields are. */
export const CATHETER_INTERVALS: Readonly<Record<Names<number>, Interval>> = {
    kind: of(KIND_ARRAY, KIND_SINGLE),
    front_end: of(FRONT_END_LINE_ENGINE, FRONT_END_UN0RICK),
    // The table's half period is 1 to 65,535 ns; above 80 MHz it would be rounded by more than 4 %.
    centre_frequency_khz: of(1000, FREQUENCY_TOP_KHZ, "kHz"),
    elements: of(1, 256),
    firings_per_frame: of(1, TABLE_ENTRIES),
    pair_span: of(0, 256),
    pair_lead: of(0, 255),
    lines_per_frame: of(PICTURE_LINES_MIN, PICTURE_LINES_MAX),
    samples_per_line: of(SAMPLES_MIN, SAMPLES_MAX),
    depth_um: of(DEPTH_MIN_UM, DEPTH_TOP_UM, "um"),
    depth_max_um: of(DEPTH_MIN_UM, DEPTH_TOP_UM, "um"),
    catheter_radius_um: of(100, 3000, "um"),
    ring_down_um: of(0, 3000, "um"),
    tgc_start_cdb: of(0, GAIN_START_TOP_CDB, "cdB"),
    tgc_slope_cdb_per_mm: of(0, slopeTop(FREQUENCY_TOP_KHZ), "cdB/mm"),
    stroke_um: of(LENGTH_MIN_NM / 1000, LENGTH_MAX_NM / 1000, "um"),
    pulse_cycles: of(1, 16, "cycles"),
    burst_max_cycles: of(1, 16, "cycles"),
    prf_max_hz: of(100, 100000, "Hz"),
    pulses_max_per_s: of(100, 100000, "pulses/s"),
    supply_mv: of(1000, 100000, "mV"),
    element_ff: of(100, 1000000, "fF"),
    power_max_uw: of(100, 20000, "uW"),
    rpm_min: of(0, 6000, "rpm"),
    rpm_max: of(0, 6000, "rpm"),
    bandwidth_percent: of(10, 120, "%"),
    // From body temperature to what IEC 60601-2-37 allows.
    surface_max_mdegc: of(37000, 43000, "mdegC"),
    frame_rate_mhz: of(FRAME_RATE_MIN_MHZ, FRAME_RATE_MAX_MHZ, "mHz"),
}

export const CATHETER_CHOICES = {
    vessels: ["coronary", "peripheral", "bench"],
    rotor_direction: ["clockwise", "counter-clockwise", "none"],
} as const satisfies Partial<Record<keyof CatheterSheet, readonly string[]>>

/** Sixteen characters are what a catheter's plug and the link hold. */
const ID = /^[a-z0-9-]{1,16}$/

/** What a field may be, given the fields above it. */
type Rule = readonly [
    keyof CatheterSheet,
    (c: CatheterSheet) => string | undefined,
]

/** @returns the limit as words if `broken` */
const rule = (
    field: keyof CatheterSheet,
    broken: (c: CatheterSheet) => boolean,
    limit: (c: CatheterSheet) => string
): Rule => [field, c => (broken(c) ? limit(c) : undefined)]

const isRotor = (c: CatheterSheet): boolean => c.kind === KIND_ROTATIONAL

const RULES: readonly Rule[] = [
    rule("elements", c => (c.kind === KIND_ARRAY) !== c.elements > 1, c => c.kind === KIND_ARRAY ? "2 to 256 for an array" : "1, since it is no array"),
    rule("front_end", c => (c.kind === KIND_SINGLE) !== (c.front_end === FRONT_END_UN0RICK), c => c.kind === KIND_SINGLE ? "2 (un0rick) for a single element" : "1 (line engine) for arrays and rotors"),
    rule("pair_span", c => c.pair_span > (c.kind === KIND_ARRAY ? c.elements : 0), c => `0 to ${c.kind === KIND_ARRAY ? c.elements : 0}: no more receivers than elements, none without an array`),
    rule("pair_lead", c => c.pair_lead > Math.max(0, c.pair_span - 1), c => `0 to ${Math.max(0, c.pair_span - 1)}: a transmitter is among its receivers`),
    rule("firings_per_frame", c => c.pair_span > 0 && c.firings_per_frame !== c.elements * c.pair_span, c => `${c.elements * c.pair_span}, elements times pair_span`),
    rule("firings_per_frame", c => c.kind !== KIND_ARRAY && c.firings_per_frame !== c.lines_per_frame, c => `${c.lines_per_frame}, one firing a line`),
    rule("depth_um", c => c.depth_um > c.depth_max_um, c => `up to depth_max_um, ${c.depth_max_um} um`),
    rule("ring_down_um", c => c.catheter_radius_um + c.ring_down_um >= c.depth_um, c => `below ${c.depth_um - c.catheter_radius_um} um: something must be seen between ring-down and depth`),
    rule("tgc_slope_cdb_per_mm", c => c.tgc_slope_cdb_per_mm > slopeTop(c.centre_frequency_khz), c => `up to ${slopeTop(c.centre_frequency_khz)} cdB/mm at ${c.centre_frequency_khz} kHz: what tissue takes both ways`),
    rule("pulse_cycles", c => c.pulse_cycles > c.burst_max_cycles, c => `up to burst_max_cycles, ${c.burst_max_cycles}`),
    rule("rpm_min", c => isRotor(c) !== c.rpm_min > 0, c => isRotor(c) ? "above 0 for a rotor" : "0, since nothing turns"),
    rule("rpm_max", c => isRotor(c) ? c.rpm_max < c.rpm_min : c.rpm_max > 0, c => isRotor(c) ? `from rpm_min, ${c.rpm_min}` : "0, since nothing turns"),
    rule("rotor_direction", c => isRotor(c) === (c.rotor_direction === "none"), c => isRotor(c) ? "clockwise or counter-clockwise for a rotor" : "none, since nothing turns"),
] // prettier-ignore

/**
 * The first field of a catheter that is wrong, or undefined. Takes whatever a
 * file holds: a field that is missing, unknown, or of another type is wrong too.
 */
export function checkCatheter(candidate: unknown): WrongField | undefined {
    if (
        typeof candidate !== "object" ||
        candidate === null ||
        Array.isArray(candidate)
    )
        // prettier-ignore
        return { field: "catheter", value: candidate, limit: "an object" }
    const record = candidate as Record<string, unknown>
    if (typeof record.id !== "string" || !ID.test(record.id))
        return {
            field: "id",
            value: record.id,
            limit: "1 to 16 small letters, digits and hyphens",
        }
    for (const [field, interval] of Object.entries(CATHETER_INTERVALS)) {
        const wrong = checkInterval(field, record[field], interval)
        if (wrong) return wrong
    }
    for (const [field, choices] of Object.entries(CATHETER_CHOICES))
        if (!(choices as readonly unknown[]).includes(record[field]))
            return { field, value: record[field], limit: choices.join(", ") }
    const known = new Set(["id", "tgc_points", ...Object.keys(CATHETER_INTERVALS), ...Object.keys(CATHETER_CHOICES)]) // prettier-ignore
    for (const [field, value] of Object.entries(record))
        if (!known.has(field))
            return { field, value, limit: "no field of this name" }
    const sheet = record as unknown as CatheterSheet
    if (record.tgc_points !== undefined) {
        const wrong = checkTgcPoints(record.tgc_points, tgcTopCdb(sheet))
        if (wrong) return { ...wrong, field: `tgc_points: ${wrong.field}` }
    }
    for (const [field, limitOf] of RULES) {
        const limit = limitOf(sheet)
        if (limit !== undefined) return { field, value: sheet[field], limit }
    }
    return undefined
}
