// The cases with which a removed safety behaviour is looked for: a part of the random ones or of the sweep each.

import type { Case, CaseDisturbance } from "./case"
import { drawCase } from "./draw"
import { sweepCases } from "./sweep"

export type CaseSet = "random" | "homing" | "lost writes" | "flipped flags" | "readings that write"

const SEED = 7
const RANDOM = 300
/** Of this many random cases, those that begin with homing. */
const DRAWN_FOR_HOMING = 1500
/** Of the lost writes in procedures with a stop, one in this many. */
const LOST_EVERY = 2
const RAMP_STAT = 0x35

type Bus = CaseDisturbance & { what: "bus" }

function stops({ steps }: Case): boolean {
    return steps.some(s => (s.do === "jog" && s.stops) || ("stopAfterMs" in s && s.stopAfterMs))
}

function drawn(count: number): Case[] {
    const cases = Array.from({ length: count }, (_, n) => drawCase(SEED, n))
    // Only the program for this front end is broken.
    return cases.filter(c => c.frontEnd === "line-engine")
}

/** All sets. */
export async function caseSets(): Promise<Record<CaseSet, Case[]>> {
    const sweep = await sweepCases()
    const where = (fits: (d: Bus, c: Case) => boolean): Case[] =>
        sweep.filter(c => fits(c.disturbance as Bus, c))
    return {
        random: drawn(RANDOM),
        homing: drawn(DRAWN_FOR_HOMING).filter(c => c.steps[0]?.do === "home"),
        "lost writes": where(
            (d, c) => d.device === "motor" && d.how.how === "lost" && stops(c)
        ).filter((_, i) => i % LOST_EVERY === 0),
        "flipped flags": where(d => d.replyOf === RAMP_STAT && d.how.how === "flipped"),
        "readings that write": where(d => d.readOf !== undefined),
    }
}
