// The frames that the assembler delivers, and its line counts, gaps and stretches at speed.

import type { PolarFrame } from "../picture/geometry"

/** Counts of the A-lines of one run. */
export interface LineCounts {
    received: number
    /** Line numbers that were not received: dropped at the front end, lost or damaged on the link. */
    missing: number
    /** Lines received twice, or after a later one; not used. */
    repeated: number
    /** Lines fired at the commanded speed. */
    atSpeed: number
    /** Lines whose set-point epoch differs from that of their burst: one of the two is wrong. */
    otherEpoch: number
    /** Frames of which no line was received. */
    framesMissing: number
}

/** A range of line numbers that were not received, both ends included. */
export interface LineGap {
    readonly first: number
    readonly last: number
}

/** An R wave of the ECG within a frame. */
export interface FrameTrigger {
    /** Index of the first line fired after the R wave. */
    readonly line: number
    /** Line-clock time of that line, us; the R wave was at most one line period earlier. */
    readonly tickUs: number
}

/** Place, time and counts of a frame: what is known of it without its samples. */
export interface FrameMark {
    readonly index: number
    readonly timeMs: number
    readonly positionMm: number
    readonly linesAtSpeed: number
    readonly linesPresent: number
    /** Line-clock time of the middle line, us, continued over the wrap of the 32-bit clock after 71 minutes. */
    readonly tickUs: number
    /** ECG triggers in order of time. */
    readonly triggers: readonly FrameTrigger[]
}

/**
 * A frame with the position and time of its middle line. For channel data, `codes` holds the bytes of the samples;
 * ../beamform converts them into A-lines.
 */
export interface AssembledFrame extends PolarFrame, FrameMark {
    /** Whether it belongs to the pictures of the run: half of its lines are at speed. */
    readonly isImaged: boolean
}

/** Number, sled position and line-clock time of one A-line at speed. */
export interface LinePlace {
    readonly line: number
    readonly tickUs: number
    readonly positionNm: number
}

/** Consecutive lines flagged as at speed under one speed set point: a stretch at constant speed, or one stop. */
export interface ImagedStretch {
    readonly first: LinePlace
    readonly last: LinePlace
    lines: number
    /** Low eight bits of the set point's epoch. */
    readonly epoch: number
}
