// Responsible for: a catheter's data sheet: what the cart plans with and what only a person or a host needs.
// Not for: which values are allowed (catheter-schema.ts).

import { fieldsOf, type Message, nameOf } from "../../shared/protocol/bytes"
import { CATHETER, catheterOf, type Catheter } from "../../shared/acquisition/catheters"
import { tgcOf } from "../../shared/acquisition/tgc"
import { tgcCurve, type TgcPoint } from "./tgc"

/** Names and units as on the wire, so that a spec is one flat record, also as JSON. */
export interface CatheterSpec extends Omit<Catheter, "rotor_sign" | "tgc_cdb"> {
    vessels: "coronary" | "peripheral" | "bench"
    /** Between the points at -6 dB, of the centre frequency. */
    bandwidth_percent: number
    /** Seen from the hub; "none" if nothing turns. */
    rotor_direction: "clockwise" | "counter-clockwise" | "none"
    /** Highest temperature of the tip's surface, in thousandths of a degree Celsius. */
    surface_max_mdegc: number
    /** The frame rate that it is meant for. */
    frame_rate_mhz: number
    /** Time gain in place of start and slope: depth in mm, gain in dB. */
    tgc_points?: readonly TgcPoint[]
}

/** What the front end is given as time gain: the points of the spec, else its straight line. */
export function tgcOfSpec(spec: CatheterSpec): number[] {
    return spec.tgc_points ? tgcCurve(spec.tgc_points, spec) : tgcOf(spec)
}

type OnlyHere = Omit<CatheterSpec, keyof Catheter>

/** IEC 60601-2-37, 201.11.1.3.1: no more than 43 °C where a transducer touches a patient. */
const SURFACE_MAX_MDEGC = 43000

/**
 * 30 frames/s of the arrays: service manual of the s5i. Vessels: the field's use of such frequencies.
 * **Assumptions**: bandwidths (composite arrays 50 to 60 %, single elements 40 to 50 %), directions
 * (a drive shaft is wound so that its turn tightens it; ours tighten clockwise).
 */
const SPECS: Readonly<Record<string, OnlyHere>> = {
    "array-20mhz": spec("coronary", 55, "none", 30000),
    "array-10mhz": spec("peripheral", 55, "none", 30000),
    "rotational-40mhz": spec("coronary", 45, "clockwise", 30000),
    "rotational-60mhz": spec("coronary", 45, "clockwise", 60000),
    "rotational-15mhz": spec("peripheral", 40, "clockwise", 30000),
    "single-un0rick": spec("bench", 50, "none", 5000),
}

function spec(
    vessels: CatheterSpec["vessels"],
    bandwidth_percent: number,
    rotor_direction: CatheterSpec["rotor_direction"],
    frame_rate_mhz: number
): OnlyHere {
    return {
        vessels,
        bandwidth_percent,
        rotor_direction,
        surface_max_mdegc: SURFACE_MAX_MDEGC,
        frame_rate_mhz,
    }
}

/** The spec of this id, made anew; undefined for an id that is not known. */
export function specOf(id: string): CatheterSpec | undefined {
    const [catheter, more] = [catheterOf(id), SPECS[id]]
    if (!catheter || !more) return undefined
    const record: CatheterSpec & Catheter = { ...catheter, ...more }
    // A spec names the direction in a word.
    delete record.rotor_sign
    return record
}

const SIGNS = { clockwise: 1, "counter-clockwise": -1, none: 0 } as const

/** What the cart plans with, made anew. */
export function catheterFrom(spec: CatheterSpec): Message<typeof CATHETER> {
    const all = { ...spec, rotor_sign: SIGNS[spec.rotor_direction] }
    const fields = fieldsOf(CATHETER).map(nameOf) as (keyof typeof all)[]
    return Object.fromEntries(fields.map(field => [field, all[field]])) as unknown as Message<
        typeof CATHETER
    >
}

/** The catheter of this id, made anew: that of the spec, or one that is known. */
export function catheterNamed(id: string, spec: CatheterSpec | undefined): Catheter | undefined {
    return spec?.id === id ? catheterFrom(spec) : catheterOf(id)
}
