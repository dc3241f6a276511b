// Captures of a short pullback through a round lumen with one narrowing, for tests of measurements.

import { plainLine, record, TestBoard } from "../../../src/host/link/testing/test-board"
import {
    LINE_AT_SPEED,
    LINE_FRAME_START,
    recordLength,
} from "../../../src/shared/acquisition/line-record"
import type { Description } from "../../../src/shared/protocol/messages"

/** Fewer frames than need threads. */
export const FRAMES = 46
const [LINES, SAMPLES] = [32, 64]
const FRAME_UM = 500
const WINDOW_NM = FRAMES * FRAME_UM * 1000

/** Of the round lumen away from its narrowing, and in it. */
export const RADIUS_MM = 2.4
export const NARROW_MM = 1.5

/** The narrowing is in the middle, with sides of 1 mm. Samples are 0.05 mm. */
function radiusMm(mm: number, narrowMm: number): number {
    return RADIUS_MM - (RADIUS_MM - narrowMm) * Math.max(0, Math.min(1, 4 - Math.abs(mm - 12)))
}

/** A capture of a pullback through it: blood, then wall, with noise that is the same each time. */
export function narrowedCapture(
    more: Partial<Description> = {},
    frames = FRAMES,
    narrowMm = NARROW_MM
): Uint8Array {
    const board = new TestBoard().hello().describe({
        ...{ lines_per_frame: LINES, samples_per_line: SAMPLES, sample_spacing_nm: 50_000 },
        ...{ record_length: recordLength(SAMPLES), frame_rate_mhz: 2000, ...more },
        window_end_nm: 2_000_000 + WINDOW_NM,
    })
    let state = 1
    const noise = (): number => (state = (Math.imul(state, 1103515245) + 12345) >>> 0) >>> 28
    for (let line = 0; line < frames * LINES; line++) {
        const index = line % LINES
        const frame = Math.floor(line / LINES)
        const um = Math.round((line * FRAME_UM) / LINES)
        const wall = radiusMm(um / 1000, narrowMm) / 0.05
        const samples = Uint8Array.from({ length: SAMPLES }, (_, k) =>
            k < 6 ? 0 : (k < wall ? 70 : 190) + noise()
        )
        const header = {
            ...{ ...plainLine(line), index, frame, samples: SAMPLES },
            ...{ position_counts: 2000 + um, tick_us: 1000 + 1000 * um },
            flags: LINE_AT_SPEED | (index === 0 ? LINE_FRAME_START : 0),
        }
        board.lines([record(header, samples)])
    }
    return board.end({ run: 1, lines_fired: frames * LINES, lines_sent: frames * LINES }).bytes()
}
