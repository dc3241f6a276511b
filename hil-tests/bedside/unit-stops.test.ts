// From a press to standstill, by the ruler: START/STOP, a held button let go, and a unit that vanishes.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import * as unit from "../../src/shared/devices/bedside-unit"
import { REQUEST } from "../support/carts/bench-cart"
import { UnitBench } from "../support/bedside/unit-bench"

/** Requirement: from a press to standstill, up to 5 mm/s and at 10 mm/s. */
const LIMIT_MS = 100
const FAST_LIMIT_MS = 160
/** A unit in control that vanishes. */
const VANISHED_MS = 300
/** Moments of the press, over the loops of cart and unit, the unit's drawing and its packets. */
const MOMENTS = 8
const BETWEEN_MS = 23
/** A sled that creeps after its limit is seen. */
const MORE_MS = 120

interface Moving {
    readonly what: string
    readonly mmPerS: number
    readonly limitMs: number
    /** Held meanwhile. */
    readonly button?: number
    begin(bench: UnitBench): Promise<void>
}

function pullingAt(speed: string): Moving {
    return {
        what: `a pullback at ${speed} mm/s`,
        mmPerS: Number(speed),
        limitMs: Number(speed) > 5 ? FAST_LIMIT_MS : LIMIT_MS,
        begin: async bench => {
            await bench.set("speed", speed)
            await bench.pull()
            await bench.wait(1000)
        },
    }
}

const JOG: Moving = {
    ...{ what: "a jog", mmPerS: 1, limitMs: LIMIT_MS, button: unit.BUTTON_JOG_PROXIMAL },
    begin: async bench => {
        bench.press(unit.BUTTON_JOG_PROXIMAL)
        await bench.wait(700)
    },
}
const RETURN: Moving = {
    ...{ what: "a return", mmPerS: 5, limitMs: LIMIT_MS, button: unit.BUTTON_RETURN },
    begin: async bench => {
        await bench.set("speed", "10.00")
        await bench.pull()
        await bench.wait(3000)
        await bench.tap(unit.BUTTON_START)
        await bench.see("CUT SHORT")
        bench.press(unit.BUTTON_RETURN)
        await bench.wait(800)
    },
}
const HOMING: Moving = {
    ...{ what: "homing", mmPerS: 5, limitMs: LIMIT_MS },
    begin: async bench => {
        // Away from the switch first.
        await bench.hold(unit.BUTTON_JOG_PROXIMAL, 6000)
        await bench.wait(500)
        await bench.tap(unit.BUTTON_HOME)
        await bench.wait(600)
    },
}

/** Brings a homed cart into motion. @returns a function that sets it back to that moment */
async function movingBench({ begin, mmPerS }: Moving): Promise<[UnitBench, () => void]> {
    const bench = await UnitBench.homed(REQUEST)
    await begin(bench)
    const restore = await bench.save()
    const { ruler } = bench.board.rig
    const speed = Math.abs(ruler.speedMmPerS(bench.nowUs - 20_000, 20))
    // The friction of the nut is not modelled as a ripple of more than 5 %.
    assert.ok(Math.abs(speed - mmPerS) < 0.05 * mmPerS + 0.02, `moves at ${speed} mm/s`)
    return [bench, restore]
}

/** What ends a move, and the limit of each. */
type Act = readonly [what: string, limitMs: number, act: (bench: UnitBench) => void]

/** Ends the move at several moments by each act. @returns a line of figures for each */
async function checkAll(moving: Moving, acts: readonly Act[]): Promise<void> {
    const [bench, restore] = await movingBench(moving)
    for (const [what, limitMs, act] of acts) {
        const list: number[] = []
        for (let i = 0; i < MOMENTS; i++) {
            restore()
            await bench.wait(i * BETWEEN_MS + 1)
            const fromUs = bench.nowUs
            act(bench)
            await bench.wait(limitMs + MORE_MS)
            list.push(bench.standstillMs(fromUs))
        }
        check(`${moving.what}: ${what}`, list, limitMs)
    }
}

function check(what: string, list: readonly number[], limitMs: number): void {
    const worst = Math.max(...list)
    const mean = list.reduce((a, b) => a + b, 0) / list.length
    console.log(
        `    ${what}: standstill after ${mean.toFixed(0)} ms, at most ${worst.toFixed(0)} ms (limit ${limitMs})`
    )
    assert.ok(worst <= limitMs, `${what}: ${list.map(ms => ms.toFixed(0)).join(" ")} ms`)
    // It did move until then.
    assert.ok(Math.min(...list) > 5, `${what}: ${Math.min(...list)} ms`)
}

const stops = suite("from a press to standstill")

const press = ({ limitMs }: Moving): Act => [
    "START/STOP",
    limitMs,
    bench => bench.press(unit.BUTTON_START),
]
const letGo = ({ limitMs, button }: Moving): Act => [
    "let go",
    limitMs,
    bench => bench.release(button!),
]
const GONE: Act = ["the unit vanishes", VANISHED_MS, bench => bench.unit.unplug()]

for (const moving of [pullingAt("1.00"), pullingAt("5.00"), HOMING])
    stops(`${moving.what}: START/STOP [IVUS-UNT-002]`, () => checkAll(moving, [press(moving)]))

const fast = pullingAt("10.00")
stops(`${fast.what}: START/STOP, and a unit that vanishes [IVUS-UNT-002, IVUS-UNT-003]`, () =>
    checkAll(fast, [press(fast), GONE])
)

for (const moving of [JOG, RETURN])
    stops(
        `${moving.what}: START/STOP, let go, and a unit that vanishes [IVUS-UNT-002, IVUS-UNT-003]`,
        () => checkAll(moving, [press(moving), letGo(moving), GONE])
    )

stops.run()
