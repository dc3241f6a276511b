// Responsible for: the sled that the requirement names, which the rig pulls with; its seeds.
// Not for: what its options mean (boards/virtual/sled).

import type { SledRigOptions } from "../../boards/virtual/sled/types"

/** 2 N that vary by 30 % at each break-away, a fifth less once it slides; 5 um of play; 10 um of screw error. */
const REQUIRED = {
    stictionN: 2,
    stictionVariation: 0.3,
    slidingFraction: 0.8,
    backlashUm: 5,
    screwErrorUmPp: 10,
} as const
const NOMINAL_HZ = 12e6
/** Of the nominal clock, seed by seed: 3 % is the requirement's, 5 % the most that a calibration accepts. */
const CLOCKS = [1.03, 0.97, 0.95, 1.05]

const clockOf = (seed: number): number => CLOCKS[(seed - 1) % CLOCKS.length]!

/** Each seed has a screw of its own phase, its own break-aways, and one of the clocks. */
export function requiredSled(seed: number): Omit<SledRigOptions, "seed"> {
    return {
        fclkHz: NOMINAL_HZ * clockOf(seed),
        sled: REQUIRED,
    }
}

/** What a report says about it. */
export function requiredSledText(seed: number): string {
    const r = REQUIRED
    const clock = Math.round(100 * (clockOf(seed) - 1))
    return `sled with ${r.stictionN} N of friction ± ${100 * r.stictionVariation} % (${r.slidingFraction} of it sliding), ${r.backlashUm} um of play, ${r.screwErrorUmPp} um of screw error; motor clock ${clock > 0 ? "+" : ""}${clock} % before its calibration`
}
