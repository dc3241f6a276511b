// The frames of a run whose samples are in a scratch file.

import type { FrameMark } from "../../frames/assembled-frame"
import type { FrameSource } from "../../frames/frame-source"
import type { PolarFrame } from "../../picture/picture"
import type { FrameFile } from "./frame-file"

export class StoredFrames implements FrameSource {
    constructor(
        readonly marks: readonly FrameMark[],
        private readonly file: FrameFile
    ) {}

    get length(): number {
        return this.marks.length
    }

    at(i: number): FrameMark {
        return this.marks[i]!
    }

    frame(i: number): PolarFrame {
        const { index, timeMs, positionMm } = this.marks[i]!
        return { index, timeMs, positionMm, ...this.file.read(i) }
    }

    line(i: number, line: number, codes: Uint8Array): boolean {
        return this.file.readLine(i, line, codes)
    }
}
