// The patches that remove safety behaviours fit the firmware as it is. That each is found shows `npm run campaign -- --breaks`.

import { readFileSync } from "node:fs"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import { patched } from "./break-build"
import { BREAKS } from "./breaks"

const test = suite("breaks of the firmware")

test("every patch fits the firmware", () => {
    const sources = new Map<string, string>()
    for (const { patches } of BREAKS) {
        sources.clear()
        for (const patch of patches) {
            const source = sources.get(patch.file) ?? readFileSync(patch.file, "utf8")
            const changed = patched(source, patch)
            assert.is.not(changed, source)
            sources.set(patch.file, changed)
        }
    }
})

test("a patch whose text is missing or not unique is an error", () => {
    const patch = { file: "a.ts", text: "b", by: "" }
    assert.throws(() => patched("a", patch), /0 times in a\.ts/)
    assert.throws(() => patched("b b", patch), /2 times in a\.ts/)
})

test("at least five breaks must be found, and each other one names what hides it", () => {
    assert.ok(BREAKS.filter(b => b.expects.length > 0).length >= 5)
    for (const { expects, hiddenBy } of BREAKS) assert.is(expects.length === 0, Boolean(hiddenBy))
})

test.run()
