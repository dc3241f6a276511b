// A live view with frames of a small catheter, for tests of the console.

import type { AssembledFrame } from "../../frames/assembled-frame"
import { DESCRIPTION } from "../../link/testing/test-board"
import type { StoredReference } from "../../references/reference-file"
import type { FoundReference } from "../../references/reference-store"
import type { Description } from "../../../shared/protocol/messages"
import { Display, type DisplayChoice } from "../display"
import type { LiveQuestions } from "../live-questions"
import { LiveView } from "../live-view"
import { RingDownController } from "../ring-down-controller"

export const LINES = 64
export const SAMPLES = 64
/** 64 samples of 0.05 mm: 3.2 mm deep. */
export const SMALL: Description = {
    ...DESCRIPTION,
    lines_per_frame: LINES,
    samples_per_line: SAMPLES,
    sample_spacing_nm: 50_000,
}
const FRAME_US = 33_333

/** A reference store in memory. */
export class MemoryStore {
    stored: StoredReference | undefined
    notes: readonly string[] = ["No reference is stored."]
    find(): FoundReference {
        return { stored: this.stored, notes: this.stored ? [] : this.notes }
    }
    save(stored: StoredReference): string {
        this.stored = stored
        return "memory"
    }
}

/** A frame with one sample code everywhere except in the brighter ring-down zone. */
export function frameOf(
    n: number,
    code: number,
    changes: Partial<AssembledFrame> = {}
): AssembledFrame {
    const codes = new Uint8Array(LINES * SAMPLES).fill(code)
    // 0.3 mm of catheter, 0.25 mm of ring-down: samples 6 to 10.
    for (let i = 0; i < LINES; i++) codes.fill(220, i * SAMPLES + 6, i * SAMPLES + 11)
    return {
        index: n,
        timeMs: (n * FRAME_US) / 1000,
        positionMm: 0.5,
        codes,
        present: new Uint8Array(LINES).fill(1),
        linesAtSpeed: 0,
        linesPresent: LINES,
        tickUs: n * FRAME_US,
        triggers: [],
        isImaged: true,
        ...changes,
    }
}

/** A view whose clocks the test sets. */
export function testView(
    chosen: DisplayChoice = {},
    store = new MemoryStore(),
    questions?: LiveQuestions
) {
    const now = { ms: 0, dateMs: Date.UTC(2026, 0, 1) }
    const transmits: boolean[] = []
    const stops: number[] = []
    const asked: string[] = []
    const display = new Display(chosen)
    const ringDown = new RingDownController(store, () => now.dateMs)
    const view = new LiveView({
        target: "test board",
        display,
        ringDown,
        nowMs: () => now.ms,
        transmit: on => void transmits.push(on),
        stop: () => void stops.push(now.ms),
        questions,
        acknowledge: () => void asked.push("acknowledge"),
        pauseSound: () => void asked.push("pause-sound"),
    })
    const describe = (changes: Partial<Description> = {}): void =>
        view.listener.onDescription!({ ...SMALL, ...changes })
    const addFrame = (frame: AssembledFrame): void => view.listener.onFrame!(frame)
    return { view, now, transmits, stops, asked, display, ringDown, store, describe, addFrame }
}

/** Mean grey of the whole picture. */
export function meanGrey(view: LiveView): number {
    const { greys } = view.picture()
    return greys.reduce((sum, grey) => sum + grey, 0) / greys.length
}
