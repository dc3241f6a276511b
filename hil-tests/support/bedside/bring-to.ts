// Brings a homed cart into a state from its bedside unit alone.

import * as unit from "../../../src/shared/devices/bedside-unit"
import type { UnitBench } from "./unit-bench"

/** Large words of the states in which something can happen to the unit. */
export const WORDS = [
    "READY",
    "LIVE",
    "ARMED",
    "PULLING",
    "CUT SHORT",
    "RETURNING",
    "JOG",
    "HOMING",
    "RELEASED",
    "NOT HOMED",
] as const
export type Word = (typeof WORDS)[number]

/** The words of the states with motion; the sled moves at speed when they are reached here. */
export const MOVING: readonly Word[] = ["PULLING", "RETURNING", "JOG", "HOMING"]
/** The words of the states with firing. */
export const FIRING: readonly Word[] = ["LIVE", "ARMED", "PULLING"]

const PULLED_MS = 2500
/** Until a move is at speed. */
const RUN_UP_MS = 700

/** From homed to the state with this word. The buttons of jog and return stay down. */
export async function bringTo(bench: UnitBench, word: Word): Promise<void> {
    switch (word) {
        case "READY":
            return
        case "LIVE":
            return bench.live()
        case "ARMED":
            return bench.arm()
        case "PULLING":
            await bench.pull()
            return bench.wait(RUN_UP_MS)
        case "CUT SHORT":
            await bench.pull()
            await bench.wait(PULLED_MS)
            await bench.tap(unit.BUTTON_START)
            break
        case "RETURNING":
            await bringTo(bench, "CUT SHORT")
            bench.press(unit.BUTTON_RETURN)
            break
        case "JOG":
            bench.press(unit.BUTTON_JOG_PROXIMAL)
            await bench.wait(RUN_UP_MS)
            break
        case "HOMING":
            await bench.tap(unit.BUTTON_HOME)
            break
        case "RELEASED":
            await bench.tap(unit.BUTTON_RELEASE)
            break
        case "NOT HOMED":
            await bringTo(bench, "RELEASED")
            await bench.see("RELEASED")
            await bench.tap(unit.BUTTON_RELEASE)
    }
    await bench.see(word)
}
