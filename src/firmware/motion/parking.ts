// Brings the sled to its parking position, where it waits for a pullback.

import { PARK_NM } from "../../shared/motion/ramp"
import { hasArrived, holdSled, moveTo, traverseLimit } from "./sled"

/** The last stretch is driven in the direction of the pullback, which closes the backlash. */
const APPROACH_NM = 300000
const APPROACH_NM_S = 1000000

const AWAY = 0
const APPROACH = 1
const PARKED = 2

let phase = PARKED

export async function startParking(): Promise<void> {
    phase = AWAY
    await moveTo(PARK_NM - APPROACH_NM, traverseLimit())
}

/** Called by every loop after the poll. @returns whether the sled is parked and held */
export async function stepParking(): Promise<boolean> {
    if (phase !== PARKED && hasArrived()) {
        if (phase === AWAY) {
            phase = APPROACH
            await moveTo(PARK_NM, APPROACH_NM_S)
        } else {
            phase = PARKED
            await holdSled()
        }
    }
    return phase === PARKED
}
