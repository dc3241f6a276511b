// The surprise: one fault, hidden, 1 to 8 s after it was asked for or the pullback began, and the same one for a seed.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import { VirtualClock } from "../../../boards/virtual/vm/virtual-clock"
import { CausedFaults } from "./caused-faults"
import { FAULT_LESSONS } from "./fault-lessons"
import { Surprise } from "./surprise"

const test = suite("surprise")

/** What is caused, and when, in 20 s after the pullback began; asked for before, or during it. */
async function causedBy(seed: number, isPulling: boolean): Promise<[name: string, s: number][]> {
    const clock = new VirtualClock()
    const caused: [string, number][] = []
    const instruments = {
        ...{ nowUs: () => clock.nowUs, positionMm: () => 0, speedMmPerS: () => 0 },
        driveStopUs: () => undefined,
    }
    const start = (name: string): undefined => void caused.push([name, clock.nowUs / 1e6])
    const faults = new CausedFaults(FAULT_LESSONS, start, instruments)
    const surprise = new Surprise(faults, clock, seed)
    assert.is(surprise.ask(isPulling), undefined)
    assert.match(surprise.ask(isPulling) ?? "", /on its way/)
    if (!isPulling) {
        await clock.run(() => false, 20e6)
        assert.equal(caused, [], "nothing before the pullback")
        surprise.onPulling()
    }
    const beganS = clock.nowUs / 1e6
    await clock.run(() => false, clock.nowUs + 20e6)
    assert.not(
        faults.states().some(state => state.caused),
        "not told"
    )
    return caused.map(([name, s]) => [name, s - beganS])
}

test("one fault for each that is asked for, within 1 to 8 s of the pullback, different ones with different seeds", async () => {
    const names = new Set<string>()
    for (let seed = 1; seed <= 12; seed++)
        for (const isPulling of [true, false]) {
            const caused = await causedBy(seed, isPulling)
            assert.is(caused.length, 1)
            const [name, s] = caused[0]!
            assert.ok(s >= 1 && s <= 8, `${s} s`)
            names.add(name)
        }
    assert.ok(names.size > 3, [...names].join())
})

test("the same seed gives the same surprise", async () => {
    assert.equal(await causedBy(5, true), await causedBy(5, true))
})

test.run()
