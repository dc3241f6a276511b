// State of the move that is imaged, of either kind: written by pullback.ts and stepping.ts, read by the cart.

import { GOOD } from "../../shared/codes"
import { MovePlan } from "../../shared/motion/move-terms"

export interface ImagedMove {
    plan: MovePlan | undefined
    /** Lines fired now may be flagged as imaged: the sled moves at the speed set point or is at rest at a stop. */
    lines_valid: boolean
    /** Mean speed over the window so far against the set point, in ppm; 0 for a stepped pullback. */
    speed_error_ppm: number
    /** GOOD, or the event that ended the move early. */
    outcome: number
}

export const imaged_move: ImagedMove = {
    plan: undefined,
    lines_valid: false,
    speed_error_ppm: 0,
    outcome: GOOD,
}

export function beginImagedMove(plan: MovePlan): void {
    imaged_move.plan = plan
    imaged_move.lines_valid = false
    imaged_move.speed_error_ppm = 0
    imaged_move.outcome = GOOD
}
