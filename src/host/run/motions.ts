// What an operator is asked for: the motions of the sled, which way, how far and how fast; and the end of a fault.

import { STATE_NAMES } from "../../shared/cart-machine"
import { PARK_NM, TRAVEL_END_NM, TRAVERSE_MAX_NM_S } from "../../shared/motion/ramp"
import type { MovePlan } from "../../shared/motion/move-terms"
import { faultText, stopText } from "../fault-text"
import type { Motion } from "./operator"

/** Homing, return and jog are not faster. */
const SPEED_TEXT = `at ${TRAVERSE_MAX_NM_S / 1e6} mm/s at most`
/** A sled this near to its start stands there. */
const AT_START_NM = 50_000

/** A distance or position as text. */
export function mmText(nm: number): string {
    return `${(nm / 1e6).toFixed(1)} mm`
}

/** Whether the sled stands where a pullback starts by default. */
export function isAtStart(positionNm: number): boolean {
    return Math.abs(positionNm - PARK_NM) <= AT_START_NM
}

export function homing(): Motion {
    return {
        kind: "home",
        what: `The sled is not homed. It moves towards the patient ${SPEED_TEXT}, by up to ${mmText(TRAVEL_END_NM)}, until it reaches its home switch, and then to its start, ${mmText(PARK_NM)} from the switch; a catheter on it moves along.`,
        question: "Home the sled?",
    }
}

export function returning(positionNm: number): Motion {
    const byNm = positionNm - PARK_NM
    const [distance, way] =
        byNm < 0 ? [-byNm, "away from the patient"] : [byNm, "towards the patient"]
    return {
        kind: "return",
        what: `The sled stands at ${mmText(positionNm)}, not at its start. It moves ${mmText(distance)} ${way} ${SPEED_TEXT}; a catheter on it moves along.`,
        question: "Return the sled to its start?",
    }
}

/** @param why the sentence that says why a calibration is needed; @param strokeMm the length of its strokes */
export function calibrating(why: string, strokeMm: number): Motion {
    return {
        kind: "calibrate",
        what: `${why} A calibration moves the sled ${strokeMm} mm away from the patient and back ${SPEED_TEXT}, and homes it; no catheter may be on it.`,
        question: "Calibrate the sled?",
    }
}

/** @param plan of the move from where the sled stands; undefined if the host cannot plan it */
export function pulling(
    positionNm: number,
    { speedMmPerS, lengthMm }: { readonly speedMmPerS: number; readonly lengthMm: number },
    plan: MovePlan | undefined
): Motion {
    const way = plan ? `${mmText(plan.target_nm - plan.start_nm)} ` : ""
    return {
        kind: "pull",
        what: `The sled stands at ${mmText(positionNm)}. It pulls the catheter ${way}away from the patient at ${speedMmPerS} mm/s, imaging ${lengthMm} mm of it; the transducer fires from now on.`,
        question: "Start the pullback?",
    }
}

const AFTERWARDS = "nothing moves; the cart tests itself, and its sled must then be homed"
export const ACKNOWLEDGED_TEXT = `When the fault is acknowledged, ${AFTERWARDS}.`
export const RESET_TEXT = `After the reset, ${AFTERWARDS}.`

/** The end of a fault. */
export function acknowledging(fault: number): Motion {
    return {
        kind: "acknowledge",
        what: `The cart is in fault: ${faultText(fault)}. ${ACKNOWLEDGED_TEXT}`,
        question: "Acknowledge the fault?",
    }
}

/** The end of an emergency stop; the fault may be one that occurred after it. */
export function resetting(fault: number): Motion {
    return {
        kind: "reset",
        what: `The cart is stopped: ${stopText(fault)}. ${RESET_TEXT}`,
        question: "Reset the cart after the emergency stop?",
    }
}

/** Firing of a cart that is ready, after it had stopped. */
export function goingLive(): Motion {
    return {
        kind: "live",
        what: "The cart is ready. Nothing moves in live; the transducer fires.",
        question: "Go live?",
    }
}

/** Where the sled stands after a move that has ended. */
export function standingText(positionNm: number, state: number): string {
    return `The sled stands at ${mmText(positionNm)} (state: ${STATE_NAMES[state] ?? state}).`
}
