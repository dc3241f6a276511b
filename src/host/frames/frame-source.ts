// The frames of a run, wherever their samples are: in memory here, or in a scratch file (../results/pipeline/stored-frames.ts).

import { copyLine, type PolarFrame, type PolarFrames } from "../picture/picture"
import type { FrameMark } from "./assembled-frame"

/** Frames in time order. */
export interface FrameSource extends PolarFrames {
    /** Place and time of every frame. */
    readonly marks: readonly FrameMark[]
    at(i: number): FrameMark
}

/** Frames in memory. */
export class KeptFrames implements FrameSource {
    constructor(readonly marks: readonly (FrameMark & PolarFrame)[]) {}

    get length(): number {
        return this.marks.length
    }

    at(i: number): FrameMark {
        return this.marks[i]!
    }

    frame(i: number): PolarFrame {
        return this.marks[i]!
    }

    line(i: number, line: number, codes: Uint8Array): boolean {
        return copyLine(this.marks[i]!, line, codes)
    }
}
