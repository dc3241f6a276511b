// The pullbacks of the campaign: short, with few frames, so that a case costs little time.

import type { PullbackRequest } from "../../host/sequence/pullback-request"
import type { Case, Step } from "./case"

export const REQUESTS: Readonly<Record<Case["frontEnd"], PullbackRequest>> = {
    "line-engine": { catheterId: "array-20mhz", speedMmPerS: 1, lengthMm: 1, frameRateHz: 5 },
    un0rick: { catheterId: "single-un0rick", speedMmPerS: 1, lengthMm: 1, frameRateHz: 1 },
}

/** Two frames at 20 frames/s. */
const DWELL_MS = 100
const STEP_UM = 500
/** At 75 beats per minute ± 8 %: the interval is 736 to 864 ms. */
const GATE = { heartRatePerMin: 75, refractoryMs: 720, timeoutMs: 3000 }

/** The request of one step. */
export function requestOf(
    frontEnd: Case["frontEnd"],
    step: Step & { do: "pull" }
): PullbackRequest {
    const request = { ...REQUESTS[frontEnd], speedMmPerS: step.speed, lengthMm: step.lengthMm }
    if (step.mode === "continuous") return request
    const steps = { stepUm: STEP_UM, dwellMs: DWELL_MS }
    if (step.mode === "stepped") return { ...request, frameRateHz: 20, steps }
    return { ...request, frameRateHz: 20, steps: { ...steps, gate: GATE } }
}

export const STEP_MM = STEP_UM / 1000
