// A run for which no folder can be made is told, and its bytes stay where they are.

import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import { ResultsMaker } from "./results-maker"

const test = suite("results maker")

test("a folder of runs that is gone: said once for each run, and nothing is thrown", async () => {
    const parent = mkdtempSync(join(tmpdir(), "ivus-results-"))
    rmSync(parent, { recursive: true })
    const printed: string[] = []
    const maker = new ResultsMaker({
        ...{ parent, target: "cart", references: parent, program: "none" },
        print: line => void printed.push(line),
        onReview: () => assert.unreachable(),
    })
    for (const capture of ["a.partial", "b.partial"])
        maker.make({ capture, catheter: "array-20mhz", beganMs: 0, isCut: false })
    await maker.close()
    assert.is(printed.length, 2)
    assert.match(printed[0]!, /^No results were made: ENOENT.* are in a\.partial\.$/)
})

test.run()
