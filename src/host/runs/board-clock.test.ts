// Times of a run's log by the clock of its board.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import type { Event, Status } from "../../shared/protocol/messages"
import { BoardClock } from "./board-clock"

const test = suite("clock of a board")

const DATE_MS = Date.UTC(2026, 10, 30)
const after = (clock: BoardClock): number => clock.nowMs() - DATE_MS

test("goes on from the date of the run, whatever the board's time was", () => {
    const clock = new BoardClock(DATE_MS)
    const { onStatus, onEvent } = clock.listener
    assert.is(after(clock), 0)
    onStatus({ time_ms: 5000 } as Status)
    assert.is(after(clock), 0)
    onEvent({ time_ms: 5120 } as Event)
    assert.is(after(clock), 120)
    onStatus({ time_ms: 5500 } as Status)
    // Sent late.
    onEvent({ time_ms: 5400 } as Event)
    assert.is(after(clock), 500)
})

test("does not go back when the board starts again", () => {
    const clock = new BoardClock(DATE_MS)
    const { onStatus } = clock.listener
    for (const time_ms of [100, 2100, 40, 90]) onStatus({ time_ms } as Status)
    assert.is(after(clock), 2050)
})

test.run()
