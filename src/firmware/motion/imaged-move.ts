// Responsible for: what imaging has to know of the move that is imaged, whatever its kind.
// Not for: any kind of move (pullback.ts, stepping.ts).

import { MovePlan } from "../../shared/motion/move-terms"

export interface ImagedMove {
    plan: MovePlan | undefined
    /** Whether lines that fire now may be flagged: at the speed asked for, or standing at a stop. */
    vouched: boolean
    /** Speed over the window so far against the set-point, in ppm; 0 where nothing moves while it is imaged. */
    speed_error_ppm: number
    /** GOOD, or the event that ended the move early. */
    outcome: number

    start(plan: MovePlan, now_ms: number): Promise<void>

    /**
     * Goes on; the chip has just been polled.
     * @param tick_us line clock, and `position_nm` measured at the same moment by the front end
     * @returns whether the move has ended
     */
    step(now_ms: number, tick_us: number, position_nm: number): Promise<boolean>
}
