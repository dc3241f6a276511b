// What the live page shows, and the binary message of a frame.

import type { AssembledFrame } from "../frames/assembled-frame"
import type { ConsoleRequest } from "./console-request"
import type { LiveState } from "./live-state"
import type { SceneJson } from "./run/run-json"

export interface LiveSource {
    /** Without the frames, as JSON data. */
    state(): LiveState
    /** What the frames have in common: another object whenever it has changed; null before the first description. */
    scene(): SceneJson | null
    /** The latest frame. */
    latest(): LiveFrame | undefined
    /** Carries out a request. @returns the sentence by which it was refused; undefined when it was done */
    handle(request: ConsoleRequest): string | undefined
}

export interface LiveFrame {
    /** Counts all frames of the session, from 1 on. */
    readonly number: number
    readonly frame: Pick<AssembledFrame, "codes" | "present">
    readonly about: Omit<LiveFrameJson, "number" | "skipped">
}

/** The head of a frame's message. */
export interface LiveFrameJson {
    readonly number: number
    readonly timeMs: number
    /** From the home switch, as on the cart's display. */
    readonly positionMm: number
    readonly linesMissing: number
    /** Directions of the R waves. */
    readonly triggersDeg: readonly number[]
    /** Frames that this viewer did not get, because it was behind. */
    readonly skipped: number
}

/** Length of the JSON (u32, little-endian), JSON, a flag for each A-line, codes. */
export function packFrame({ number, frame, about }: LiveFrame, skipped: number): Uint8Array {
    const json: LiveFrameJson = { number, ...about, skipped }
    const head = Buffer.from(JSON.stringify(json))
    const { codes, present } = frame
    const bytes = new Uint8Array(4 + head.length + present.length + codes.length)
    new DataView(bytes.buffer).setUint32(0, head.length, true)
    bytes.set(head, 4)
    bytes.set(present, 4 + head.length)
    bytes.set(codes, 4 + head.length + present.length)
    return bytes
}
