// The guided wiring check against every wiring fault of the sled: which wire it names.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import { type WiringAction, WiringCheck, type WiringReading } from "./wiring-check"

interface Wiring {
    /** What the two inputs read for the true states of the switches. */
    readonly inputs?: (home: boolean, far: boolean) => readonly [boolean, boolean]
    /** Encoder counts in mm for a true position. */
    readonly encoder?: (mm: number) => number
    readonly stageOff?: boolean
}

const STEP_MS = 1000

/** A hand that does what it is asked for, one reading each 100 ms. @returns the names and texts of what is wrong */
function wrongOf({
    inputs = (h, f) => [h, f],
    encoder = mm => mm,
    stageOff = true,
}: Wiring): string[] {
    let trueMm = 40
    let [home, far] = [false, false]
    let moves: (() => void)[] = []
    const press = (set: (on: boolean) => void): (() => void)[] => [
        () => set(true),
        () => set(false),
    ]
    const check = new WiringCheck(STEP_MS, (text, action: WiringAction) => {
        assert.match(text, /\.$/)
        moves = {
            middle: [],
            home: press(on => (home = on)),
            far: press(on => (far = on)),
            away: [1, 2, 3, 4].map(() => () => void (trueMm += 1.5)),
        }[action]
    })
    for (let nowMs = 0; !check.done; nowMs += 100) {
        assert.ok(nowMs < 10 * STEP_MS, "the check does not end")
        const [atHome, atFar] = inputs(home, far)
        const reading: WiringReading = {
            ...{ home: atHome, far: atFar, stageOff, positionMm: encoder(trueMm) },
        }
        check.take(reading, nowMs)
        moves.shift()?.()
    }
    const wrong = check.results.filter(r => !r.ok).map(r => `${r.name}: ${r.text}`)
    assert.is(check.isGood, wrong.length === 0)
    return wrong
}

const test = suite("guided wiring check")

test("finds nothing wrong with right wires", () => assert.equal(wrongOf({}), []))

for (const [name, wiring, ...expected] of [
    ["a cut home wire", { inputs: (_h, f) => [true, f] }, /home .*wire is cut/, /home switch: not/],
    ["a cut far wire", { inputs: h => [h, true] }, /far .*wire is cut/, /far switch: not/],
    ["a home short", { inputs: (_h, f) => [false, f] }, /^home switch: never .*short to ground/],
    ["a far short", { inputs: h => [h, false] }, /^far switch: never .*short to ground/],
    ["no cable", { inputs: () => [true, true] }, /both .*cable is off/, /home/, /far switch: not/],
    ["swapped switches", { inputs: (h, f) => [f, h] }, /home .*swap the wires/, /far .*swapped/],
    ["a dead encoder", { encoder: () => 7 }, /^encoder: does not count/],
    ["swapped A and B", { encoder: mm => -mm }, /^encoder: .*swap its channels A and B/],
    ["one channel cut", { encoder: mm => (mm > 41 ? 0.5 : 0) }, /^encoder: counted only 0\.50 mm/],
    ["a stage that stays on", { stageOff: false }, /^motor stage: still on: check .*DRV_ENN/],
] as [string, Wiring, ...RegExp[]][])
    test(`names ${name}`, () => {
        const wrong = wrongOf(wiring)
        assert.is(wrong.length, expected.length, wrong.join("; "))
        expected.forEach((pattern, i) => assert.match(wrong[i]!, pattern))
    })

test("a switch that is pressed and not released is not right", () => {
    let pressed = false
    const check = new WiringCheck(STEP_MS, (_text, action) => void (pressed ||= action === "home"))
    for (let nowMs = 0; nowMs < 1500; nowMs += 100)
        check.take({ home: pressed, far: false, stageOff: true, positionMm: 0 }, nowMs)
    assert.match(check.results[2]!.text, /was not released/)
})

test.run()
