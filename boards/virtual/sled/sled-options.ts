// Defaults and allowed ranges of the mechanical options (types.ts) used by sled.ts.
import * as parts from "./parts"
import { type SledOptions, SledError } from "./types"

/**
 * Defaults: the sled of the named parts in parts.ts. `slidingFraction`, `viscousNsPerM` and the end positions are assumed;
 * README.md explains what friction does.
 */
export const SLED_DEFAULTS: Omit<SledOptions, "startPositionMm"> = {
    leadMm: parts.LEAD_MM,
    screwErrorUmPp: parts.SCREW_ERROR_UM_PP,
    screwLinearUmPerM: 0,
    backlashUm: parts.BACKLASH_UM,
    sledMassKg: parts.MOVING_MASS_KG,
    rotorMassKg: parts.REFLECTED_MASS_KG,
    stictionN: parts.GUIDE_FRICTION_N,
    slidingFraction: 0.7,
    stictionVariation: 0,
    rotorFrictionN: parts.DRAG_FORCE_N,
    detentN: parts.DETENT_FORCE_N,
    viscousNsPerM: 10,
    stiffnessNPerUm: parts.STIFFNESS_N_PER_UM,
    motorForceN: parts.FULL_SCALE_FORCE_N,
    rightSwitchMm: 165,
    leftStopMm: -2,
    rightStopMm: 167,
    stepUs: 100,
}

/** Checks all options; throws with the allowed range. */
export function checkSledOptions(o: SledOptions): void {
    const ranges: Record<keyof SledOptions, [number, number]> = {
        startPositionMm: [o.leftStopMm, o.rightStopMm],
        leadMm: [0.5, 20],
        screwErrorUmPp: [0, 200],
        screwLinearUmPerM: [-5000, 5000],
        backlashUm: [0, 1000],
        sledMassKg: [0.05, 10],
        rotorMassKg: [0.5, 100],
        stictionN: [0, 50],
        slidingFraction: [0, 1],
        stictionVariation: [0, 1],
        rotorFrictionN: [0, 50],
        detentN: [0, 50],
        viscousNsPerM: [0, 500],
        stiffnessNPerUm: [0.001, 5],
        motorForceN: [0.1, 400],
        rightSwitchMm: [0.1, 1000],
        leftStopMm: [-1000, 0],
        rightStopMm: [0.1, 1000],
        stepUs: [10, 100],
    }
    for (const [name, [min, max]] of Object.entries(ranges) as [
        keyof SledOptions,
        [number, number],
    ][])
        if (!(o[name] >= min && o[name] <= max))
            throw new SledError(
                "bad-option",
                `Sled option ${name} must be from ${min} to ${max}, not ${o[name]}.`
            )
}
