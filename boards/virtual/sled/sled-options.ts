// Defaults and allowed ranges of the mechanical options (types.ts) used by sled.ts.
import { type SledOptions, SledError } from "./types"

/**
 * Defaults: a small 200-step motor on a 1 mm ball screw, current-limited to protect the catheter. Stiffness and
 * sliding friction determine whether stick-slip occurs; README.md explains their values.
 */
export const SLED_DEFAULTS: Omit<SledOptions, "startPositionMm"> = {
    leadMm: 1,
    screwErrorUmPp: 10,
    screwLinearUmPerM: 0,
    backlashUm: 5,
    sledMassKg: 0.4,
    rotorMassKg: 2,
    stictionN: 0.5,
    slidingFraction: 0.7,
    stictionVariation: 0,
    rotorFrictionN: 0.3,
    viscousNsPerM: 10,
    stiffnessNPerUm: 2,
    motorForceN: 40,
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
        viscousNsPerM: [0, 500],
        stiffnessNPerUm: [0.001, 2],
        motorForceN: [0.1, 60],
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
