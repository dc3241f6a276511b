// Options for the sled's motion: continuous, in steps, ECG-gated, with changes of speed.

import { type Command, Option } from "commander"
import {
    DWELL_MAX_MS,
    REFRACTORY_MIN_MS,
    STEP_MAX_UM,
    STEP_MIN_UM,
    TIMEOUT_MAX_MS,
    TRIGGER_RATE_MAX,
    TRIGGER_RATE_MIN,
} from "../../../shared/motion/move-terms"
import {
    LENGTH_MAX_NM,
    LENGTH_MIN_NM,
    SPEED_MAX_NM_S,
    SPEED_MIN_NM_S,
} from "../../../shared/motion/ramp"
import { UsageError } from "../../errors"
import { numberIn } from "../../number-in"
import type { Gate, SpeedChange, Steps } from "../../sequence/pullback-request"
import { addGroup, defaultText, listOption, numberOption, type Range } from "./option"

const MODES = ["continuous", "stepped", "gated"] as const

export interface MotionOptions {
    readonly speed: number
    readonly length: number
    readonly mode: (typeof MODES)[number]
    /** um */
    readonly step?: number
    /** ms */
    readonly dwell?: number
    /** Beats per minute. */
    readonly heartRate?: number
    /** ms */
    readonly refractory?: number
    /** ms */
    readonly triggerTimeout?: number
    readonly changeSpeed: readonly SpeedChange[]
}

const SPEED: Range = [SPEED_MIN_NM_S / 1e6, SPEED_MAX_NM_S / 1e6, "mm/s"]
const LENGTH: Range = [LENGTH_MIN_NM / 1e6, LENGTH_MAX_NM / 1e6, "mm"]
const STEP_UM = 500
const DWELL_MS = 100
const HEART_RATE = 75

export function addMotionOptions(command: Command): Command {
    addGroup(
        command,
        "Motion:",
        numberOption("--speed <mm/s>", "pullback speed", SPEED).default(1),
        numberOption("--length <mm>", "imaged length", LENGTH).default(25),
        new Option("--mode <mode>", "how the sled moves").choices(MODES).default(MODES[0]),
        listOption(
            "--change-speed <mm/s@mm>",
            "continuous: change to this speed at this place of the imaged length",
            parseSpeedChange
        )
    )
    return addGroup(
        command,
        "Motion in steps (--mode stepped or gated):",
        defaultText(
            numberOption("--step <um>", "distance from stop to stop", [
                STEP_MIN_UM,
                STEP_MAX_UM,
                "um",
            ]),
            String(STEP_UM)
        ),
        defaultText(
            numberOption("--dwell <ms>", "imaging time at each stop", [0, DWELL_MAX_MS, "ms"]),
            String(DWELL_MS)
        ),
        defaultText(
            numberOption("--heart-rate <n>", "gated: expected beats per minute", [
                TRIGGER_RATE_MIN,
                TRIGGER_RATE_MAX,
                "beats a minute",
            ]),
            String(HEART_RATE)
        ),
        defaultText(
            numberOption("--refractory <ms>", "gated: refractory period after a trigger", [
                REFRACTORY_MIN_MS,
                TIMEOUT_MAX_MS,
                "ms",
            ]),
            "0.9 beats"
        ),
        defaultText(
            numberOption(
                "--trigger-timeout <ms>",
                "gated: time without a trigger that ends the pullback",
                [0, TIMEOUT_MAX_MS, "ms"]
            ),
            "4 beats"
        )
    )
}

/** Reads `MM_S@MM`. */
function parseSpeedChange(text: string): SpeedChange {
    const parts = text.split("@")
    if (parts.length !== 2)
        throw new UsageError(
            `--change-speed ${text} is not a change of speed; write MM_S@MM, such as 1@10.`
        )
    return {
        speedMmPerS: numberIn(parts[0]!, "change-speed", ...SPEED),
        atMm: numberIn(parts[1]!, "change-speed", 0, LENGTH[1], "mm"),
    }
}

const STEP_OPTIONS = ["step", "dwell"] as const
const GATE_OPTIONS = ["heartRate", "refractory", "triggerTimeout"] as const
const FLAGS = {
    step: "--step",
    dwell: "--dwell",
    heartRate: "--heart-rate",
    refractory: "--refractory",
    triggerTimeout: "--trigger-timeout",
} as const

/** @throws UsageError for an option that does not belong to the mode */
export function motionOf(options: MotionOptions): {
    steps?: Steps
    speedChanges?: readonly SpeedChange[]
} {
    const { mode, changeSpeed } = options
    const unused = [
        ...(mode === "continuous" ? STEP_OPTIONS : []),
        ...(mode === "gated" ? [] : GATE_OPTIONS),
    ].find(name => options[name] !== undefined)
    if (unused)
        throw new UsageError(
            `${FLAGS[unused]} does not apply to a ${mode} pullback; leave it out or choose another --mode.`
        )
    if (mode === "continuous") return changeSpeed.length > 0 ? { speedChanges: changeSpeed } : {}
    if (changeSpeed.length > 0)
        throw new UsageError(
            `--change-speed needs a continuous pullback; in a ${mode} one the sled is at rest while it images.`
        )
    return {
        steps: {
            stepUm: options.step ?? STEP_UM,
            dwellMs: options.dwell ?? DWELL_MS,
            ...(mode === "gated" && { gate: gateOf(options) }),
        },
    }
}

function gateOf({ heartRate = HEART_RATE, refractory, triggerTimeout }: MotionOptions): Gate {
    const beatMs = Math.floor(60000 / heartRate)
    return {
        heartRatePerMin: heartRate,
        // A trigger within 0.9 beats is not an R wave. Four beats without a trigger mean that the leads are off.
        refractoryMs: refractory ?? Math.floor(0.9 * beatMs),
        timeoutMs: triggerTimeout ?? Math.min(TIMEOUT_MAX_MS, 4 * beatMs),
    }
}
