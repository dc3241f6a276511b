// Responsible for: the move that belongs to each state: begun, carried on by every loop, ended.
// Not for: when a state may be entered (wire/cart-machine.ts) or what surrounds a move (cart.ts).

import { FrontEnd } from "../acquisition/front-end"
import { Calibrating } from "../motion/calibrating"
import { Homing } from "../motion/homing"
import { ImagedMove } from "../motion/imaged-move"
import { Jogging } from "../motion/jogging"
import { Parking } from "../motion/parking"
import { Pullback } from "../motion/pullback"
import { ScrewSurvey } from "../motion/screw-survey"
import { Sled } from "../motion/sled"
import { Stepping } from "../motion/stepping"
import * as machine from "../../shared/cart-machine"
import { MovePlanResult, limitsOf, MOVE_PULLBACK, MovePlan } from "../../shared/motion/move-terms"
import { LENGTH_MAX_NM, SPEED_MAX_NM_S } from "../../shared/motion/ramp"
import * as codes from "../../shared/codes"
import { SpeedChangeResult } from "../../shared/motion/speed-change"
import { CalibrationStore } from "./calibration-store"
import { Imaging } from "./imaging"

/** Nothing has ended. */
export const NO_EVENT = -1

export class Moves {
    private homing: Homing
    private parking: Parking
    private pullback: Pullback
    private stepping: Stepping
    private jogging: Jogging
    private calibrating: Calibrating
    private imaged: ImagedMove

    constructor(
        private sled: Sled,
        private front: FrontEnd,
        private imaging: Imaging,
        private keeper: CalibrationStore,
        private tell: (code: number, value: number) => void
    ) {
        // One survey serves both: they never run at once.
        const survey = new ScrewSurvey()
        this.calibrating = new Calibrating(sled, survey)
        this.parking = new Parking(sled)
        this.homing = new Homing(sled, survey, this.parking, async position_nm => {
            const nm_per_count = sled.calibration.encoder_nm_per_count
            await front.setPosition(Math.round(position_nm / nm_per_count))
            tell(codes.EVENT_HOMED, position_nm)
        })
        this.pullback = new Pullback(sled)
        this.stepping = new Stepping(sled, front, tell)
        // Without a picture no catheter's stroke bounds a jog, only the travel does.
        this.jogging = new Jogging(sled, limitsOf(LENGTH_MAX_NM / 1000))
        this.imaged = this.pullback
    }

    /** Brakes whatever moves. */
    async stop(): Promise<void> {
        this.jogging.forget()
        await this.sled.stop()
    }

    async home(): Promise<void> {
        await this.homing.start()
    }

    async calibrate(): Promise<void> {
        // Whether it comes to new scales or is stopped: where the sled is has to be found out anew.
        this.sled.homed = false
        await this.calibrating.start()
    }

    async goBack(): Promise<void> {
        await this.parking.start(SPEED_MAX_NM_S)
    }

    /** A button is pressed or held. @returns GOOD or why the sled does not move */
    async jog(speed_nm_s: number, now_ms: number): Promise<MovePlanResult> {
        return await this.jogging.press(speed_nm_s, now_ms)
    }

    holdJog(now_ms: number): void {
        this.jogging.hold(now_ms)
    }

    async pull(plan: MovePlan, now_ms: number): Promise<void> {
        this.imaged = plan.kind === MOVE_PULLBACK ? this.pullback : this.stepping
        await this.imaged.start(plan, now_ms)
        // The motor has its speed: from the next line on the front end says so.
        await this.imaging.follow(this.imaged)
    }

    /** Another speed for a continuous pullback under way. */
    async changeSpeed(speed_nm_s: number, now_ms: number): Promise<SpeedChangeResult> {
        if (this.imaged !== this.pullback)
            return {
                reason: codes.REFUSED_SPEED_CHANGE,
                value: 0,
                change: undefined,
            }
        const imaging = this.imaging
        const judged = await this.pullback.changeSpeed(
            speed_nm_s,
            now_ms,
            async epoch => await imaging.shut(epoch)
        )
        if (judged.change) this.tell(codes.EVENT_SPEED, speed_nm_s)
        return judged
    }

    /** Carries on the move of a state; the chip was just polled. @returns the event of its end, or NO_EVENT */
    async advance(state: number, now_ms: number): Promise<number> {
        if (state === machine.STATE_HOMING) {
            if (!(await this.homing.step(this.front.tick_us))) return NO_EVENT
            this.keeper.surveyed(this.homing.verdict)
            return machine.DONE_HOMING
        }
        if (state === machine.STATE_CALIBRATING) {
            if (!(await this.calibrating.step(this.front.tick_us))) return NO_EVENT
            await this.keepCalibration()
            return machine.DONE_CALIBRATING
        }
        if (state === machine.STATE_PULLING)
            return (await this.pullOn(now_ms)) ? machine.DONE_PULLING : NO_EVENT
        if (state === machine.STATE_RETURNING)
            return (await this.parking.step()) ? machine.DONE_RETURNING : NO_EVENT
        if (state === machine.STATE_JOGGING) return await this.jogOn(now_ms)
        return NO_EVENT
    }

    private async keepCalibration(): Promise<void> {
        const measured = this.calibrating.measured
        if (measured) {
            await this.keeper.store(measured)
            this.tell(codes.EVENT_CALIBRATED, measured.fclk_hz)
        }
    }

    private async pullOn(now_ms: number): Promise<boolean> {
        const move = this.imaged
        const done = await move.step(
            now_ms,
            this.front.tick_us,
            this.front.position_counts * this.sled.calibration.encoder_nm_per_count
        )
        await this.imaging.follow(move)
        if (!done) return false
        this.imaging.outcome = move.outcome
        await this.imaging.stop()
        return true
    }

    private async jogOn(now_ms: number): Promise<number> {
        if (!(await this.jogging.step(now_ms))) return NO_EVENT
        if (this.jogging.released) this.tell(codes.EVENT_JOG_RELEASED, this.sled.positionNm())
        return machine.DONE_JOGGING
    }
}
