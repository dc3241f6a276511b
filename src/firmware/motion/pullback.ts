// Responsible for: one pullback as a single position move, and the word on whether it is at speed.
// Not for: firing (../acquisition); the line engine flags lines by position and by our word.

import {
    LENGTH_MIN_NM,
    PARK_NM,
    planPullback,
    PullbackPlan,
    SPEED_MIN_NM_S,
} from "../../wire/ramp"
import {
    FAULT_END_SWITCH,
    FAULT_MOVE_LATE,
    FAULT_NOT_AT_SPEED,
} from "../../wire/reasons"
import { CartFault } from "../platform/fault"
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

export class Pullback {
    plan: PullbackPlan = planPullback(PARK_NM, SPEED_MIN_NM_S, LENGTH_MIN_NM)
    /** Whether the measured speed is the one asked for, as of the last step. */
    atSpeed = false
    /** Speed over the window so far against the set-point, in ppm. */
    speed_error_ppm = 0

    private speed_nm_s = 0
    private started_ms = 0
    private ticks: number[] = []
    private positions: number[] = []
    private samples = 0
    private first_tick = 0
    private first_position = 0
    private in_window = false
    private reached = false

    constructor(private sled: Sled) {
        for (let i = 0; i < STRETCH_SAMPLES; ++i) {
            this.ticks.push(0)
            this.positions.push(0)
        }
    }

    async start(
        plan: PullbackPlan,
        speed_nm_s: number,
        now_ms: number
    ): Promise<void> {
        this.plan = plan
        this.speed_nm_s = speed_nm_s
        this.started_ms = now_ms
        this.samples = 0
        this.atSpeed = false
        this.in_window = false
        this.reached = false
        this.speed_error_ppm = 0
        await this.sled.moveTo(plan.target_nm, speed_nm_s)
    }

    /**
     * Goes on; the chip has just been polled.
     * @param tick_us line clock and `position_nm` measured with it, of the latest line
     * @returns whether the move has ended
     */
    async step(
        now_ms: number,
        tick_us: number,
        position_nm: number
    ): Promise<boolean> {
        const sled = this.sled
        if (sled.atFarSwitch() || sled.atHomeSwitch())
            throw new CartFault(FAULT_END_SWITCH, sled.positionNm())
        if (now_ms - this.started_ms > this.plan.duration_ms * 1.05 + LATE_MS)
            throw new CartFault(FAULT_MOVE_LATE, sled.positionNm())
        this.measure(tick_us, position_nm)
        this.watchWindow(tick_us, position_nm)
        if (!sled.arrived()) {
            await sled.followScrew()
            return false
        }
        await sled.hold()
        this.atSpeed = false
        return true
    }

    private measure(tick_us: number, position_nm: number): void {
        // Once is enough: following the screw keeps the chip accelerating by a little all the time.
        if (this.sled.driver.ramp_stat & reg.RAMP_VELOCITY_REACHED)
            this.reached = true
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
        this.atSpeed =
            elapsed_us > 0 && Math.abs(moved_nm - should_nm) <= slack_nm
    }

    private watchWindow(tick_us: number, position_nm: number): void {
        const plan = this.plan
        if (!this.in_window) {
            if (position_nm < plan.window_start_nm) return
            if (position_nm >= plan.window_end_nm) return
            if (!this.atSpeed)
                throw new CartFault(FAULT_NOT_AT_SPEED, position_nm)
            this.in_window = true
            this.first_tick = tick_us
            this.first_position = position_nm
        } else if (position_nm < plan.window_end_nm) {
            const elapsed_us = (tick_us - this.first_tick) >>> 0
            const should_nm = (this.speed_nm_s * elapsed_us) / 1000000
            const moved_nm = position_nm - this.first_position
            if (should_nm > 0)
                this.speed_error_ppm = Math.round(
                    (1000000 * (moved_nm - should_nm)) / should_nm
                )
        }
    }
}
