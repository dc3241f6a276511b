// One stroke of a calibration: a move at constant speed, from which the host measures the sled (src/host/calibration).

import { TRAVEL_START_NM } from "../../shared/motion/move-terms"
import { TRAVEL_END_NM } from "../../shared/motion/ramp"
import { motorNm, moveTo } from "./sled"

const STROKE_MAX_UM = 30000
/**
 * 13.3 um a loop: unlike a whole number of encoder counts or of full steps (5 um, with a period of 20 um), this spreads the samples
 * over the rounding of the encoder and the error of the microsteps, so that both average out.
 */
const STROKE_NM_S = 1330000

/**
 * Starts a stroke of this length, signed by direction.
 * @returns the nearest allowed length; if it is another one, nothing moves
 */
export async function startStroke(um: number): Promise<number> {
    const at_nm = motorNm()
    const least_um = Math.max(-STROKE_MAX_UM, Math.ceil((TRAVEL_START_NM - at_nm) / 1000))
    const most_um = Math.min(STROKE_MAX_UM, Math.floor((TRAVEL_END_NM - at_nm) / 1000))
    const allowed_um = Math.max(least_um, Math.min(most_um, um === 0 ? 1 : um))
    if (allowed_um === um) await moveTo(at_nm + 1000 * um, STROKE_NM_S)
    return allowed_um
}
