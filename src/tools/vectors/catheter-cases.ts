// Responsible for: the vectors of a catheter's data: right ones, and each field wrong by itself and beside the others.
// Not for: the sentences about them (src/host/sequence/catheter-schema.ts).

import { fieldsOf, type Message, nameOf } from "../../shared/protocol/bytes"
import { catheterLimits, invalidField } from "../../shared/acquisition/catheter-limits"
import { allCatheters } from "../../shared/acquisition/catheter-list"
import { CATHETER } from "../../shared/acquisition/catheters"
import { payloadLength, writePayload } from "../../shared/protocol/messages"
import { hex } from "./byte-cases"
import type { Vectors } from "./vectors"

type Data = Message<typeof CATHETER>

/** Under ids that no cart knows. */
export const known = (): Data[] =>
    allCatheters().map(c => ({ ...(c as Data), id: `mine-${c.kind}` }))

/** Of a field that may be 0 only the upper end can be left, since nothing on the link is below it. */
function beyond(base: Data): Partial<Data>[] {
    const limits = catheterLimits()
    return fieldsOf(CATHETER)
        .slice(1)
        .flatMap((field, i) => {
            const [min, max] = [limits[2 * i]!, limits[2 * i + 1]!]
            const values = min === 0 ? [max + 1] : [min - 1, max + 1]
            return values.map(value => ({ ...base, [nameOf(field)]: value }))
        })
}

/** Fields that are wrong only beside others: of an array that chooses its pairs, one with a table of them, a rotor, a single element. */
const BESIDE: readonly Partial<Data>[][] = [
    [
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
    [{ pair_lead: 14 }, { firings_per_frame: 895 }, { elements: 63 }],
    [
        { elements: 2 },
        { pair_span: 1 },
        { lines_per_frame: 512 },
        { rpm_min: 0 },
        { rpm_max: 599 },
        { rotor_sign: 0 },
    ],
    [],
    [],
    [{ front_end: 1 }, { elements: 2 }],
]

export function catheters(): Vectors["catheters"] {
    const bases = known()
    const all = [
        ...bases,
        ...["", "Mine", "a b", "mine_1"].map(id => ({ ...bases[0]!, id })),
        ...beyond(bases[0]!),
        ...bases.flatMap((base, i) => BESIDE[i]!.map(change => ({ ...base, ...change }))),
    ] as Data[]
    return all.map(data => {
        const bytes = new Uint8Array(payloadLength(CATHETER))
        writePayload(bytes, 0, CATHETER, data)
        return { hex: hex(bytes), wrong: invalidField(data) }
    })
}
