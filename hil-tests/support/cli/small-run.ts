// The bytes of a pullback that is as small as one with pictures can be.

import {
    LINE_AT_SPEED,
    LINE_FRAME_START,
    recordLength,
} from "../../../src/shared/acquisition/line-record"
import { STATE_PULLING } from "../../../src/shared/cart-machine"
import { EVENT_STATE } from "../../../src/shared/codes"
import { plainLine, record, TestBoard } from "../../../src/host/link/testing/test-board"

const LINES_PER_FRAME = 16
const SAMPLES_PER_LINE = 64
const SAMPLES = Uint8Array.from({ length: SAMPLES_PER_LINE }, (_, k) => 4 * k)
/** A line is 1 um. */
export const SMALL_RUN_LINES = 960

/** A run of 60 frames without its summary. @param lines of them */
export function smallRun(run: number, lines = SMALL_RUN_LINES): TestBoard {
    const board = new TestBoard().hello().describe({
        ...{ run, lines_per_frame: LINES_PER_FRAME, samples_per_line: SAMPLES_PER_LINE },
        record_length: recordLength(SAMPLES_PER_LINE),
        window_end_nm: 2_000_000 + 1000 * SMALL_RUN_LINES,
    })
    board.event(EVENT_STATE, STATE_PULLING)
    for (let first = 0; first < lines; first += LINES_PER_FRAME)
        board.lines(
            Array.from({ length: LINES_PER_FRAME }, (_, index) => {
                const line = first + index
                const flags = LINE_AT_SPEED | (index === 0 ? LINE_FRAME_START : 0)
                const header = { frame: first / LINES_PER_FRAME, index, flags }
                return record({ ...plainLine(line), ...header, samples: SAMPLES.length }, SAMPLES)
            })
        )
    return board
}

/** A run of 60 frames. */
export function wholeSmallRun(run: number): Uint8Array {
    const [lines_fired, lines_sent] = [SMALL_RUN_LINES, SMALL_RUN_LINES]
    return smallRun(run).end({ run, lines_fired, lines_sent }).bytes()
}
