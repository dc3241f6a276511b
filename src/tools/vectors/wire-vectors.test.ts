// Tests that the files generated from src/shared are up to date.

import { spawnSync } from "node:child_process"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import { generatedParts, withGeneratedParts } from "./readme-tables"

const test = suite("wire vectors tool")

test("README, vectors and layout hash are up to date", () => {
    const tool = "src/tools/vectors/write-vectors.ts"
    const args = ["--import", "tsx", tool, "--check"]
    const { status, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" })
    assert.is(status, 0, stderr)
})

test("refuses a document without a generated part or with an unknown one", () => {
    const parts = Object.keys(generatedParts())
    const marked = (names: readonly string[]): string =>
        names.map(n => `<!-- generated: ${n} -->\n<!-- end -->\n`).join("\n")
    const whole = withGeneratedParts(marked(parts))
    assert.is(withGeneratedParts(whole), whole)
    assert.throws(() => withGeneratedParts(marked(parts.slice(1))), parts[0])
    assert.throws(() => withGeneratedParts(marked([...parts, "other"])), "other")
})

test.run()
