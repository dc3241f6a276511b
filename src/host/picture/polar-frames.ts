// Frames by number, so that their samples need not all be in memory.

import type { PolarFrame } from "./geometry"

/** What is known of a frame without its samples. */
export interface FramePlace {
    readonly index: number
    readonly positionMm: number
    /** A-lines that are not missing. */
    readonly linesPresent: number
}

/** Frames in time order. */
export interface PolarFrames {
    readonly length: number
    at(i: number): FramePlace
    /** The frame with its samples, which the caller may keep. */
    frame(i: number): PolarFrame
    /**
     * Reads one A-line to its place in a buffer for the codes of a whole frame.
     * @returns false, with the buffer unchanged, if the A-line is missing
     */
    line(i: number, line: number, codes: Uint8Array): boolean
}

/** Frames in memory. */
export function polarFrames(frames: readonly PolarFrame[]): PolarFrames {
    return {
        length: frames.length,
        at: i => {
            const { index, positionMm, present } = frames[i]!
            return { index, positionMm, linesPresent: countPresent(present) }
        },
        frame: i => frames[i]!,
        line: (i, line, codes) => copyLine(frames[i]!, line, codes),
    }
}

/** {@link PolarFrames.line} of a frame in memory. */
export function copyLine(frame: PolarFrame, line: number, codes: Uint8Array): boolean {
    if (!frame.present[line]) return false
    const samples = codes.length / frame.present.length
    codes.set(frame.codes.subarray(line * samples, (line + 1) * samples), line * samples)
    return true
}

export function countPresent(present: Uint8Array): number {
    let count = 0
    for (const there of present) count += there
    return count
}
