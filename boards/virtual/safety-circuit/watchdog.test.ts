// The safety circuit's watchdog (boards/README.md): edges keep it alive, 100 ms without an edge expire it.
// Virtual time is exact: no tolerance.
import * as assert from "uvu/assert"
import { suite } from "uvu"
import * as fc from "fast-check"
import { Watchdog, WATCHDOG_US } from "./watchdog"
import { VirtualClock } from "../vm/virtual-clock"

const test = suite("watchdog")

function bench() {
    const clock = new VirtualClock()
    const changes: [number, boolean][] = []
    const watchdog = new Watchdog(clock, alive => changes.push([clock.nowUs, alive]))
    return { clock, watchdog, changes }
}

test("is expired at power-on, and a constant level does not start it", () => {
    const { clock, watchdog, changes } = bench()
    assert.not(watchdog.alive)
    watchdog.input(0)
    clock.step(1e6)
    assert.not(watchdog.alive)
    assert.equal(changes, [])
})

test("expires 100 ms after the last edge, with the pin stuck at either level [IVUS-SAF-003]", () => {
    for (const stuckAt of [0, 1]) {
        assert.is(WATCHDOG_US, 100_000)
        const { clock, watchdog, changes } = bench()
        for (let i = 0; i < 20 + stuckAt; i++) {
            clock.step(10_000 * i)
            watchdog.input((i + 1) & 1)
        }
        const lastUs = clock.nowUs
        // Repeating the same level is not an edge.
        for (let t = 0; t < 99_999; t += 1000) {
            watchdog.input(stuckAt)
            clock.step(lastUs + t)
        }
        clock.step(lastUs + WATCHDOG_US - 1)
        assert.ok(watchdog.alive)
        clock.step(lastUs + WATCHDOG_US)
        assert.not(watchdog.alive)
        assert.equal(changes, [
            [0, true],
            [lastUs + WATCHDOG_US, false],
        ])
        watchdog.input(1 - stuckAt)
        assert.ok(watchdog.alive, "an edge restarts it")
    }
})

test("any edge train: alive exactly while the last edge is less than 100 ms old", () => {
    const gaps = fc.array(
        fc.oneof(
            fc.integer({ min: 1, max: 30_000 }),
            fc.constantFrom(99_999, 100_000, 100_001, 250_000)
        ),
        { maxLength: 40 }
    )
    fc.assert(
        fc.property(gaps, list => {
            const { clock, watchdog, changes } = bench()
            const expected: [number, boolean][] = []
            let level = 0
            let lastUs = -Infinity
            let nowUs = 0
            for (const gap of list) {
                nowUs += gap
                while (clock.step(nowUs));
                if (nowUs - lastUs >= WATCHDOG_US) {
                    if (lastUs >= 0) expected.push([lastUs + WATCHDOG_US, false])
                    expected.push([nowUs, true])
                }
                watchdog.input((level ^= 1))
                lastUs = nowUs
            }
            while (clock.step(nowUs + 1e6));
            if (lastUs >= 0) expected.push([lastUs + WATCHDOG_US, false])
            assert.equal(changes, expected)
        }),
        { seed: 1, numRuns: 300 }
    )
})

test.run()
