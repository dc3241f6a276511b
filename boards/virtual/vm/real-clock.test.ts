// RealClock against a wall clock that the test controls: exact, without real waiting.
import * as assert from "uvu/assert"
import { suite } from "uvu"
import { RealClock, type WallClock } from "./real-clock"

const test = suite("real clock")

/** A wall clock that advances only in waits, each of which ends late by `lateMs`. */
class MovedWall implements WallClock {
    ms = 5000
    lateMs = 0
    blockedMs = 0
    yields = 0
    nowMs(): number {
        return this.ms
    }
    block(ms: number): void {
        this.ms += ms + this.lateMs
        this.blockedMs += ms
    }
    async yield(ms: number): Promise<void> {
        this.yields++
        this.ms += ms + this.lateMs
    }
}

test("jumps until begin(); after it no alarm runs before its time", () => {
    const wall = new MovedWall()
    const clock = new RealClock(wall)
    const ran: number[][] = []
    clock.at(1e6, () => void ran.push([clock.nowUs, wall.ms]))
    clock.at(3e6, () => void ran.push([clock.nowUs, wall.ms]))
    clock.step()
    clock.begin()
    clock.step()
    assert.equal(ran, [
        [1e6, 5000],
        [3e6, 7000],
    ])
    assert.is(clock.worstLateUs, 0)
    clock.end()
    clock.after(5e6, () => void ran.push([clock.nowUs, wall.ms]))
    clock.step()
    assert.equal(ran[2], [8e6, 7000])
})

test("time continues while an alarm runs, and the next alarm is late accordingly", () => {
    const wall = new MovedWall()
    const clock = new RealClock(wall)
    clock.begin()
    let second = 0
    clock.at(1000, () => {
        wall.ms += 30
        assert.is(clock.nowUs, 31_000)
        clock.after(1000, () => undefined)
    })
    clock.at(2000, () => void (second = clock.nowUs))
    clock.step()
    clock.step()
    assert.is(second, 31_000)
    assert.is(clock.worstLateUs, 29_000)
    clock.step()
    assert.is(clock.nowUs, 32_000)
    clock.begin()
    assert.is(clock.worstLateUs, 0)
})

test("with a lateness limit it falls behind the wall clock instead, but never behind a time already read", () => {
    const wall = new MovedWall()
    const clock = new RealClock(wall, 20_000)
    clock.begin()
    const ranUs: number[] = []
    for (const us of [1000, 2000, 3000]) clock.at(us, () => void ranUs.push(clock.nowUs))
    wall.ms += 100
    clock.step()
    // Stalled for 100 ms, 1 ms of it until the alarm was due.
    assert.equal(ranUs, [21_000])
    assert.is(clock.slippedUs, 79_000)
    assert.is(clock.worstLateUs, 20_000)
    // Repeated stalls do not add up to more lateness.
    for (const us of [22_000, 23_000, 24_000])
        clock.at(us, () => {
            wall.ms += 15
            ranUs.push(clock.nowUs)
        })
    for (let i = 0; i < 5; i++) clock.step()
    assert.equal(ranUs, [21_000, 21_000, 21_000, 37_000, 44_000, 59_000])
    assert.is(clock.worstLateUs, 20_000)
    const slippedUs = clock.slippedUs
    // Waiting for a later alarm is not a stall.
    clock.after(500_000, () => undefined)
    clock.step()
    assert.is(clock.slippedUs, slippedUs)
    clock.begin()
    assert.is(clock.slippedUs, 0)
})

test("a stall while an alarm runs, or between two readings of the wall clock, counts up to the limit", () => {
    const wall = new MovedWall()
    const limited = new RealClock(wall, 200)
    limited.begin()
    let readUs: number[] = []
    const read = (clock: RealClock): void => {
        for (let i = 0; i < 2; i++) {
            wall.ms += 100
            readUs.push(clock.nowUs)
        }
    }
    limited.at(1000, () => read(limited))
    limited.at(500_000, () => undefined)
    limited.step()
    assert.equal(readUs, [1200, 1400])

    class StalledWall extends MovedWall {
        override nowMs(): number {
            return (this.ms += 50)
        }
    }
    const paced = new RealClock(new StalledWall(), 0)
    readUs = []
    paced.begin()
    for (const us of [1000, 2000, 60_000]) paced.at(us, () => read(paced))
    while (paced.step());
    assert.equal(readUs, [1000, 1000, 2000, 2000, 60_000, 60_000])
    assert.is(paced.worstLateUs, 0)
})

test("does not wait for a cancelled alarm, and does not run the next one early", () => {
    const wall = new MovedWall()
    const clock = new RealClock(wall)
    clock.begin()
    clock.at(1000, () => assert.unreachable()).cancelled = true
    let ranUs = 0
    clock.at(4000, () => void (ranUs = clock.nowUs))
    assert.ok(clock.step())
    assert.is(ranUs, 4000)
})

test("run() ends at its limit, leaves long waits to the event loop and reports progress", async () => {
    const wall = new MovedWall()
    const clock = new RealClock(wall)
    clock.begin()
    let ticks = 0
    const tick = (): void => {
        ticks++
        clock.after(10_000, tick)
    }
    clock.after(10_000, tick)
    let progressCalls = 0
    assert.not(
        await clock.run(
            () => false,
            205_000,
            () => void progressCalls++
        )
    )
    assert.is(ticks, 20)
    assert.is(clock.nowUs, 205_000)
    assert.is(wall.ms, 5205)
    // The last 2 ms of each wait are blocking, as timers of the event loop would be late.
    assert.ok(wall.blockedMs <= 21 * 2, `${wall.blockedMs} ms blocked`)
    assert.ok(wall.yields >= 20, `${wall.yields} yields to the event loop`)
    assert.ok(progressCalls >= 2 && progressCalls <= 5, `${progressCalls} progress calls`)
    assert.ok(await clock.run(() => ticks === 22, Infinity))
})

test.run()
