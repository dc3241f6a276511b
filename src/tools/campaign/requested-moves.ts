// What the operator's requests allow the sled to do: speed, direction, range and time of each. Written from the requirements, not
// from the firmware.

import type { Step } from "./case"
import type { RequestedMove } from "./recording"
import { STEP_MM } from "./requests"

/** Homing, return and jog move at 5 mm/s at most (design, rule 1). */
export const RETURN_MM_S = 5
const CALIBRATE_MM_S = 1.33
/** Acceleration of moves. */
const ACCEL_MM_S2 = 20
/** Where the sled waits for a pullback, and the stretch before it that closes the backlash. */
const PARK_MM: readonly [number, number] = [0.65, 1.03]
/** The home switch is at 0, the far one at 165 mm; the chip stops at either at once. */
const NEAR_MM = -0.1
const FAR_MM = 165.1
/** Overshoot of a whole ramp, rounding and backlash. */
const SLACK_MM = 0.2
/** Run-up and run-out of a pullback at constant speed, s. */
const RUN_UP_S = 0.4
const RUN_OUT_S = 0.2

const rampMm = (mmPerS: number): number => (mmPerS * mmPerS) / ACCEL_MM_S2 / 2

export function homing(fromMm: number): RequestedMove {
    return {
        ...{ what: "homing", speedMmPerS: RETURN_MM_S, towards: 0 },
        // Off the switch, and a survey beyond it.
        withinMm: [Math.min(NEAR_MM, fromMm - SLACK_MM), Math.max(8, fromMm + 4)],
        // 165 mm at 5 mm/s, and the rest.
        limitS: 50,
    }
}

export function returning(): RequestedMove {
    return {
        ...{ what: "return", speedMmPerS: RETURN_MM_S, towards: 0, bandMm: PARK_MM },
        ...{ withinMm: [NEAR_MM, FAR_MM], limitS: 45 },
    }
}

/** Length of a stroke of a calibration. */
export const STROKE_MM = 12

export function calibrating(um: number, fromMm: number): RequestedMove {
    const to = fromMm + um / 1000
    return {
        ...{ what: "stroke", speedMmPerS: CALIBRATE_MM_S, towards: um > 0 ? 1 : -1 },
        withinMm: [Math.min(fromMm, to) - SLACK_MM, Math.max(fromMm, to) + SLACK_MM],
        limitS: (1.2 * Math.abs(um)) / 1000 / CALIBRATE_MM_S + 3,
    }
}

export function jogging(mmPerS: number, fromMm: number): RequestedMove {
    return {
        ...{ what: "jog", speedMmPerS: Math.abs(mmPerS), towards: mmPerS > 0 ? 1 : -1 },
        withinMm: mmPerS > 0 ? [fromMm - SLACK_MM, FAR_MM] : [NEAR_MM, fromMm + SLACK_MM],
        limitS: 60,
    }
}

type Pull = Step & { do: "pull" }

/** Travel of a pullback up to the end of its window, less the tolerance of its length. */
export function travelMm({ mode, speed, lengthMm }: Pull): number {
    const tolerance = 0.05
    if (mode !== "continuous") return lengthMm - STEP_MM - tolerance
    return rampMm(speed) + speed * RUN_UP_S * 0.9 + lengthMm - tolerance
}

/** @param earlier speed before a change */
export function pulling(
    { mode, speed, lengthMm, then }: Pull,
    fromMm: number,
    earlier = 0
): RequestedMove {
    const fastest = Math.max(speed, earlier, then ?? 0)
    const slowest = Math.min(speed, earlier || speed, then ?? speed)
    const beside = 2 * rampMm(fastest) + fastest * (RUN_UP_S + RUN_OUT_S)
    const seconds =
        mode === "continuous"
            ? (beside + lengthMm) / slowest + 1
            : (lengthMm / STEP_MM + 1) * (STEP_MM / speed + 0.2 + (mode === "gated" ? 1.2 : 0)) +
              3.5
    return {
        ...{ what: "pullback", speedMmPerS: speed, towards: 1 },
        withinMm: [fromMm - SLACK_MM, fromMm + lengthMm + beside + SLACK_MM],
        // 5 % and half a second late is reported; twice that here.
        limitS: 1.2 * seconds + 2,
    }
}
