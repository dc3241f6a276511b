// Responsible for: the plan of a pullback as a cart at its park would make it, before any cart is asked.
// Not for: judging (src/wire/motion-plan.ts); a cart that stands elsewhere judges for itself.

import type { Catheter } from "../../wire/catheters"
import { planMove } from "../../wire/motion-plan"
import { type JudgedMove, limitsOf } from "../../wire/motion-terms"
import { PARK_NM } from "../../wire/ramp"
import { type PullbackRequest, setupOf } from "./run-target"

export function planOf(
    request: PullbackRequest,
    catheter: Catheter
): JudgedMove {
    const setup = setupOf(request)
    return planMove(
        setup.mode,
        PARK_NM,
        { ...setup, towards: 1 },
        limitsOf(catheter.stroke_um)
    )
}

/** Frames that a pullback should bring. */
export function expectedFrames(request: PullbackRequest): number {
    const { steps, frameRateHz } = request
    if (steps) {
        const stops = (1000 * request.lengthMm) / steps.stepUm + 1
        return stops * Math.floor((steps.dwellMs / 1000) * frameRateHz)
    }
    return (request.lengthMm / request.speedMmPerS) * frameRateHz
}
