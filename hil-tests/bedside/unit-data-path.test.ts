// The data path with a bedside unit that leads and without one: no line is lost, and the control loop keeps its period.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import { pulledFromUnit } from "../support/bedside/watched-pullback"
import { fastRequest } from "../support/carts/fast-pull"
import { watchedPullback } from "../support/jacdac/watched-pullback"

const REVOLUTIONS_PER_S = 30
const WATCHED_S = 1
/** Period of the control loop. */
const LOOP_MS = 10
/** The firmware's clock has steps of 1 ms; a loop that sends to the unit may take a step longer. */
const STEP_MS = 1

const test = suite("data path beside a bedside unit")

test("as many lines as without it, none lost; the loop keeps its period", async () => {
    const request = fastRequest(REVOLUTIONS_PER_S, WATCHED_S + 0.5)
    const without = await watchedPullback(request, WATCHED_S)
    const led = await pulledFromUnit(request, WATCHED_S)
    assert.equal(without.losses, [])
    assert.equal(led.losses, [])
    // Imaged in both: the lines at rest before START depend on the operator.
    assert.ok(Math.abs(led.linesPerS / without.linesPerS - 1) < 0.001, `${led.linesPerS}`)
    assert.ok(Math.abs(led.meanLoopMs - without.meanLoopMs) < 0.1, `${led.meanLoopMs} ms`)
    assert.ok(led.worstLoopMs <= without.worstLoopMs + STEP_MS, `${led.worstLoopMs} ms`)
    assert.ok(led.worstLoopMs < 2 * LOOP_MS, `${led.worstLoopMs} ms`)
})

test.run()
