// Responsible for: mutated bytes on both parsers of the link: 20,000 cases and some; `npm run fuzz` runs a million.
// Not for: what must hold of each case (tools/fuzz/).

import * as fc from "fast-check"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import { anyMessages } from "../../src/tools/fuzz/any-messages"
import { boardInVm, stopResting } from "../../src/tools/fuzz/board-in-vm"
import { boardJudging } from "../../src/tools/fuzz/board-judging"
import { cleanStreams, cutStreams, noise, plainStreams } from "../../src/tools/fuzz/plain-streams"
import { sealedStreams } from "../../src/tools/fuzz/sealed-streams"

const RUNS = 10_000
const test = suite("mutated bytes")

test("a board's, without tags: exactly the right bursts and lines come through", () => {
    const lines = { good: 0, damaged: 0 }
    fc.assert(plainStreams(lines), { numRuns: RUNS, seed: 20 })
    // The cases are no good if they destroy everything or nothing.
    assert.ok(lines.good > RUNS)
    assert.ok(lines.damaged > RUNS / 5)
})

test("a board's, without tags: however they are cut, the same comes out", () => {
    fc.assert(cutStreams(), { numRuns: RUNS / 10, seed: 21 })
})

test("a board's, without tags: what was lost is named", () => {
    fc.assert(cleanStreams(), { numRuns: RUNS / 10, seed: 22 })
})

test("nobody's are taken without an error", () => {
    fc.assert(noise(), { numRuns: RUNS / 10, seed: 23 })
})

test("a board's, with tags: nothing comes through that it did not send", () => {
    fc.assert(sealedStreams(), { numRuns: RUNS / 4, seed: 24 })
})

test("right bursts of any content: the receiver does not fail", () => {
    fc.assert(anyMessages(), { numRuns: RUNS / 4, seed: 25 })
})

test("a host's, as the board judges them: nothing is taken that no host sent", () => {
    fc.assert(boardJudging(), { numRuns: RUNS / 4, seed: 26 })
})

test("a host's, before the firmware in the VM: refused with a reason, and the right host gets in after", async () => {
    await fc.assert(boardInVm(), { numRuns: 60, seed: 27, endOnFailure: true })
    stopResting()
})

test.run()
