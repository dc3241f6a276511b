// Compares the fast header reader with the generic one.

import * as fc from "fast-check"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import { BURST_HEADER, BURST_HEADER_LENGTH } from "../../shared/protocol/burst"
import { readFields } from "../../shared/protocol/bytes"
import { readHeader } from "./burst-header"

const test = suite("burst header")

test("reads the same fields from any 64 bytes as the generic reader", () => {
    const around = { minLength: 0, maxLength: 9 }
    const length = BURST_HEADER_LENGTH
    fc.assert(
        fc.property(
            fc.uint8Array(around),
            fc.uint8Array({ minLength: length, maxLength: length + 9 }),
            (before, rest) => {
                const bytes = Uint8Array.of(...before, ...rest)
                assert.equal(
                    readHeader(bytes, before.length),
                    readFields(bytes, before.length, BURST_HEADER)
                )
            }
        ),
        { numRuns: 1000, seed: 30 }
    )
})

test.run()
