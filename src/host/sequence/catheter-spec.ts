// A catheter's spec: the data that the cart uses, and the data that only the host or a user needs.

import { fieldsOf, type Message, nameOf } from "../../shared/protocol/bytes"
import { hostColumnsOf, type Vessels } from "../../shared/acquisition/catheter-list"
import { CATHETER, catheterOf, type Catheter } from "../../shared/acquisition/catheters"
import { tgcOf } from "../../shared/acquisition/tgc"
import { tgcCurve, type TgcPoint } from "./tgc"

/** One flat record, also as JSON; names and units are those of the link. Allowed values: catheter-schema.ts. */
export interface CatheterSpec extends Omit<Catheter, "rotor_sign" | "tgc_cdb"> {
    vessels: Vessels
    /** Between the -6 dB points, in percent of the centre frequency. */
    bandwidth_percent: number
    /** Seen from the hub; "none" if the catheter does not rotate. */
    rotor_direction: "clockwise" | "counter-clockwise" | "none"
    /** Maximum surface temperature of the tip, in 0.001 degC. */
    surface_max_mdegc: number
    /** Standard frame rate, in 0.001 Hz. */
    frame_rate_mhz: number
    /** TGC curve that replaces start and slope: depth in mm, gain in dB. */
    tgc_points?: readonly TgcPoint[]
}

/** Returns the TGC of a spec as 32 gains in 0.01 dB: from its points, or from start and slope. */
export function tgcOfSpec(spec: CatheterSpec): number[] {
    return spec.tgc_points ? tgcCurve(spec.tgc_points, spec) : tgcOf(spec)
}

/** IEC 60601-2-37, 201.11.1.3.1: at most 43 degC where a transducer touches a patient. */
const SURFACE_MAX_MDEGC = 43000

/** Link value of each direction. */
const SIGNS = { clockwise: 1, "counter-clockwise": -1, none: 0 } as const

function directionOf(sign: number | undefined): CatheterSpec["rotor_direction"] {
    if (!sign) return "none"
    return sign > 0 ? "clockwise" : "counter-clockwise"
}

/** Returns a new copy of the spec of a built-in catheter, or undefined for any other id. */
export function specOf(id: string): CatheterSpec | undefined {
    const [catheter, columns] = [catheterOf(id), hostColumnsOf(id)]
    if (!catheter || !columns) return undefined
    const { rotor_sign, ...fields } = catheter
    const { vessels, bandwidth_percent, frame_rate_mhz } = columns
    return {
        ...fields,
        vessels,
        bandwidth_percent,
        rotor_direction: directionOf(rotor_sign),
        surface_max_mdegc: SURFACE_MAX_MDEGC,
        frame_rate_mhz,
    }
}

/** Returns the fields of a spec that the cart uses. */
export function catheterFrom(spec: CatheterSpec): Message<typeof CATHETER> {
    const all = { ...spec, rotor_sign: SIGNS[spec.rotor_direction] }
    const fields = fieldsOf(CATHETER).map(nameOf) as (keyof typeof all)[]
    return Object.fromEntries(fields.map(field => [field, all[field]])) as unknown as Message<
        typeof CATHETER
    >
}

/** Returns a new copy of the catheter with this id: the spec's, or a built-in one. */
export function catheterNamed(id: string, spec: CatheterSpec | undefined): Catheter | undefined {
    return spec?.id === id ? catheterFrom(spec) : catheterOf(id)
}
