// Measures the frame rate of a beamformer on this machine.

import type { Beamformer } from "./delay-and-sum"

/**
 * Frames/s of a beamformer on this machine.
 * @param nowMs a clock, such as performance.now
 */
export function beamformRate(
    beamformer: Beamformer,
    rf: Int16Array,
    present: Uint8Array,
    frames: number,
    nowMs: () => number
): number {
    const before = nowMs()
    for (let i = 0; i < frames; i++) beamformer.beamform(rf, present)
    return (1000 * frames) / (nowMs() - before)
}
