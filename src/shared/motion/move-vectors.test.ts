// Tests moves and speed changes against the frozen vectors in Node.

import { readFileSync } from "node:fs"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import { planMove } from "./move-plan"
import { checkTrigger, stopNm } from "./move-steps"
import { MOVE_GATED } from "./move-terms"
import { planSpeedChange } from "./speed-change"

const test = suite("vectors of moves")
// Untyped on purpose: the frozen file is the reference, not the present types.
const vectors = JSON.parse(
    readFileSync(new URL("../protocol/vectors.json", import.meta.url), "utf8")
)

test("moves", () => {
    assert.ok(vectors.moves.length > 40)
    for (const v of vectors.moves) {
        const result = planMove(v.kind, v.from_nm, v.request, v.limits)
        assert.equal(
            { ...result, plan: { ...result.plan } },
            { reason: v.reason, value: v.value, plan: v.plan }
        )
    }
})

test("speed changes", () => {
    assert.ok(vectors.speed_changes.length > 10)
    for (const v of vectors.speed_changes) {
        const result = planSpeedChange(v.position_nm, v.now_nm_s, v.new_nm_s, v.left)
        assert.equal(
            { ...result, change: { ...result.change } },
            { reason: v.reason, value: v.value, change: v.change }
        )
    }
})

test("gates", () => {
    const { from_nm, request, limits, stops, triggers } = vectors.gates
    const plan = planMove(MOVE_GATED, from_nm, request, limits).plan!
    assert.ok(stops.length > 0 && triggers.length > 0)
    for (const v of stops) assert.is(stopNm(plan, v.index), v.nm)
    for (const v of triggers)
        assert.is(checkTrigger(plan, v.since_ms, v.triggered, v.first), v.verdict)
})

test.run()
