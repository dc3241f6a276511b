// The frames of a run, wherever their samples are: in memory here, or in a scratch file (../results/pipeline/frame-store.ts).

import type { PolarFrame } from "../picture/geometry"
import type { FrameMark } from "./assembled-frame"

/** Frames in time order. */
export interface FrameSource {
    readonly length: number
    /** Place and time of every frame. */
    readonly marks: readonly FrameMark[]
    at(i: number): FrameMark
    /** The frame with its samples; the caller may keep it. */
    frame(i: number): PolarFrame
}

/** Frames in memory. */
export class KeptFrames implements FrameSource {
    /** @param frames with sample codes; default: those of `marks` */
    constructor(
        readonly marks: readonly FrameMark[],
        private readonly frames = marks as readonly (FrameMark &
            PolarFrame)[] as readonly PolarFrame[]
    ) {}

    get length(): number {
        return this.marks.length
    }

    at(i: number): FrameMark {
        return this.marks[i]!
    }

    frame(i: number): PolarFrame {
        return this.frames[i]!
    }
}

/** All frames with their samples: only for few frames. */
export function allFrames(source: FrameSource): PolarFrame[] {
    return source.marks.map((_, i) => source.frame(i))
}
