// Virtual time: order of alarms, limits, cancelling. Exact.
import * as assert from "uvu/assert"
import { suite } from "uvu"
import * as fc from "fast-check"
import { type Alarm, VirtualClock } from "./virtual-clock"

const test = suite("virtual clock")

test("alarms run in order of time; alarms with the same time run in order of creation", () => {
    const times = fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 200 })
    fc.assert(
        fc.property(times, list => {
            const clock = new VirtualClock()
            const ran: number[][] = []
            for (const [i, at] of list.entries()) clock.at(at, () => ran.push([at, i, clock.nowUs]))
            while (clock.step());
            const expected = list
                .map((at, i) => [at, i, at])
                .sort((a, b) => a[0]! - b[0]! || a[1]! - b[1]!)
            assert.equal(ran, expected)
        }),
        { seed: 1 }
    )
})

test("alarms that set and cancel alarms run as in a sorted list", () => {
    const step = fc.record({
        delay: fc.integer({ min: -5, max: 10 }),
        children: fc.array(fc.integer({ min: -2, max: 6 }), { maxLength: 3 }),
        cancels: fc.nat(50),
    })
    fc.assert(
        fc.property(fc.array(step, { maxLength: 40 }), steps => {
            const clock = new VirtualClock()
            const alarms: Alarm[] = []
            const ran: number[] = []
            const cancelled = new Set<number>()
            const times: number[] = []
            const set = (delay: number, then: () => void): void => {
                const id = alarms.length
                const at = clock.nowUs + Math.max(0, delay)
                times.push(at)
                alarms.push(
                    clock.after(delay, () => {
                        assert.is(clock.nowUs, at)
                        ran.push(id)
                        then()
                    })
                )
            }
            for (const s of steps)
                set(s.delay, () => {
                    for (const child of s.children) set(child, () => undefined)
                    const victim = s.cancels % alarms.length
                    if (!ran.includes(victim)) {
                        alarms[victim]!.cancelled = true
                        cancelled.add(victim)
                    }
                })
            while (clock.step());
            const all = [...alarms.keys()].filter(id => !cancelled.has(id))
            // Ids are in order of creation, so this is the order by time and creation.
            const expected = all.sort((a, b) => times[a]! - times[b]! || a - b)
            assert.equal(ran, expected)
        }),
        { seed: 2, numRuns: 300 }
    )
})

test("with a limit, later alarms stay and the clock stops at the limit", () => {
    const clock = new VirtualClock()
    const ran: string[] = []
    clock.at(10, () => ran.push("10"))
    clock.at(20.5, () => ran.push("20.5"))
    assert.ok(clock.step(10), "the limit itself is included")
    assert.not(clock.step(20))
    assert.is(clock.nowUs, 20)
    assert.not(clock.step(5), "time does not go back")
    assert.is(clock.nowUs, 20)
    assert.ok(clock.step())
    assert.is(clock.nowUs, 20.5)
    assert.not(clock.step())
    assert.is(clock.nowUs, 20.5, "without alarms and without a limit the clock does not advance")
    assert.equal(ran, ["10", "20.5"])
})

test("an alarm in the past runs next, at the present time", () => {
    const clock = new VirtualClock()
    clock.step(100)
    let at = -1
    clock.at(50, () => (at = clock.nowUs))
    clock.step()
    assert.is(at, 100)
})

test("a cancelled alarm takes no step", () => {
    const clock = new VirtualClock()
    clock.after(5, () => assert.unreachable()).cancelled = true
    let ran = false
    clock.after(9, () => (ran = true))
    assert.ok(clock.step())
    assert.ok(ran)
    assert.is(clock.nowUs, 9)
})

test("Date.now() starts at a fixed date and advances with the clock", () => {
    const clock = new VirtualClock()
    assert.is(clock.dateMs, Date.UTC(2026, 0, 1))
    clock.step(2500)
    assert.is(clock.dateMs, Date.UTC(2026, 0, 1) + 2.5)
})

test.run()
