// Responsible for: the options that say how the sled moves: continuously, in steps, by the heartbeat, at another speed.
// Not for: whether it fits together, which the planner judges.

import {
    DWELL_MAX_MS,
    REFRACTORY_MIN_MS,
    STEP_MAX_UM,
    STEP_MIN_UM,
    TIMEOUT_MAX_MS,
    TRIGGER_RATE_MAX,
    TRIGGER_RATE_MIN,
} from "../../../shared/motion/move-terms"
import { LENGTH_MAX_NM, SPEED_MAX_NM_S, SPEED_MIN_NM_S } from "../../../shared/motion/ramp"
import type { SpeedChange } from "../../sequence/pullback-request"
import type { Gate } from "../../sequence/pullback-request"
import type { Steps } from "../../sequence/pullback-request"
import { numberIn } from "../../number-in"
import { UsageError } from "../../errors"

/** Texts as typed. */
export interface MoveOptions {
    mode: string
    step?: string
    dwell?: string
    heartRate?: string
    refractory?: string
    triggerTimeout?: string
    changeSpeed: string[]
}

const STEP_OPTIONS = ["step", "dwell"] as const
const GATE_OPTIONS = ["heartRate", "refractory", "triggerTimeout"] as const
const NAMES = {
    step: "--step",
    dwell: "--dwell",
    heartRate: "--heart-rate",
    refractory: "--refractory",
    triggerTimeout: "--trigger-timeout",
} as const

/** What of a request these options make. */
export interface Moves {
    readonly steps?: Steps
    readonly speedChanges?: readonly SpeedChange[]
}

/** @throws UsageError with one sentence: what was wrong, what is allowed */
export function parseMoves(options: MoveOptions): Moves {
    const { mode } = options
    if (mode !== "continuous" && mode !== "stepped" && mode !== "gated")
        throw new UsageError(
            `There is no mode "${mode}"; continuous, stepped and gated are allowed.`
        )
    const idle = [
        ...(mode === "continuous" ? STEP_OPTIONS : []),
        ...(mode === "gated" ? [] : GATE_OPTIONS),
    ].find(name => options[name] !== undefined)
    if (idle)
        throw new UsageError(
            `${NAMES[idle]} means nothing to a ${mode} pullback; leave it out or choose another --mode.`
        )
    const speedChanges = options.changeSpeed.map(parseChange)
    if (mode === "continuous") return speedChanges.length > 0 ? { speedChanges } : {}
    if (speedChanges.length > 0)
        throw new UsageError(
            `--change-speed needs a continuous pullback; a ${mode} one stands while it is imaged.`
        )
    const gate = mode === "gated" ? parseGate(options) : undefined
    return {
        steps: {
            stepUm: numberIn(options.step ?? "500", "step", STEP_MIN_UM, STEP_MAX_UM, "um"),
            dwellMs: numberIn(options.dwell ?? "100", "dwell", 0, DWELL_MAX_MS, "ms"),
            ...(gate && { gate }),
        },
    }
}

function parseGate(options: MoveOptions): Gate {
    const rate = numberIn(
        options.heartRate ?? "75",
        "heart-rate",
        TRIGGER_RATE_MIN,
        TRIGGER_RATE_MAX,
        "beats a minute"
    )
    // One beat less a tenth: what comes earlier is no R wave. Four beats without one, and the leads are off.
    const beatMs = Math.floor(60000 / rate)
    const refractory = options.refractory ?? String(Math.floor(0.9 * beatMs))
    const timeout = options.triggerTimeout ?? String(Math.min(TIMEOUT_MAX_MS, 4 * beatMs))
    return {
        heartRatePerMin: rate,
        refractoryMs: numberIn(refractory, "refractory", REFRACTORY_MIN_MS, TIMEOUT_MAX_MS, "ms"),
        timeoutMs: numberIn(timeout, "trigger-timeout", 0, TIMEOUT_MAX_MS, "ms"),
    }
}

/** Reads `MM_S@MM`. */
function parseChange(text: string): SpeedChange {
    const parts = text.split("@")
    if (parts.length !== 2)
        throw new UsageError(
            `--change-speed ${text} is no change of speed: write MM_S@MM, such as 1@10.`
        )
    return {
        speedMmPerS: numberIn(
            parts[0]!,
            "change-speed",
            SPEED_MIN_NM_S / 1e6,
            SPEED_MAX_NM_S / 1e6,
            "mm/s"
        ),
        atMm: numberIn(parts[1]!, "change-speed", 0, LENGTH_MAX_NM / 1e6, "mm"),
    }
}
