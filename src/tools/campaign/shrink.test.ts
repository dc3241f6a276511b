// Failing cases of the campaign are made smaller, and stay failing.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import type { Case } from "./case"
import { CASES_PER_CART, drawCase } from "./draw"
import { shrink, smaller } from "./shrink"

const CASE: Case = {
    ...{ cart: 1, frontEnd: "line-engine" },
    steps: [
        { do: "jog", speed: 5, holdMs: 500, stops: true, then: 2 },
        { do: "return", stopAfterMs: 100 },
        { do: "recover" },
    ],
    disturbance: {
        ...{ what: "bus", device: "motor", atMs: 1234, forMs: 40 },
        how: { how: "flipped", line: "mosi", bits: [3, 17, 30] },
    },
}

const shrinking = suite("shrinking a case")

shrinking("drops what is not needed: steps, bits, stretch, time", async () => {
    // Fails if bit 17 of a write is flipped during a return, from 600 ms on.
    const small = await shrink(CASE, async ({ steps, disturbance: d }) => {
        const bits = d?.what === "bus" && d.how.how === "flipped" ? d.how.bits : []
        return steps.some(s => s.do === "return") && bits.includes(17) && d!.atMs >= 600
    })
    assert.equal(small, {
        ...{ cart: 1, frontEnd: "line-engine" },
        steps: [{ do: "return" }],
        disturbance: {
            ...{ what: "bus", device: "motor", atMs: 1000 },
            how: { how: "flipped", line: "mosi", bits: [17] },
        },
    })
})

shrinking("keeps a case of which every part is needed", async () => {
    const before = JSON.stringify(CASE)
    assert.equal(await shrink(CASE, async c => JSON.stringify(c) === before), CASE)
})

shrinking("ends after the tries that it was given", async () => {
    let tries = 0
    await shrink(CASE, async () => ++tries > 0, 5)
    assert.is(tries, 5)
})

shrinking("every smaller case differs, and steps are dropped first", () => {
    const all = smaller(CASE).map(c => JSON.stringify(c))
    assert.is(new Set([...all, JSON.stringify(CASE)]).size, all.length + 1)
    assert.is(smaller(CASE)[0]!.steps.length, CASE.steps.length - 1)
})

shrinking.run()

const drawing = suite("drawing cases")

drawing("a case follows from seed and number alone, and is JSON", () => {
    const c = drawCase(1, 17)
    assert.equal(drawCase(1, 17), c)
    assert.equal(JSON.parse(JSON.stringify(c)), c)
    assert.not.equal(drawCase(2, 17), c)
})

drawing("3,000 cases contain every procedure and every kind of disturbance", () => {
    const cases = Array.from({ length: 3000 }, (_, n) => drawCase(1, n))
    const steps = new Set<string>(
        cases.flatMap(c => c.steps.map(s => (s.do === "pull" ? s.mode : s.do)))
    )
    const procedures = ["home", "jog", "live", "continuous", "stepped", "gated"]
    for (const p of [...procedures, "return", "calibrate", "trip", "recover"])
        assert.ok(steps.has(p), p)
    const what = new Set(cases.map(c => c.disturbance!.what))
    assert.equal([...what].sort(), ["bus", "estop", "fault", "hang", "link", "restart", "setting"])
    assert.ok(cases.filter(c => c.frontEnd === "un0rick").length >= CASES_PER_CART)
})

drawing.run()
