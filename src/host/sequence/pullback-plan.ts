// Plans a pullback on the host, for a cart at its park position or elsewhere; the cart plans again from its own position.

import type { Catheter } from "../../shared/acquisition/catheters"
import { planMove } from "../../shared/motion/move-plan"
import { type MovePlanResult, limitsOf, type MovePlan } from "../../shared/motion/move-terms"
import { PARK_NM } from "../../shared/motion/ramp"
import { planSpeedChange } from "../../shared/motion/speed-change"
import { setupOf } from "./pullback-request"
import { type SpeedChange } from "./pullback-request"
import { type PullbackRequest } from "./pullback-request"

export function planOf(request: PullbackRequest, catheter: Catheter): MovePlanResult {
    return planFrom(PARK_NM, request, catheter)
}

/** The same from where the sled stands. */
export function planFrom(
    startNm: number,
    request: PullbackRequest,
    catheter: Catheter
): MovePlanResult {
    const setup = setupOf(request)
    return planMove(setup.mode, startNm, { ...setup, towards: 1 }, limitsOf(catheter.stroke_um))
}

/** Returns the first refused speed change with its code and the nearest allowed speed, or undefined. */
export function refusedSpeedChange(
    request: PullbackRequest,
    plan: MovePlan
): { change: SpeedChange; reason: number; value: number } | undefined {
    let nowNmS = plan.speed_nm_s
    let sectionStartNm = plan.window_start_nm
    let targetNm = plan.target_nm
    for (const change of request.speedChanges ?? []) {
        const result = planSpeedChange(
            plan.window_start_nm + Math.round(change.atMm * 1e6),
            nowNmS,
            Math.round(change.speedMmPerS * 1e6),
            {
                window_start_nm: sectionStartNm,
                window_end_nm: plan.window_end_nm,
                target_nm: targetNm,
                travel_end_nm: plan.travel_end_nm,
                epoch: 0,
            }
        )
        if (!result.change) return { change, reason: result.reason, value: result.value }
        nowNmS = result.change.speed_nm_s
        sectionStartNm = result.change.resume_nm
        targetNm = result.change.target_nm
    }
    return undefined
}

/** Expected number of frames of a pullback. */
export function expectedFrames(request: PullbackRequest): number {
    const { steps, frameRateHz } = request
    if (steps) {
        const stops = (1000 * request.lengthMm) / steps.stepUm + 1
        return stops * Math.floor((steps.dwellMs / 1000) * frameRateHz)
    }
    return (request.lengthMm / request.speedMmPerS) * frameRateHz
}
