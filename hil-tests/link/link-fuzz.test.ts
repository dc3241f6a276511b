// Mutated bytes on both parsers of the link, about 20,000 cases; `npm run fuzz` runs a million.

import * as fc from "fast-check"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import { anyMessages } from "../../src/tools/fuzz/any-messages"
import { boardInVm, stopIdleBoard } from "../../src/tools/fuzz/board-in-vm"
import { boardValidation } from "../../src/tools/fuzz/board-validation"
import { cleanStreams, cutStreams, noise, plainStreams } from "../../src/tools/fuzz/plain-streams"
import { sealedStreams } from "../../src/tools/fuzz/sealed-streams"

const RUNS = 10_000
const test = suite("mutated bytes")

test("board without tags: exactly the valid bursts and lines are delivered", () => {
    const lines = { good: 0, damaged: 0 }
    fc.assert(plainStreams(lines), { numRuns: RUNS, seed: 20 })
    // Cases that destroy everything or nothing test nothing.
    assert.ok(lines.good > RUNS)
    assert.ok(lines.damaged > RUNS / 5)
})

test("board without tags: chunk boundaries do not change the result", () => {
    fc.assert(cutStreams(), { numRuns: RUNS / 10, seed: 21 })
})

test("board without tags: losses are counted", () => {
    fc.assert(cleanStreams(), { numRuns: RUNS / 10, seed: 22 })
})

test("random bytes cause no exception", () => {
    fc.assert(noise(), { numRuns: RUNS / 10, seed: 23 })
})

test("board with tags: only what it sent is delivered", () => {
    fc.assert(sealedStreams(), { numRuns: RUNS / 4, seed: 24 })
})

test("valid bursts with any content: the receiver does not throw", () => {
    fc.assert(anyMessages(), { numRuns: RUNS / 4, seed: 25 })
})

test("host, by the board's validation functions: only what a host sent is accepted", () => {
    fc.assert(boardValidation(), { numRuns: RUNS / 4, seed: 26 })
})

test("host, by the firmware in the VM: refused with a code, and the correct host connects afterwards [IVUS-LNK-003]", async () => {
    await fc.assert(boardInVm(), { numRuns: 60, seed: 27, endOnFailure: true })
    stopIdleBoard()
})

test.run()
