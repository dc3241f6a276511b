// Responsible for: the fuzz targets by name, and how many of a run's cases each gets.
// Not for: what a case is.

import type * as fc from "fast-check"
import { anyMessages } from "./any-messages"
import { boardInVm } from "./board-in-vm"
import { boardJudging } from "./board-judging"
import { cleanStreams, cutStreams, noise, plainStreams } from "./plain-streams"
import { sealedStreams } from "./sealed-streams"

export type Property = fc.IProperty<unknown> | fc.IAsyncProperty<unknown>

export interface Target {
    readonly name: string
    readonly what: string
    /** Of a run's cases. */
    readonly share: number
    readonly make: () => Property
}

/** A case in the VM takes a hundred times as long as one in Node, or more. */
const VM_SHARE = 0.002

export const TARGETS: readonly Target[] = [
    {
        name: "board-in-vm",
        what: "the firmware, a host's bytes damaged",
        share: VM_SHARE,
        make: boardInVm,
    },
    {
        name: "board-judging",
        what: "what the board judges with, a host's bytes damaged",
        share: 0.2,
        make: boardJudging,
    },
    {
        name: "sealed-streams",
        what: "the host's parser with tags, a board's bytes damaged and forged",
        share: 0.2,
        make: sealedStreams,
    },
    {
        name: "any-messages",
        what: "the host's receiver, right bursts of any content",
        share: 0.1,
        make: anyMessages,
    },
    {
        name: "cut-streams",
        what: "the host's parser, in pieces of any length",
        share: 0.02,
        make: cutStreams,
    },
    {
        name: "clean-streams",
        what: "the host's parser, what was lost is named",
        share: 0.02,
        make: cleanStreams,
    },
    { name: "noise", what: "the host's parser, bytes of nobody", share: 0.02, make: noise },
    // The rest.
    {
        name: "plain-streams",
        what: "the host's parser, a board's bytes damaged",
        share: 0.44 - VM_SHARE,
        make: () => plainStreams(),
    },
]

/** Cases of each target; together exactly `cases`. */
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
