// Lists of transmit/receive pairs: the named ones, and those read from a file.

import * as v from "valibot"
import type { Catheter } from "../../shared/acquisition/catheters"
import { TABLE_ENTRIES } from "../../shared/devices/line-engine"
import { firstInvalidField, integerSchema, type InvalidField, invalidFieldText } from "./check"
import { parseJson } from "../json-text"

/** Transmit and receive element. */
export type Pair = readonly [tx: number, rx: number]

/** Receivers per transmitter, and the number of them before it. */
interface Span {
    readonly span: (elements: number) => number
    readonly lead: number
}

/**
 * Synthetic aperture with one transmitter and one receiver at a time. A pair and its reverse receive the same echo
 * (reciprocity), so 14 receivers starting at the transmitter replace the 27 around it.
 */
export const NAMED_PAIRS: Readonly<Record<string, Span>> = {
    "reciprocal-14": { span: () => 14, lead: 0 },
    "both-27": { span: () => 27, lead: 13 },
    full: { span: elements => elements, lead: 0 },
}

/** Returns the catheter with the named pairs in its front end's table. */
export function withNamedPairs<C extends Catheter>(catheter: C, name: string): C {
    const { span, lead } = NAMED_PAIRS[name]!
    const pair_span = span(catheter.elements)
    return {
        ...catheter,
        pair_span,
        pair_lead: lead,
        firings_per_frame: catheter.elements * pair_span,
    }
}

/** Encodes pairs as the link and the front end's table hold them: tx and rx of one pair after the other. */
export function pairBytes(pairs: readonly Pair[]): Uint8Array {
    return Uint8Array.from(pairs.flat())
}

/** The content of a file is not a pair list; the message says what is wrong and what to write. */
export class PairListError extends Error {}

const PAIR_LIMIT = "two numbers, [tx, rx]"
const LIST_LIMIT = "[[tx, rx], …] with at least one pair"

const isPair = (pair: unknown): pair is Pair =>
    Array.isArray(pair) && pair.length === 2 && pair.every(n => typeof n === "number")

const PAIRS_SCHEMA = v.pipe(
    v.array(v.custom<Pair>(isPair, PAIR_LIMIT), LIST_LIMIT),
    v.minLength(1, LIST_LIMIT)
)

/**
 * Reads `[[tx, rx], …]`; the range of the numbers is checked by {@link checkPairList}.
 * @throws PairListError when the text is not such a list
 */
export function parsePairs(json: string): Pair[] {
    let list: unknown
    try {
        list = parseJson(json)
    } catch (error) {
        throw new PairListError(
            `it is not valid JSON (${(error as Error).message}); write ${LIST_LIMIT}.`
        )
    }
    const wrong = firstInvalidField(PAIRS_SCHEMA, list, "pairs")
    if (wrong) throw new PairListError(`${invalidFieldText(wrong)}.`)
    return list as Pair[]
}

/**
 * Checks a pair list for an array with this number of elements: length, range, and no pair twice.
 * @returns the first invalid field, or undefined
 */
export function checkPairList(pairs: readonly Pair[], elements: number): InvalidField | undefined {
    if (pairs.length < 1 || pairs.length > TABLE_ENTRIES)
        return {
            field: "pairs",
            value: `${pairs.length} pairs`,
            limit: `1 to ${TABLE_ENTRIES}, the size of the front end's table`,
        }
    const element = integerSchema({ min: 0, max: elements - 1, unit: "" })
    const wrong = firstInvalidField(v.array(v.tuple([element, element])), pairs, "pairs")
    if (wrong) return wrong
    const indices = new Map<number, number>()
    for (const [i, [tx, rx]] of pairs.entries()) {
        const earlier = indices.get(tx * elements + rx)
        if (earlier !== undefined)
            return {
                field: `pairs[${i}]`,
                value: [tx, rx],
                limit: `each pair once; pairs[${earlier}] is the same`,
            }
        indices.set(tx * elements + rx, i)
    }
    return undefined
}

/** Returns one more than the largest distance of a pair around the circumference, in elements: 14 for at most 13 elements. */
export function reachOf(pairs: readonly Pair[], elements: number): number {
    let furthest = 0
    for (const [tx, rx] of pairs) {
        const apart = Math.abs(tx - rx)
        furthest = Math.max(furthest, Math.min(apart, elements - apart))
    }
    return furthest + 1
}
