// A compiled file is prepared once, and again when it or the recipe changes.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import { compiledFile } from "./compiled-file"

const test = suite("compiled file")
const folder = mkdtempSync(join(tmpdir(), "compiled-file-"))
const file = join(folder, "source.js")
let prepared = 0

function valueOf(recipe: string, cache = join(folder, "cache")): unknown {
    const compiled = compiledFile(file, cache, recipe, text => {
        prepared++
        return `(function () { return ${text} })`
    })
    return (compiled as () => unknown)()
}

test.after(() => rmSync(folder, { recursive: true }))

test("the second process does not prepare it", () => {
    writeFileSync(file, "6 * 7 /* é, ’ */")
    assert.is(valueOf("b"), 42)
    assert.is(valueOf("b"), 42)
    assert.is(prepared, 1)
})

test("another text or recipe is prepared", () => {
    assert.is(valueOf("c"), 42)
    assert.is(prepared, 2)
    writeFileSync(file, "6 * 70")
    assert.is(valueOf("c"), 420)
    assert.is(prepared, 3)
})

test("a folder that cannot be made costs only time", () => {
    assert.is(valueOf("c", join(file, "none")), 420)
    assert.is(valueOf("c", join(file, "none")), 420)
    assert.is(prepared, 5)
})

test.run()
