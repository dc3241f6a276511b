// Responsible for: the sled moving for as long as somebody holds a button, and no longer.
// Not for: when that is allowed (../cart).

import { planMove } from "../../shared/motion/move-plan"
import { MovePlanResult, MOVE_JOG, MoveLimits } from "../../shared/motion/move-terms"
import { GOOD, REFUSED_DIRECTION, REFUSED_SPEED } from "../../shared/codes"
import { Sled } from "./sled"

/** A held button repeats its request at least every 50 ms; after three that are missing it counts as let go. */
export const HOLD_LIMIT_MS = 150

export class Jogging {
    /** The button was let go before the end of the travel. */
    released = false
    private held_ms = 0
    private speed_nm_s = 0
    private braking = false
    private busy = false

    constructor(
        private sled: Sled,
        private limits: MoveLimits
    ) {}

    /**
     * The button is pressed; the sign of the speed is the direction.
     * @returns GOOD or why not; `value` then is the nearest speed that would do
     */
    async press(speed_nm_s: number, now_ms: number): Promise<MovePlanResult> {
        if (this.busy && (this.braking || speed_nm_s * this.speed_nm_s < 0)) {
            // The other way: first the sled has to stand and the button to be pressed anew.
            await this.brake()
            return {
                reason: REFUSED_DIRECTION,
                value: this.speed_nm_s > 0 ? 1 : -1,
                plan: undefined,
            }
        }
        this.held_ms = now_ms
        if (this.busy && speed_nm_s === this.speed_nm_s)
            return { reason: GOOD, value: 0, plan: undefined }
        const judged = planMove(
            MOVE_JOG,
            this.sled.motorNm(),
            {
                speed_nm_s: Math.abs(speed_nm_s),
                length_nm: 0,
                towards: speed_nm_s > 0 ? 1 : -1,
                step_um: 0,
                dwell_ms: 0,
                trigger_rate_per_min: 0,
                refractory_ms: 0,
                timeout_ms: 0,
            },
            this.limits
        )
        if (!judged.plan) {
            if (judged.reason === REFUSED_SPEED && speed_nm_s < 0) judged.value = -judged.value
            if (this.busy) await this.brake()
            return judged
        }
        this.speed_nm_s = speed_nm_s
        this.braking = false
        this.released = false
        this.busy = true
        await this.sled.moveTo(judged.plan.target_nm, Math.abs(speed_nm_s))
        return judged
    }

    /** The button is still held. */
    hold(now_ms: number): void {
        this.held_ms = now_ms
    }

    /** Something else has ended the jog. */
    forget(): void {
        this.busy = false
    }

    /** Goes on; the chip has just been polled. @returns whether the sled stands again */
    async step(now_ms: number): Promise<boolean> {
        const sled = this.sled
        if (!this.braking && now_ms - this.held_ms > HOLD_LIMIT_MS) await this.brake()
        if (this.braking ? !sled.stands() : !sled.arrived()) return false
        this.busy = false
        await sled.hold()
        return true
    }

    private async brake(): Promise<void> {
        if (this.braking) return
        this.braking = true
        this.released = true
        await this.sled.stop()
    }
}
