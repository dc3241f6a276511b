// The move of each state: started by a request, continued by every control loop, ended by itself or by a stop.

import { FrontEnd, front_status } from "../acquisition/front-end"
import { measured_calibration, startCalibrating, stepCalibrating } from "../motion/calibrating"
import { homing_verdict, startHoming, stepHoming } from "../motion/homing"
import { imaged_move } from "../motion/imaged-move"
import { cancelJog, holdJog, jog_released, pressJog, stepJog } from "../motion/jogging"
import { startParking, stepParking } from "../motion/parking"
import { changePullbackSpeed, startPullback, stepPullback } from "../motion/pullback"
import { clearHomed, positionNm, stopSled } from "../motion/sled"
import { openStepping, startStepping, stepStepping } from "../motion/stepping"
import { calibration } from "../motion/units"
import * as machine from "../../shared/cart-machine"
import { MovePlanResult, MOVE_PULLBACK, MovePlan } from "../../shared/motion/move-terms"
import { SPEED_MAX_NM_S } from "../../shared/motion/ramp"
import * as codes from "../../shared/codes"
import { SpeedChangeResult } from "../../shared/motion/speed-change"
import { CalibrationStore } from "./calibration-store"
import { Imaging } from "./imaging"

/** No move has ended. */
export const NO_EVENT = -1

export class Moves {
    constructor(
        private front: FrontEnd,
        private imaging: Imaging,
        private calibrations: CalibrationStore,
        private report: (code: number, value: number) => void
    ) {
        openStepping(front_status, front.triggerTickUs, report)
    }

    /** Brakes any move. */
    async stop(): Promise<void> {
        cancelJog()
        await stopSled()
    }

    async home(): Promise<void> {
        const moves = this
        await startHoming(async position_nm => await moves.onZero(position_nm))
    }

    async calibrate(): Promise<void> {
        // Completed or stopped: the sled must be homed again.
        clearHomed()
        await startCalibrating()
    }

    async returnSled(): Promise<void> {
        await startParking(SPEED_MAX_NM_S)
    }

    /** A jog button is pressed or held. @returns GOOD or why the sled does not move */
    async jog(speed_nm_s: number, now_ms: number): Promise<MovePlanResult> {
        return await pressJog(speed_nm_s, now_ms)
    }

    holdJog(now_ms: number): void {
        holdJog(now_ms)
    }

    async pull(plan: MovePlan, now_ms: number): Promise<void> {
        if (plan.kind === MOVE_PULLBACK) await startPullback(plan, now_ms)
        else await startStepping(plan, now_ms)
        // The speed set point has changed: the front end marks every line from now on with its epoch.
        await this.imaging.followMove()
    }

    /** Changes the speed of the continuous pullback in progress. */
    async changeSpeed(speed_nm_s: number, now_ms: number): Promise<SpeedChangeResult> {
        const imaging = this.imaging
        const result = await changePullbackSpeed(
            speed_nm_s,
            now_ms,
            async epoch => await imaging.closeGate(epoch)
        )
        if (result.change) this.report(codes.EVENT_SPEED, speed_nm_s)
        return result
    }

    /** Continues the move of a state; the chip was just polled. @returns the event of its end, or NO_EVENT */
    async advance(state: number, now_ms: number): Promise<number> {
        const tick_us = front_status.tick_us
        if (state === machine.STATE_HOMING) {
            if (!(await stepHoming(tick_us))) return NO_EVENT
            this.calibrations.setSurveyResult(homing_verdict)
            return machine.DONE_HOMING
        }
        if (state === machine.STATE_CALIBRATING) {
            if (!(await stepCalibrating(tick_us))) return NO_EVENT
            await this.storeCalibration()
            return machine.DONE_CALIBRATING
        }
        if (state === machine.STATE_PULLING)
            return (await this.continuePullback(now_ms)) ? machine.DONE_PULLING : NO_EVENT
        if (state === machine.STATE_RETURNING)
            return (await stepParking()) ? machine.DONE_RETURNING : NO_EVENT
        if (state === machine.STATE_JOGGING) return await this.continueJog(now_ms)
        return NO_EVENT
    }

    /** The zero has been set: the front end gets the sled's position, and the host the event. */
    private async onZero(position_nm: number): Promise<void> {
        await this.front.setPosition(Math.round(position_nm / calibration.encoder_nm_per_count))
        this.report(codes.EVENT_HOMED, position_nm)
    }

    private async storeCalibration(): Promise<void> {
        const measured = measured_calibration
        if (measured) {
            await this.calibrations.store(measured)
            this.report(codes.EVENT_CALIBRATED, measured.fclk_hz)
        }
    }

    private async continuePullback(now_ms: number): Promise<boolean> {
        const plan = imaged_move.plan
        if (!plan) return true
        const position_nm = front_status.position_counts * calibration.encoder_nm_per_count
        const done =
            plan.kind === MOVE_PULLBACK
                ? await stepPullback(plan, now_ms, front_status.tick_us, position_nm)
                : await stepStepping(plan, now_ms)
        await this.imaging.followMove()
        if (!done) return false
        this.imaging.outcome = imaged_move.outcome
        await this.imaging.stop()
        return true
    }

    private async continueJog(now_ms: number): Promise<number> {
        if (!(await stepJog(now_ms))) return NO_EVENT
        if (jog_released) this.report(codes.EVENT_JOG_RELEASED, positionNm())
        return machine.DONE_JOGGING
    }
}
