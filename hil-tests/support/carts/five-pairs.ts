// A custom pair list for tests.

import type { Pair } from "../../../src/host/sequence/pair-list"

/** 64 x 5 pairs: each element with itself and the next four. No built-in list is equal. */
export const FIVE_NEIGHBOURS: readonly Pair[] = Array.from({ length: 64 * 5 }, (_, i) => {
    const tx = Math.floor(i / 5)
    return [tx, (tx + (i % 5)) % 64] as const
})
