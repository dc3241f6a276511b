// Responsible for: the schema of a catheter's spec: every field's interval or choice, and words for what is wrong.
// Not for: the limits that a cart has too (src/shared/acquisition/catheter-limits.ts); whether a sequence of it fits (sequence-plan.ts).

import { fieldsOf, nameOf } from "../../shared/protocol/bytes"
import {
    catheterLimits,
    SLOPE_CDB_PER_MM_MHZ,
    invalidField,
} from "../../shared/acquisition/catheter-limits"
import {
    CATHETER,
    FRONT_END_UN0RICK,
    KIND_ARRAY,
    KIND_ROTATIONAL,
    KIND_SINGLE,
} from "../../shared/acquisition/catheters"
import { FRAME_RATE_MAX_MHZ, FRAME_RATE_MIN_MHZ } from "../../shared/acquisition/sequence"
import { tgcTopCdb } from "../../shared/acquisition/tgc"
import { catheterFrom, type CatheterSpec } from "./catheter-spec"
import { checkInterval, intervalText, type Interval, type InvalidField } from "./check"
import { checkTgcPoints } from "./tgc"

type Names<T> = {
    [K in keyof CatheterSpec]-?: CatheterSpec[K] extends T ? K : never
}[keyof CatheterSpec]

const of = (min: number, max: number, unit = ""): Interval => ({ min, max, unit })

const UNITS: Partial<Record<keyof CatheterSpec, string>> = {
    ...{ centre_frequency_khz: "kHz", depth_um: "um", depth_max_um: "um" },
    ...{ catheter_radius_um: "um", ring_down_um: "um", tgc_start_cdb: "cdB" },
    ...{ tgc_slope_cdb_per_mm: "cdB/mm", stroke_um: "um" },
    ...{ pulse_cycles: "cycles", burst_max_cycles: "cycles" },
    ...{ prf_max_hz: "Hz", pulses_max_per_s: "pulses/s", supply_mv: "mV" },
    ...{ element_ff: "fF", power_max_uw: "uW", rpm_min: "rpm", rpm_max: "rpm" },
}

/** Those that the cart judges too, with its limits. */
function cartIntervals(): Partial<Record<keyof CatheterSpec, Interval>> {
    const limits = catheterLimits()
    const rows = fieldsOf(CATHETER)
        .slice(1)
        .map((field, i) => {
            const name = nameOf(field) as keyof CatheterSpec
            return [name, of(limits[2 * i]!, limits[2 * i + 1]!, UNITS[name])]
        })
    // A spec names the direction in a word.
    return Object.fromEntries(rows.slice(0, -1)) as ReturnType<typeof cartIntervals>
}

/** Every number of a spec and the interval it lies in whatever the other fields are. */
export const CATHETER_INTERVALS = {
    ...cartIntervals(),
    bandwidth_percent: of(10, 120, "%"),
    // From body temperature to what IEC 60601-2-37 allows.
    surface_max_mdegc: of(37000, 43000, "mdegC"),
    frame_rate_mhz: of(FRAME_RATE_MIN_MHZ, FRAME_RATE_MAX_MHZ, "mHz"),
} as Readonly<Record<Names<number>, Interval>>

export const CATHETER_CHOICES = {
    vessels: ["coronary", "peripheral", "bench"],
    rotor_direction: ["clockwise", "counter-clockwise", "none"],
} as const satisfies Partial<Record<keyof CatheterSpec, readonly string[]>>

/** Sixteen characters are what a catheter's plug and the link hold. */
const ID = /^[a-z0-9-]{1,16}$/

const isArray = (c: CatheterSpec): boolean => c.kind === KIND_ARRAY
const isRotor = (c: CatheterSpec): boolean => c.kind === KIND_ROTATIONAL
const slopeTop = (c: CatheterSpec): number =>
    Math.floor((SLOPE_CDB_PER_MM_MHZ * c.centre_frequency_khz) / 1000)

/** What a field may be beside the others, in words; which one is wrong says src/shared/acquisition/catheter-limits.ts. */
const BESIDE: Partial<Record<keyof CatheterSpec, (c: CatheterSpec) => string>> = {
    elements: c => (isArray(c) ? "2 to 256 for an array" : "1, since it is no array"),
    front_end: c =>
        c.kind === KIND_SINGLE
            ? `${FRONT_END_UN0RICK} (un0rick) for a single element`
            : "1 (line engine) for arrays and rotors",
    pair_span: c =>
        `0 to ${isArray(c) ? c.elements : 0}: no more receivers than elements, none without an array`,
    pair_lead: c => `0 to ${Math.max(0, c.pair_span - 1)}: a transmitter is among its receivers`,
    firings_per_frame: c =>
        c.pair_span > 0
            ? `${c.elements * c.pair_span}, elements times pair_span`
            : `${c.lines_per_frame}, one firing a line`,
    depth_um: c => `up to depth_max_um, ${c.depth_max_um} um`,
    ring_down_um: c =>
        `below ${c.depth_um - c.catheter_radius_um} um: something must be seen between ring-down and depth`,
    tgc_slope_cdb_per_mm: c =>
        `up to ${slopeTop(c)} cdB/mm at ${c.centre_frequency_khz} kHz: what tissue takes both ways`,
    pulse_cycles: c => `up to burst_max_cycles, ${c.burst_max_cycles}`,
    rpm_min: c => (isRotor(c) ? "above 0 for a rotor" : "0, since nothing turns"),
    rpm_max: c => (isRotor(c) ? `from rpm_min, ${c.rpm_min}` : "0, since nothing turns"),
    rotor_direction: c =>
        isRotor(c) ? "clockwise or counter-clockwise for a rotor" : "none, since nothing turns",
}

/** The field of a spec that stands at a place of the cart's data (src/shared/acquisition/catheters.ts), its value and its limit. */
export function fieldAt(place: number, spec: CatheterSpec): InvalidField {
    const name = nameOf(fieldsOf(CATHETER)[place] ?? "catheter:s16")
    const field = (name === "rotor_sign" ? "rotor_direction" : name) as keyof CatheterSpec
    const interval = CATHETER_INTERVALS[field as Names<number>]
    const limit =
        (invalidField(catheterFrom(spec)) === place && BESIDE[field]?.(spec)) ||
        (interval ? intervalText(interval) : "another one")
    return { field, value: spec[field], limit }
}

/**
 * The first field of a catheter that is wrong, or undefined. Takes whatever a
 * file holds: a field that is missing, unknown, or of another type is wrong too.
 */
export function checkCatheter(candidate: unknown): InvalidField | undefined {
    if (typeof candidate !== "object" || candidate === null || Array.isArray(candidate))
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
    const known = new Set([
        "id",
        "tgc_points",
        ...Object.keys(CATHETER_INTERVALS),
        ...Object.keys(CATHETER_CHOICES),
    ])
    for (const [field, value] of Object.entries(record))
        if (!known.has(field)) return { field, value, limit: "no field of this name" }
    const spec = record as unknown as CatheterSpec
    if (record.tgc_points !== undefined) {
        const wrong = checkTgcPoints(record.tgc_points, tgcTopCdb(spec))
        if (wrong) return { ...wrong, field: `tgc_points: ${wrong.field}` }
    }
    const place = invalidField(catheterFrom(spec))
    return place < 0 ? undefined : fieldAt(place, spec)
}
