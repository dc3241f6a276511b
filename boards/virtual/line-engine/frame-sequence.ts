// Numbers the frames and lines of the sequencer, and flags where a frame starts, is cut short or is imaged.

import * as record from "../../../src/shared/acquisition/line-record"
import type { FiringSettings } from "./settings"

export class FrameSequence {
    frame = 0
    /** Line within the frame. */
    index = 0
    /** The previous line was at speed, so an imaged section is in progress. */
    private wasAtSpeed = false
    /** A trigger arrived since the last line. */
    private triggerPending = false
    /** In rotor mode: the index mark has passed since FIRE. */
    private indexPassed = false

    /** ARM. */
    restart(): void {
        this.frame = 0
        this.index = 0
        this.wasAtSpeed = false
        this.triggerPending = false
    }

    /** FIRE: in rotor mode the first line is fired at the next index mark. */
    begin(): void {
        this.indexPassed = false
    }

    trigger(): void {
        this.triggerPending = true
    }

    /** A line angle of the rotor. @returns whether a line may fire there */
    atAngle(index: number): boolean {
        if (index === 0) {
            if (this.indexPassed) this.nextFrame()
            this.indexPassed = true
        }
        if (this.indexPassed) this.index = index
        return this.indexPassed
    }

    /** Flags of the line to be fired at this position; it may start a new frame. */
    flagsAt(positionCounts: number, s: FiringSettings): number {
        let flags = s.epoch << record.LINE_EPOCH_SHIFT
        if (this.triggerPending) flags |= record.LINE_TRIGGER
        this.triggerPending = false
        const inside = positionCounts >= s.windowStart && positionCounts < s.windowEnd
        const atSpeed = inside && s.gate
        if (atSpeed) {
            flags |= record.LINE_AT_SPEED
            // Every imaged section starts with a complete frame, wherever the previous one ended.
            // In rotor mode a frame is a revolution, and only the index mark starts one.
            if (!this.wasAtSpeed && this.index !== 0 && !s.byRotor) {
                flags |= record.LINE_FRAME_CUT
                this.nextFrame()
            }
        }
        this.wasAtSpeed = atSpeed
        return this.index === 0 ? flags | record.LINE_FRAME_START : flags
    }

    /** After a line fired by time. */
    advance(linesPerFrame: number): void {
        if (++this.index >= linesPerFrame) this.nextFrame()
    }

    private nextFrame(): void {
        this.index = 0
        this.frame = (this.frame + 1) & 0xffff
    }
}
