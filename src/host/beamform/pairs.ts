// Lists of transmit/receive pairs of one frame of channel data, and their check.

import { BeamformError } from "./settings"

/** Transmit and receive element. Record i of a frame is entry i of the list. */
export type Pair = readonly [tx: number, rx: number]

/**
 * Each element with itself and the `reach - 1` elements after it. By reciprocity the echo of (a, b) equals that of
 * (b, a), so these are all pairs of an aperture of `reach` elements. 64 elements, reach 14: 896 pairs.
 */
export function reciprocalPairs(elements: number, reach: number): Pair[] {
    return pairsOf(elements, 0, reach)
}

/** As {@link reciprocalPairs}, in both directions. 64 elements, reach 14: 64 * 27 = 1728 pairs. */
export function bothWaysPairs(elements: number, reach: number): Pair[] {
    return pairsOf(elements, 1 - reach, reach)
}

/** Each element with each element (full matrix capture). */
export function fullMatrix(elements: number): Pair[] {
    return pairsOf(elements, 0, elements)
}

function pairsOf(elements: number, from: number, to: number): Pair[] {
    const pairs: Pair[] = []
    for (let tx = 0; tx < elements; tx++)
        for (let offset = from; offset < to; offset++)
            pairs.push([tx, (tx + offset + elements) % elements])
    return pairs
}

/**
 * Checks that a list is not empty, has valid elements and no pair twice.
 * @throws BeamformError
 */
export function checkPairs(pairs: readonly Pair[], elements: number): void {
    if (pairs.length === 0)
        throw new BeamformError("The pair list is empty; it needs at least one pair.")
    const seen = new Set<number>()
    for (const [tx, rx] of pairs) {
        for (const element of [tx, rx])
            if (!Number.isInteger(element) || element < 0 || element >= elements)
                throw new BeamformError(
                    `The pair list has element ${element}; elements are 0 to ${elements - 1}.`
                )
        if (seen.has(tx * elements + rx))
            throw new BeamformError(
                `The pair list has ${tx}-${rx} twice; each pair is allowed once.`
            )
        seen.add(tx * elements + rx)
    }
}
