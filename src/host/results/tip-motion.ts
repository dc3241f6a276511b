// How far the tip of a catheter in a sheath moved beside the sled, by the instruments of the virtual board.

import type { FrameMark } from "../frames/assembled-frame"
import type { Instruments } from "../run/run-target"

/** Between the first and the last frame of the pullback. */
export interface TipMotion {
    readonly sheath: string
    readonly sledMm: number
    readonly tipMm: number
    /** Most by which the tip is away from where the sled's motion since the first frame would put it. */
    readonly worstMm: number
}

/** @returns undefined where the tip moves as the sled, or is not measured */
export function tipMotionOf(
    instruments: Instruments | undefined,
    frames: readonly FrameMark[]
): TipMotion | undefined {
    const tip = instruments?.tip
    if (!tip || frames.length < 2) return undefined
    const lagMm = (tickUs: number): number =>
        instruments.positionMm(tickUs) - tip.positionMm(tickUs)
    const from = frames[0]!.tickUs
    const to = frames.at(-1)!.tickUs
    let worstMm = 0
    for (const { tickUs } of frames)
        worstMm = Math.max(worstMm, Math.abs(lagMm(tickUs) - lagMm(from)))
    const round = (mm: number): number => Math.round(1000 * mm) / 1000
    return {
        sheath: tip.sheath,
        sledMm: round(instruments.positionMm(to) - instruments.positionMm(from)),
        tipMm: round(tip.positionMm(to) - tip.positionMm(from)),
        worstMm: round(worstMm),
    }
}

export function tipMotionText({ sheath, sledMm, tipMm, worstMm }: TipMotion): string {
    return `sheath ${sheath}: the tip moved ${tipMm.toFixed(2)} mm while the sled moved ${sledMm.toFixed(2)} mm, and was up to ${worstMm.toFixed(2)} mm away from it; all positions are of the sled`
}
