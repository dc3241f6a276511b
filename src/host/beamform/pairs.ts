// Responsible for: lists of transmit/receive pairs of one frame of element data.
// Not for: firing them (the line engine's table) or summing them (delay-and-sum.ts).

import { BeamformError } from "./settings"

/** Transmit element, receive element; record `index` of a frame is entry `index` of the list. */
export type Pair = readonly [tx: number, rx: number]

/**
 * Each element with itself and the `reach - 1` elements after it: by reciprocity the echo of (a, b) is that of
 * (b, a), so this is all that an aperture of `reach` neighbours can hear. 64 elements, reach 14: 896 pairs.
 */
export function reciprocalPairs(elements: number, reach: number): Pair[] {
    return pairsOf(elements, 0, reach)
}

/** As {@link reciprocalPairs} in both directions: 64 elements, reach 14: 64 * 27 = 1728 pairs. */
export function bothWaysPairs(elements: number, reach: number): Pair[] {
    return pairsOf(elements, 1 - reach, reach)
}

/** Every element with every element. */
export function fullMatrix(elements: number): Pair[] {
    return pairsOf(elements, 0, elements)
}

function pairsOf(elements: number, from: number, to: number): Pair[] {
    const pairs: Pair[] = []
    for (let tx = 0; tx < elements; tx++)
        for (let away = from; away < to; away++) pairs.push([tx, (tx + away + elements) % elements])
    return pairs
}

/**
 * Refuses a list that names an element that is not there, or a pair twice.
 * @throws BeamformError
 */
export function checkPairs(pairs: readonly Pair[], elements: number): void {
    if (pairs.length === 0)
        throw new BeamformError("The pair list is empty; at least one pair is needed.")
    const seen = new Set<number>()
    for (const [tx, rx] of pairs) {
        for (const element of [tx, rx])
            if (!Number.isInteger(element) || element < 0 || element >= elements)
                throw new BeamformError(
                    `The pair list names element ${element}; 0 to ${elements - 1} are there.`
                )
        if (seen.has(tx * elements + rx))
            throw new BeamformError(
                `The pair list names ${tx}-${rx} twice; each pair is allowed once.`
            )
        seen.add(tx * elements + rx)
    }
}
