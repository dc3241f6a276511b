// The guided check of the sled's wires: what a hand does, and what the motor driver's inputs say of it. Nothing is driven.

import * as reg from "../../shared/devices/tmc5160"
import { DUMP_MOTOR } from "../../shared/protocol/register-dump"
import type { Dump } from "./dump"

/** What the motor driver reads, taken from a register dump. */
export interface WiringReading {
    /** High levels: reached, or the wire is cut. */
    readonly home: boolean
    readonly far: boolean
    /** Pin DRV_ENN is high: the motor has no current. */
    readonly stageOff: boolean
    readonly positionMm: number
}

/** DRV_ENN in IOIN. */
const IOIN_DRV_ENN = 0x10

/** @returns undefined until the dump holds the registers; null if the chip does not answer */
export function readingOf(dump: Dump, microstepsPerMm: number): WiringReading | null | undefined {
    const found = dump.find(DUMP_MOTOR, reg.X_ENC)
    if (!found) return undefined
    const inputs = dump.read(DUMP_MOTOR, reg.IOIN)
    const counts = dump.read(DUMP_MOTOR, reg.X_ENC)
    if (inputs === undefined || counts === undefined || inputs >>> 24 !== reg.IOIN_VERSION)
        return null
    return {
        home: (inputs & reg.RAMP_STOP_L) !== 0,
        far: (inputs & reg.RAMP_STOP_R) !== 0,
        stageOff: (inputs & IOIN_DRV_ENN) !== 0,
        // X_ENC counts in microsteps.
        positionMm: (counts | 0) / microstepsPerMm,
    }
}

/** What the hand is asked for. */
export type WiringAction = "middle" | "home" | "far" | "away"

/** The result of one step. */
export interface WiringResult {
    readonly name: string
    readonly ok: boolean
    readonly text: string
}

interface Step {
    readonly action: WiringAction
    readonly name: string
    readonly ask: string
}

const STEPS: readonly Step[] = [
    {
        action: "middle",
        name: "switches at rest",
        ask: "Move the sled by hand to the middle of its travel.",
    },
    {
        action: "home",
        name: "home switch",
        ask: "Press the home switch, at the patient's end, or move the sled against it; then release it.",
    },
    {
        action: "far",
        name: "far switch",
        ask: "Press the far switch, at the other end, or move the sled against it; then release it.",
    },
    {
        action: "away",
        name: "encoder",
        ask: "Move the sled by hand 5 mm or more away from the patient.",
    },
]

/** A shorter way may be the sled's play or a touch. */
const MOVED_MM = 2
/** Less than this is no count at all: the strip's edges while the sled rests. */
const STILL_MM = 0.02

/** Takes readings until every step has its result; each step ends when its reading is seen, or in time. */
export class WiringCheck {
    readonly results: WiringResult[] = []
    private index = -1
    private sinceMs = 0
    private startMm = 0
    private pressed: "home" | "far" | undefined
    private swapped = false
    /** Switches that read as reached all the time. */
    private readonly stuck = new Set<"home" | "far">()

    /**
     * @param limitMs time for one step
     * @param ask gets each step's request as it begins
     */
    constructor(
        private readonly limitMs: number,
        private readonly ask: (text: string, action: WiringAction) => void
    ) {}

    get done(): boolean {
        return this.index >= STEPS.length || this.results.some(r => r.name === STAGE && !r.ok)
    }

    get isGood(): boolean {
        return this.done && this.results.every(({ ok }) => ok)
    }

    take(reading: WiringReading, nowMs: number): void {
        if (this.done) return
        if (this.index < 0) {
            this.results.push(
                reading.stageOff
                    ? { name: STAGE, ok: true, text: "off: the sled can be moved by hand" }
                    : {
                          ...{ name: STAGE, ok: false },
                          text: "still on: check the wire of DRV_ENN; nothing else was checked",
                      }
            )
            return this.next(reading, nowMs)
        }
        const { action, name } = STEPS[this.index]!
        const isLate = nowMs - this.sinceMs >= this.limitMs
        const outcome =
            action === "middle"
                ? this.atRest(reading, isLate)
                : action === "away"
                  ? this.moved(reading, isLate)
                  : this.press(action, reading, isLate)
        if (!outcome) return
        const [ok, text] = outcome
        this.results.push({ name, ok, text })
        this.next(reading, nowMs)
    }

    private next(reading: WiringReading, nowMs: number): void {
        this.index++
        this.sinceMs = nowMs
        this.startMm = reading.positionMm
        this.pressed = undefined
        const step = STEPS[this.index]
        if (!step || this.done) return
        // A switch that always reads as reached cannot be pressed; its result is known.
        if ((step.action === "home" || step.action === "far") && this.stuck.has(step.action)) {
            this.results.push({
                ...{ name: step.name, ok: false },
                text: "not checked, as it always reads as reached",
            })
            return this.next(reading, nowMs)
        }
        this.ask(step.ask, step.action)
    }

    private atRest({ home, far }: WiringReading, isLate: boolean): Outcome {
        if (!home && !far) return [true, "neither reads as reached"]
        if (!isLate) return undefined
        if (home) this.stuck.add("home")
        if (far) this.stuck.add("far")
        if (home && far)
            return [
                false,
                "both always read as reached: the switch cable is off, or its common wire is cut",
            ]
        return [
            false,
            `the ${home ? "home" : "far"} switch always reads as reached: its wire is cut, or its contact is not normally closed`,
        ]
    }

    private press(action: "home" | "far", reading: WiringReading, isLate: boolean): Outcome {
        const other = action === "home" ? "far" : "home"
        const has = (which: "home" | "far"): boolean => reading[which] && !this.stuck.has(which)
        this.pressed ??= has(action) ? action : has(other) ? other : undefined
        if (this.pressed && !has(this.pressed)) {
            if (this.pressed === action) return [true, "reads as reached when pressed"]
            const again = this.swapped
            this.swapped = true
            return [
                false,
                again
                    ? "reads as the home switch, as the two are swapped"
                    : `reads as the ${other} switch: swap the wires of the two switches`,
            ]
        }
        if (!isLate) return undefined
        if (this.pressed) return [false, "was not released, or its wire is loose"]
        return [
            false,
            "never reads as reached: its wire has a short to ground, or the switch does not open",
        ]
    }

    private moved({ positionMm }: WiringReading, isLate: boolean): Outcome {
        const byMm = positionMm - this.startMm
        if (byMm >= MOVED_MM)
            return [true, `counts upwards away from the patient (${byMm.toFixed(1)} mm)`]
        if (byMm <= -MOVED_MM)
            return [
                false,
                `counts downwards away from the patient (${byMm.toFixed(1)} mm): swap its channels A and B`,
            ]
        if (!isLate) return undefined
        if (Math.abs(byMm) < STILL_MM)
            return [false, "does not count: check its cable, its supply and its head"]
        return [
            false,
            `counted only ${byMm.toFixed(2)} mm: move the sled further, or check channels A and B for a cut wire`,
        ]
    }
}

/** Whether the step went well and what was seen; undefined while it goes on. */
type Outcome = readonly [ok: boolean, text: string] | undefined

const STAGE = "motor stage"
