// Responsible for: lists of transmit/receive pairs: the named ones, and any list that a file holds.
// Not for: whether their time fits (sequence-plan.ts).

import type { Catheter } from "../../shared/acquisition/catheters"
import { TABLE_ENTRIES } from "../../shared/devices/line-engine"
import { checkInterval, type InvalidField } from "./check"

/** Transmit and receive element. */
export type Pair = readonly [tx: number, rx: number]

/** Receivers a transmitter, and how many of them lie before it. */
interface Span {
    readonly span: (elements: number) => number
    readonly lead: number
}

/**
 * Synthetic aperture with one transmitter and one receiver at a time. Reciprocal: a pair and its reverse
 * hear the same, so 14 receivers from the transmitter on stand for the 27 around it.
 */
export const NAMED_PAIRS: Readonly<Record<string, Span>> = {
    "reciprocal-14": { span: () => 14, lead: 0 },
    "both-27": { span: () => 27, lead: 13 },
    full: { span: elements => elements, lead: 0 },
}

/** The catheter with its front end's table listing these pairs. */
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

/** As they go over the link and into a table: tx and rx of one pair after the other. */
export function pairBytes(pairs: readonly Pair[]): Uint8Array {
    return Uint8Array.from(pairs.flat())
}

/** The message is one sentence that says what a list of pairs has to be. */
export class PairListError extends Error {}

const isPair = (pair: unknown): pair is Pair =>
    Array.isArray(pair) && pair.length === 2 && pair.every(n => typeof n === "number")

/**
 * Reads `[[tx, rx], …]`.
 * @throws PairListError when it is no such list; its numbers are not judged
 */
export function parsePairs(json: string): Pair[] {
    let list: unknown
    try {
        list = JSON.parse(json)
    } catch (error) {
        throw new PairListError(`It is no JSON (${(error as Error).message}); write [[tx, rx], …].`)
    }
    if (!Array.isArray(list) || list.length === 0)
        throw new PairListError("It is no list of pairs; write [[tx, rx], …], one pair at least.")
    list.forEach((pair: unknown, i) => {
        if (!isPair(pair))
            throw new PairListError(
                `pairs[${i}] is ${JSON.stringify(pair)?.slice(0, 40)}; two numbers are allowed, [tx, rx].`
            )
    })
    return list as Pair[]
}

/**
 * What is wrong with a list of which each pair is a line of its own, on an array of so many elements; undefined if
 * nothing is.
 */
export function checkPairList(pairs: readonly Pair[], elements: number): InvalidField | undefined {
    if (pairs.length < 1 || pairs.length > TABLE_ENTRIES)
        return {
            field: "pairs",
            value: `${pairs.length} pairs`,
            limit: `1 to ${TABLE_ENTRIES}, which the front end's table holds`,
        }
    const places = new Map<number, number>()
    const whole = { min: 0, max: elements - 1, unit: "" }
    for (const [i, [tx, rx]] of pairs.entries()) {
        const wrong =
            checkInterval(`pairs[${i}][0]`, tx, whole) ?? checkInterval(`pairs[${i}][1]`, rx, whole)
        if (wrong) return wrong
        const known = places.get(tx * elements + rx)
        if (known !== undefined)
            return {
                field: `pairs[${i}]`,
                value: [tx, rx],
                limit: `each pair once; pairs[${known}] is the same`,
            }
        places.set(tx * elements + rx, i)
    }
    return undefined
}

/** Neighbours among which the pairs lie: 14 where none is further apart than 13 elements around the circle. */
export function reachOf(pairs: readonly Pair[], elements: number): number {
    let furthest = 0
    for (const [tx, rx] of pairs) {
        const apart = Math.abs(tx - rx)
        furthest = Math.max(furthest, Math.min(apart, elements - apart))
    }
    return furthest + 1
}
