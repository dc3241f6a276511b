// A Jacdac client that reads a register of the cart, and two bedside units that are told its status, do not disturb a pullback.
import * as assert from "uvu/assert"
import { suite } from "uvu"
import { REQUEST } from "../support/carts/bench-cart"
import { watchedPullback } from "../support/jacdac/watched-pullback"

const test = suite("data path beside a client")

const READ_EVERY_MS = 100
const UNITS = 2
/** Promised are 100 ms while the sled moves; a packet of 20 ms may be before it. */
const TOLD_MS = 122
const WATCHED_S = 1
/** A pullback that is longer than it is watched. */
const PULLBACK = { ...REQUEST, lengthMm: 1.5 }
/** The VM counts milliseconds; a packet that wakes it shifts a loop by a part of one. */
const TICK_MS = 1
/** The watched second begins anywhere between two A-lines, so it holds one more or less. */
const WINDOW_LINES = 1

test("a client that reads each 100 ms and two units change neither lines per second, lost lines, nor the period of the control loop [IVUS-SVC-006]", async () => {
    const without = await watchedPullback(PULLBACK, WATCHED_S)
    const read = await watchedPullback(PULLBACK, WATCHED_S, READ_EVERY_MS, UNITS)
    assert.is(read.reads, (1000 * WATCHED_S) / READ_EVERY_MS, "each read is answered in time")
    assert.ok(read.worstToldMs > 0 && read.worstToldMs < TOLD_MS, `${read.worstToldMs} ms`)
    assert.ok(
        Math.abs(read.linesPerS - without.linesPerS) <= WINDOW_LINES,
        `${read.linesPerS} A-lines/s, without a client ${without.linesPerS}`
    )
    assert.equal(read.losses, [])
    assert.equal(without.losses, [])
    const loops = (1000 * WATCHED_S) / without.meanLoopMs
    assert.ok(
        Math.abs(read.meanLoopMs - without.meanLoopMs) < TICK_MS / loops,
        `a loop takes ${read.meanLoopMs} ms, without a client ${without.meanLoopMs} ms`
    )
    assert.ok(
        read.worstLoopMs < without.worstLoopMs + TICK_MS,
        `the longest loop takes ${read.worstLoopMs} ms, without a client ${without.worstLoopMs} ms`
    )
})

test.run()
