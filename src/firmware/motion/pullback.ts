// Responsible for: one pullback as a single position move, the word on whether it is at speed, a change of speed on the way.
// Not for: firing (../acquisition); the line engine flags lines by position and by our word.

import { MovePlan } from "../../shared/motion/move-terms"
import { SpeedChangeResult, planSpeedChange } from "../../shared/motion/speed-change"
import { FAULT_MOVE_LATE, FAULT_NOT_AT_SPEED, GOOD, REFUSED_SPEED_CHANGE } from "../../shared/codes"
import { CartFault } from "../platform/cart-fault"
import { ImagedMove } from "./imaged-move"
import * as reg from "./tmc5160-registers"
import { Sled } from "./sled"

/** Measured speed may differ so much from the set-point, in ppm: 1 %, as the window promises. */
const SPEED_LIMIT_PPM = 10000
/** A count at each end of the stretch may be lost to rounding. */
const STRETCH_ERROR_COUNTS = 2
/** Time of the stretch over which speed is measured; 20 samples of the control loop. */
const STRETCH_SAMPLES = 20
/** On top of 5 % of the planned time: the control loop and the settling of the last microsteps. */
const LATE_MS = 500

export class Pullback implements ImagedMove {
    plan: MovePlan | undefined = undefined
    vouched = false
    speed_error_ppm = 0
    outcome = GOOD

    private speed_nm_s = 0
    private target_nm = 0
    private late_ms = 0
    /** Where the even stretch begins that goes on, or comes next. */
    private even_from_nm = 0
    private ticks: number[] = []
    private positions: number[] = []
    private samples = 0
    private first_tick = 0
    private first_position = 0
    private in_stretch = false
    private reached = false

    constructor(private sled: Sled) {
        for (let i = 0; i < STRETCH_SAMPLES; ++i) {
            this.ticks.push(0)
            this.positions.push(0)
        }
    }

    async start(plan: MovePlan, now_ms: number): Promise<void> {
        this.plan = plan
        this.outcome = GOOD
        this.target_nm = plan.target_nm
        this.speed_error_ppm = 0
        this.expect(plan.speed_nm_s, plan.window_start_nm)
        this.endBy(now_ms, plan.duration_ms)
        await this.sled.moveTo(plan.target_nm, plan.speed_nm_s)
    }

    /** From here on another speed is to be reached, and nothing vouched for before that place. */
    private expect(speed_nm_s: number, even_from_nm: number): void {
        this.speed_nm_s = speed_nm_s
        this.even_from_nm = even_from_nm
        this.samples = 0
        this.vouched = false
        this.in_stretch = false
        this.reached = false
    }

    private endBy(now_ms: number, duration_ms: number): void {
        this.late_ms = now_ms + duration_ms * 1.05 + LATE_MS
    }

    /**
     * Goes on at another speed, as one step; the chip has been polled in this loop.
     * @param shut shuts the gate and tells the front end the epoch that comes, before anything else
     */
    async changeSpeed(
        speed_nm_s: number,
        now_ms: number,
        shut: (epoch: number) => Promise<void>
    ): Promise<SpeedChangeResult> {
        const plan = this.plan
        const sled = this.sled
        if (!plan) return { reason: REFUSED_SPEED_CHANGE, value: 0, change: undefined }
        const judged = planSpeedChange(sled.positionNm(), this.speed_nm_s, speed_nm_s, {
            // What an earlier change left: until its speed is even there is nothing to change from.
            window_start_nm: this.even_from_nm,
            window_end_nm: plan.window_end_nm,
            target_nm: this.target_nm,
            travel_end_nm: plan.travel_end_nm,
            epoch: sled.speed_epoch,
        })
        const change = judged.change
        if (!change || speed_nm_s === this.speed_nm_s) return judged
        this.expect(speed_nm_s, change.resume_nm)
        this.target_nm = change.target_nm
        this.endBy(now_ms, change.remaining_ms)
        await shut(change.epoch)
        await sled.changeSpeed(change.target_nm, speed_nm_s, change.target_first)
        return judged
    }

    async step(now_ms: number, tick_us: number, position_nm: number): Promise<boolean> {
        const sled = this.sled
        const plan = this.plan
        if (!plan) return true
        if (now_ms > this.late_ms) throw new CartFault(FAULT_MOVE_LATE, sled.positionNm())
        this.measure(tick_us, position_nm)
        this.watchWindow(plan, tick_us, position_nm)
        if (!sled.arrived()) {
            await sled.followScrew()
            return false
        }
        await sled.hold()
        this.vouched = false
        return true
    }

    private measure(tick_us: number, position_nm: number): void {
        // Once is enough: following the screw keeps the chip accelerating by a little all the time.
        if (this.sled.driver.ramp_stat & reg.RAMP_VELOCITY_REACHED) this.reached = true
        if (!this.reached) return
        const slot = this.samples % STRETCH_SAMPLES
        const before_tick = this.ticks[slot]
        const before_position = this.positions[slot]
        this.ticks[slot] = tick_us
        this.positions[slot] = position_nm
        this.samples++
        if (this.samples <= STRETCH_SAMPLES) return
        const elapsed_us = (tick_us - before_tick) >>> 0
        const moved_nm = position_nm - before_position
        const should_nm = (this.speed_nm_s * elapsed_us) / 1000000
        const slack_nm =
            (should_nm * SPEED_LIMIT_PPM) / 1000000 +
            STRETCH_ERROR_COUNTS * this.sled.calibration.encoder_nm_per_count
        this.vouched = elapsed_us > 0 && Math.abs(moved_nm - should_nm) <= slack_nm
    }

    private watchWindow(plan: MovePlan, tick_us: number, position_nm: number): void {
        if (!this.in_stretch) {
            if (position_nm < this.even_from_nm) {
                // The engine opens a pullback's window by position; behind a change of speed only we know the place.
                if (this.even_from_nm > plan.window_start_nm) this.vouched = false
                return
            }
            if (position_nm >= plan.window_end_nm) return
            if (!this.vouched) throw new CartFault(FAULT_NOT_AT_SPEED, position_nm)
            this.in_stretch = true
            this.first_tick = tick_us
            this.first_position = position_nm
        } else if (position_nm < plan.window_end_nm) {
            const elapsed_us = (tick_us - this.first_tick) >>> 0
            const should_nm = (this.speed_nm_s * elapsed_us) / 1000000
            const moved_nm = position_nm - this.first_position
            if (should_nm > 0)
                this.speed_error_ppm = Math.round((1000000 * (moved_nm - should_nm)) / should_nm)
        }
    }
}
