// The schema of a catheter's spec and the messages for invalid fields. Limits that the cart checks too come from src/shared/acquisition/catheter-limits.ts.

import * as v from "valibot"
import { fieldsOf, type Message, nameOf } from "../../shared/protocol/bytes"
import { VESSELS } from "../../shared/acquisition/catheter-list"
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
import { FRAME_RATE_MAX_MHZ, FRAME_RATE_MIN_MHZ } from "../../shared/acquisition/sequence-budget"
import { tgcTopCdb } from "../../shared/acquisition/tgc"
import { catheterFrom, type CatheterSpec } from "./catheter-spec"
import {
    firstInvalidField,
    integerSchema,
    intervalText,
    type Interval,
    type InvalidField,
    wholeNumbersText,
} from "./check"
import { checkTgcPoints } from "./tgc"

/** The fields of a spec that are numbers. */
type NumberField = {
    [K in keyof CatheterSpec]-?: CatheterSpec[K] extends number ? K : never
}[keyof CatheterSpec]

const of = (min: number, max: number, unit = ""): Interval => ({ min, max, unit })

type CartField = Exclude<keyof Message<typeof CATHETER>, "id" | "rotor_sign">

/** Units for messages; a field of CATHETER without a line here does not compile. */
const UNITS: Readonly<Record<CartField, string>> = {
    ...{ kind: "", front_end: "", elements: "", firings_per_frame: "", pair_span: "" },
    ...{ pair_lead: "", lines_per_frame: "", samples_per_line: "" },
    ...{ centre_frequency_khz: "kHz", depth_um: "um", depth_max_um: "um" },
    ...{ catheter_radius_um: "um", ring_down_um: "um", tgc_start_cdb: "cdB" },
    ...{ tgc_slope_cdb_per_mm: "cdB/mm", stroke_um: "um" },
    ...{ pulse_cycles: "cycles", burst_max_cycles: "cycles" },
    ...{ prf_max_hz: "Hz", pulses_max_per_s: "pulses/s", supply_mv: "mV" },
    ...{ element_ff: "fF", power_max_uw: "uW", rpm_min: "rpm", rpm_max: "rpm" },
}

/** Fields that the cart checks too, with its limits. */
function cartIntervals(): Record<CartField, Interval> {
    const limits = catheterLimits()
    const rows = fieldsOf(CATHETER)
        .slice(1)
        .flatMap((field, i) => {
            const name = nameOf(field) as CartField | "rotor_sign"
            // A spec gives the direction as a word.
            if (name === "rotor_sign") return []
            return [[name, of(limits[2 * i]!, limits[2 * i + 1]!, UNITS[name])]]
        })
    return Object.fromEntries(rows) as Record<CartField, Interval>
}

/** The interval of each number of a spec, independent of the other fields. */
export const CATHETER_INTERVALS: Readonly<Record<NumberField, Interval>> = {
    ...cartIntervals(),
    bandwidth_percent: of(10, 120, "%"),
    // From body temperature to the limit of IEC 60601-2-37.
    surface_max_mdegc: of(37000, 43000, "mdegC"),
    frame_rate_mhz: of(FRAME_RATE_MIN_MHZ, FRAME_RATE_MAX_MHZ, "mHz"),
}

export const CATHETER_CHOICES = {
    vessels: VESSELS,
    rotor_direction: ["clockwise", "counter-clockwise", "none"],
} as const satisfies Partial<Record<keyof CatheterSpec, readonly string[]>>

/** The plug of a catheter and the link hold 16 characters. */
const ID = /^[a-z0-9-]{1,16}$/
const ID_LIMIT = "1 to 16 lower-case letters, digits and hyphens"

const isArray = (c: CatheterSpec): boolean => c.kind === KIND_ARRAY
const isRotor = (c: CatheterSpec): boolean => c.kind === KIND_ROTATIONAL
const NO_ROTOR = "0 for a catheter that does not rotate"
const slopeTop = (c: CatheterSpec): number =>
    Math.floor((SLOPE_CDB_PER_MM_MHZ * c.centre_frequency_khz) / 1000)

/** What is allowed for a field that breaks a rule between fields; the rules are in src/shared/acquisition/catheter-limits.ts. */
const BESIDE: Partial<Record<keyof CatheterSpec, (c: CatheterSpec) => string>> = {
    elements: c => (isArray(c) ? "2 to 256 for an array" : "1 for a catheter that is not an array"),
    front_end: c =>
        c.kind === KIND_SINGLE
            ? `${FRONT_END_UN0RICK} (un0rick) for a single element`
            : "1 (line engine) for arrays and rotational catheters",
    pair_span: c =>
        `0 to ${isArray(c) ? c.elements : 0}, at most the elements of an array, 0 for other catheters`,
    pair_lead: c => `0 to ${Math.max(0, c.pair_span - 1)}, below pair_span`,
    firings_per_frame: c =>
        c.pair_span > 0
            ? `${c.elements * c.pair_span}, elements times pair_span`
            : `${c.lines_per_frame}, one firing per A-line`,
    depth_um: c => `up to depth_max_um, ${c.depth_max_um} um`,
    ring_down_um: c =>
        `below ${c.depth_um - c.catheter_radius_um} um, depth_um minus catheter_radius_um`,
    tgc_slope_cdb_per_mm: c =>
        `up to ${slopeTop(c)} cdB/mm at ${c.centre_frequency_khz} kHz, the two-way attenuation of tissue`,
    pulse_cycles: c => `up to burst_max_cycles, ${c.burst_max_cycles}`,
    rpm_min: c => (isRotor(c) ? "above 0 for a rotational catheter" : NO_ROTOR),
    rpm_max: c => (isRotor(c) ? `from rpm_min, ${c.rpm_min}` : NO_ROTOR),
    rotor_direction: c =>
        isRotor(c)
            ? "clockwise or counter-clockwise for a rotational catheter"
            : "none for a catheter that does not rotate",
}

/** Describes the field of a spec with an index into CATHETER that the cart reports as invalid. */
export function fieldAt(index: number, spec: CatheterSpec): InvalidField {
    const name = nameOf(fieldsOf(CATHETER)[index] ?? "catheter:s16")
    const field = (name === "rotor_sign" ? "rotor_direction" : name) as keyof CatheterSpec
    const interval = CATHETER_INTERVALS[field as NumberField]
    const limit =
        (invalidField(catheterFrom(spec)) === index && BESIDE[field]?.(spec)) ||
        (interval ? intervalText(interval) : "another value")
    return { field, value: spec[field], limit }
}

const choiceSchema = (choices: readonly string[]) => v.picklist(choices, choices.join(", "))

const SPEC_SCHEMA = v.strictObject(
    {
        id: v.pipe(v.string(ID_LIMIT), v.regex(ID, ID_LIMIT)),
        ...mapValues(CATHETER_INTERVALS, integerSchema),
        ...mapValues(CATHETER_CHOICES, choiceSchema),
        tgc_points: v.optional(v.unknown()),
    },
    issue => limitOfKey(issue.path?.at(-1)?.key)
)

function mapValues<K extends string, T, U>(record: Readonly<Record<K, T>>, map: (value: T) => U) {
    const entries = Object.entries<T>(record).map(([key, value]) => [key, map(value)])
    return Object.fromEntries(entries) as Record<K, U>
}

/** What is allowed for a key that is missing or unknown, or for the whole value where there is no key. */
function limitOfKey(key: unknown): string {
    if (key === undefined) return "an object"
    if (key === "id") return ID_LIMIT
    const interval = CATHETER_INTERVALS[key as NumberField] as Interval | undefined
    if (interval) return wholeNumbersText(interval)
    const choices = CATHETER_CHOICES[key as keyof typeof CATHETER_CHOICES] as
        readonly string[] | undefined
    return choices ? choices.join(", ") : "no field of this name"
}

/**
 * Validates the content of a catheter file: types, names and intervals by the schema, then the TGC points, then the rules between
 * fields, which the cart applies too.
 * @returns the first invalid field, or undefined
 */
export function checkCatheter(candidate: unknown): InvalidField | undefined {
    // valibot takes an array for an object.
    if (Array.isArray(candidate)) return { field: "catheter", value: candidate, limit: "an object" }
    const wrong = firstInvalidField(SPEC_SCHEMA, candidate, "catheter")
    if (wrong) return wrong
    const spec = candidate as CatheterSpec
    if (spec.tgc_points !== undefined) {
        const point = checkTgcPoints(spec.tgc_points, tgcTopCdb(spec))
        if (point) return { ...point, field: `tgc_points: ${point.field}` }
    }
    const index = invalidField(catheterFrom(spec))
    return index < 0 ? undefined : fieldAt(index, spec)
}
