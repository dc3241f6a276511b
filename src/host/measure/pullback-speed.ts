// Whether lengths along a pullback may be told: only of a motorised one at one speed.

import type { PullbackMode } from "./segment-measures"

/** The speed is taken over this length. */
const OVER_MM = 1
/** A motor holds its speed within 1 %; frames have their positions by an encoder. */
const SPEED_TOLERANCE = 0.1

/** @returns why not, as a sentence without a full stop; undefined: they may */
export function lengthDefect({
    positionsMm,
    timesMs,
    mode,
}: {
    readonly positionsMm: readonly number[]
    readonly timesMs: readonly number[]
    readonly mode: PullbackMode
}): string | undefined {
    if (mode !== "continuous")
        return `lengths and volumes are measured only in a motorised pullback at one speed, and this one was ${MODES[mode]}`
    const speeds: { fromMm: number; mmPerS: number }[] = []
    for (let from = 0, to = 1; to < positionsMm.length; to++) {
        const wayMm = positionsMm[to]! - positionsMm[from]!
        if (!(positionsMm[to]! > positionsMm[to - 1]!))
            return `the catheter did not move on at ${positionsMm[to]!.toFixed(2)} mm`
        if (wayMm < OVER_MM && to < positionsMm.length - 1) continue
        if (wayMm >= OVER_MM || speeds.length === 0)
            speeds.push({
                fromMm: positionsMm[from]!,
                mmPerS: (1000 * wayMm) / (timesMs[to]! - timesMs[from]!),
            })
        from = to
    }
    const first = speeds[0]
    const other = speeds.find(
        ({ mmPerS }) => !(Math.abs(mmPerS / first!.mmPerS - 1) <= SPEED_TOLERANCE)
    )
    if (!other) return undefined
    return `lengths and volumes are measured only in a pullback at one speed, and this one had ${first!.mmPerS.toFixed(2)} mm/s and, from ${other.fromMm.toFixed(1)} mm on, ${other.mmPerS.toFixed(2)} mm/s`
}

const MODES: Readonly<Record<PullbackMode, string>> = {
    continuous: "continuous",
    stepped: "stepped",
    gated: "gated by the ECG",
    manual: "pulled by hand",
}
