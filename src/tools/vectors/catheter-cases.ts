// Vectors of a catheter's data: valid ones, each field out of its interval, and each rule between fields broken.

import { fieldsOf, type Message, nameOf } from "../../shared/protocol/bytes"
import { catheterLimits, invalidField } from "../../shared/acquisition/catheter-limits"
import { allCatheters } from "../../shared/acquisition/catheter-list"
import { CATHETER, type Catheter } from "../../shared/acquisition/catheters"
import { payloadLength, writePayload } from "../../shared/protocol/messages"
import { hex } from "./byte-cases"
import type { Vectors } from "./vectors"

type Data = Message<typeof CATHETER>

/** A copy of a built-in catheter under an id that is not built in. */
const underOwnId = (catheter: Catheter): Data => ({
    ...(catheter as Data),
    id: `mine-${catheter.kind}`,
})

/** Each field below and above its interval; a field with minimum 0 only above, as the link has no negative values for it. */
function outOfRange(base: Data): Partial<Data>[] {
    const limits = catheterLimits()
    return fieldsOf(CATHETER)
        .slice(1)
        .flatMap((field, i) => {
            const [min, max] = [limits[2 * i]!, limits[2 * i + 1]!]
            const values = min === 0 ? [max + 1] : [min - 1, max + 1]
            return values.map(value => ({ ...base, [nameOf(field)]: value }))
        })
}

/** Changes that break a rule between fields, for some of the built-in catheters. */
const BROKEN_RULES: Partial<Readonly<Record<string, readonly Partial<Data>[]>>> = {
    "array-20mhz": [
        { elements: 1 },
        { front_end: 2 },
        { pair_span: 65 },
        { pair_lead: 1 },
        { depth_um: 12001 },
        { ring_down_um: 2000, depth_um: 2300 },
        { tgc_slope_cdb_per_mm: 261 },
        { pulse_cycles: 5 },
        { rpm_min: 1 },
        { rpm_max: 1 },
        { rotor_sign: 1 },
    ],
    "array-10mhz": [{ pair_lead: 14 }, { firings_per_frame: 895 }, { elements: 63 }],
    "rotational-40mhz": [
        { elements: 2 },
        { pair_span: 1 },
        { lines_per_frame: 512 },
        { rpm_min: 0 },
        { rpm_max: 599 },
        { rotor_sign: 0 },
    ],
    "single-un0rick": [{ front_end: 1 }, { elements: 2 }],
}

export function catheters(): Vectors["catheters"] {
    const builtIn = allCatheters()
    const first = underOwnId(builtIn[0]!)
    const all = [
        ...builtIn.map(underOwnId),
        ...["", "Mine", "a b", "mine_1"].map(id => ({ ...first, id })),
        ...outOfRange(first),
        ...builtIn.flatMap(catheter =>
            (BROKEN_RULES[catheter.id] ?? []).map(change => ({
                ...underOwnId(catheter),
                ...change,
            }))
        ),
    ] as Data[]
    return all.map(data => {
        const bytes = new Uint8Array(payloadLength(CATHETER))
        writePayload(bytes, 0, CATHETER, data)
        return { hex: hex(bytes), wrong: invalidField(data) }
    })
}
