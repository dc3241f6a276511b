// The sled of the timing requirement, with its seeds.

import type { SledRigOptions } from "../../../boards/virtual/sled/types"

/**
 * 2 N ± 30 % at each break-away, a fifth less while sliding; 5 um backlash; 10 um lead-screw
 * error.
 */
const REQUIRED = {
    stictionN: 2,
    stictionVariation: 0.3,
    slidingFraction: 0.8,
    backlashUm: 5,
    screwErrorUmPp: 10,
} as const
const NOMINAL_HZ = 12e6
/**
 * Clock deviation from nominal, by seed: 3 % is required, 5 % is the largest that a calibration
 * accepts.
 */
const CLOCKS = [1.03, 0.97, 0.95, 1.05]

const clockOf = (seed: number): number => CLOCKS[(seed - 1) % CLOCKS.length]!

/** Each seed has its own screw phase, its own break-aways and one of the clocks. */
export function requiredSled(seed: number): Omit<SledRigOptions, "seed"> {
    return {
        fclkHz: NOMINAL_HZ * clockOf(seed),
        sled: REQUIRED,
    }
}

/** Description for a report. */
export function requiredSledText(seed: number): string {
    const r = REQUIRED
    const clock = Math.round(100 * (clockOf(seed) - 1))
    return `sled with ${r.stictionN} N of friction ± ${100 * r.stictionVariation} % (${r.slidingFraction} of it sliding), ${r.backlashUm} um backlash, ${r.screwErrorUmPp} um lead-screw error; motor clock ${clock > 0 ? "+" : ""}${clock} % before calibration`
}
