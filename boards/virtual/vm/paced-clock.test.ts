// The paced clock against a wall clock that the test moves.
import { suite } from "uvu"
import * as assert from "uvu/assert"
import { PacedClock } from "./paced-clock"
import type { WallClock } from "./real-clock"

const test = suite("paced clock")

/** Time that passes only while somebody waits, or is busy. */
class Wall implements WallClock {
    ms = 5000
    nowMs(): number {
        return this.ms
    }
    block(ms: number): void {
        this.ms += ms
    }
    yield(ms: number): Promise<void> {
        this.ms += ms
        return Promise.resolve()
    }
}

/** Ten alarms, 10 ms apart; the third keeps the process busy for `busyMs`. @returns wall and virtual time of each, ms */
async function run(busyMs: number, behindMs: number): Promise<[PacedClock, [number, number][]]> {
    const wall = new Wall()
    const clock = new PacedClock(1000 * behindMs, wall)
    const seen: [number, number][] = []
    const startMs = wall.ms
    for (let i = 1; i <= 10; i++)
        clock.at(10_000 * i, () => {
            seen.push([wall.ms - startMs, clock.nowUs / 1000])
            if (i === 3) wall.ms += busyMs
        })
    clock.begin()
    assert.ok(await clock.run(() => seen.length === 10, 1e6))
    return [clock, seen]
}

test("no alarm runs before its time, nor much later", async () => {
    const [clock, seen] = await run(0, 50)
    // It waits whole milliseconds.
    for (const [wallMs, ownMs] of seen) assert.ok(wallMs >= ownMs && wallMs <= ownMs + 1)
    assert.is(clock.slippedUs, 0)
})

test("after a busy time the late alarms run with their own times, and pace is kept", async () => {
    const [clock, seen] = await run(35, 50)
    assert.equal(
        seen.map(([, ownMs]) => ownMs),
        [10, 20, 30, 40, 50, 60, 70, 80, 90, 100]
    )
    assert.equal(
        seen.slice(3, 6).map(([wallMs]) => wallMs),
        [65, 65, 65]
    )
    assert.is(seen.at(-1)![0], 100)
    assert.is(clock.slippedUs, 0)
})

test("beyond its limit it falls behind by the excess, and says so", async () => {
    const [clock, seen] = await run(135, 50)
    // At 165 ms the alarm of 40 ms was due 125 ms ago.
    assert.is(clock.slippedUs, 75_000)
    assert.is(seen.at(-1)![0], 175)
    assert.is(seen.at(-1)![1], 100)
})

test("before it begins, and after it ends, it jumps", async () => {
    const wall = new Wall()
    const clock = new PacedClock(0, wall)
    await clock.run(() => false, 1e6)
    clock.begin()
    await clock.run(() => false, 2e6)
    clock.end()
    await clock.run(() => false, 9e6)
    assert.is(wall.ms, 6000)
    assert.is(clock.nowUs, 9e6)
})

test.run()
