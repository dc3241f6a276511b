// The faults of the link disturb one burst each, also several that begin before the first burst.

import { suite } from "uvu"
import * as assert from "uvu/assert"
import { BurstStream } from "../../../src/host/link/burst-stream"
import { plainRecords, TestBoard } from "../../../src/host/link/testing/test-board"
import { BurstDisturber } from "./burst-disturber"
import { LINK_FAULTS } from "./faults"

const test = suite("disturbed bursts")

test("each of several faults at the same moment has a burst of its own, in their order", () => {
    const board = new TestBoard().hello().describe()
    for (let line = 0; line < 24; line += 4) board.lines(plainRecords(line, line + 4))
    const link = new BurstDisturber()
    for (const name of ["link-flip", "link-drop", "link-double", "link-cut"])
        LINK_FAULTS[name]!.start(link, 0, 0)
    const stream = new BurstStream(() => undefined)
    for (const bytes of board.bursts) {
        // As the board writes it: the header, then its records.
        for (const piece of [bytes.subarray(0, 64), bytes.subarray(64)])
            for (const part of link.through(piece)) stream.push(part)
    }
    stream.end()
    const { linesDamaged, burstsMissing, burstsDoubled, burstsCut } = stream.faults
    // Half of the bytes of a burst end in its second of four records.
    assert.equal([linesDamaged, burstsMissing, burstsDoubled, burstsCut], [1 + 3, 1, 1, 1])
})

test.run()
