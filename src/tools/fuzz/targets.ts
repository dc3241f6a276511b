// The fuzz targets and the share of cases that each gets.

import type * as fc from "fast-check"
import { anyMessages } from "./any-messages"
import { boardInVm } from "./board-in-vm"
import { boardValidation } from "./board-validation"
import { cleanStreams, cutStreams, noise, plainStreams } from "./plain-streams"
import { sealedStreams } from "./sealed-streams"

export type Property = fc.IProperty<unknown> | fc.IAsyncProperty<unknown>

export interface Target {
    readonly name: string
    readonly what: string
    /** Fraction of all cases. */
    readonly share: number
    readonly make: () => Property
}

/** A case in the VM takes at least a hundred times as long as one in Node. */
const VM_SHARE = 0.002

export const TARGETS: readonly Target[] = [
    {
        name: "board-in-vm",
        what: "the firmware, damaged bytes of a host",
        share: VM_SHARE,
        make: boardInVm,
    },
    {
        name: "board-validation",
        what: "the board's validation functions, damaged bytes of a host",
        share: 0.2,
        make: boardValidation,
    },
    {
        name: "sealed-streams",
        what: "the host's parser with tags, damaged and forged bytes of a board",
        share: 0.2,
        make: sealedStreams,
    },
    {
        name: "any-messages",
        what: "the host's receiver, valid bursts with any content",
        share: 0.1,
        make: anyMessages,
    },
    {
        name: "cut-streams",
        what: "the host's parser, chunks of any length",
        share: 0.02,
        make: cutStreams,
    },
    {
        name: "clean-streams",
        what: "the host's parser, losses are counted",
        share: 0.02,
        make: cleanStreams,
    },
    { name: "noise", what: "the host's parser, random bytes", share: 0.02, make: noise },
    // The remaining share.
    {
        name: "plain-streams",
        what: "the host's parser, damaged bytes of a board",
        share: 0.44 - VM_SHARE,
        make: () => plainStreams(),
    },
]

/** Cases per target; the sum is exactly `cases`. */
export function casesOf(cases: number): Map<Target, number> {
    const counts = new Map<Target, number>()
    let left = cases
    for (const target of TARGETS.slice(0, -1)) {
        const count = Math.min(left, Math.ceil(cases * target.share))
        counts.set(target, count)
        left -= count
    }
    return counts.set(TARGETS.at(-1)!, left)
}
