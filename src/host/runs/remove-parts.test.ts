// Tests of the removal of results that were not complete.

import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import { removeParts } from "./remove-parts"

const parts = suite("results that are not complete")
const folder = mkdtempSync(join(tmpdir(), "remove-parts-"))
parts.after(() => rmSync(folder, { recursive: true, force: true }))

parts("are removed, and nothing else", () => {
    const kept = ["capture.ivl", "cross-section-0001.png", "run.json", "run.json.part"]
    for (const name of [...kept, "cross-section-0002.png.part", "pullback.dcm.part"])
        writeFileSync(join(folder, name), "")
    removeParts(folder)
    assert.equal(readdirSync(folder).sort(), kept)
    removeParts(join(folder, "none"))
})

parts.run()
