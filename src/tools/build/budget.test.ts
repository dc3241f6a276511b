// The budget of code: what is counted, and what is refused in which words.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import budget from "./budget.json"
import { overBudget, sizeTable } from "./budget"
import { type CodeSize, codeSize } from "./code-size"

const test = suite("budget of code")

const size = (files: Record<string, number>, image = 1000): CodeSize => ({
    files: new Map(Object.entries(files)),
    total: Object.values(files).reduce((sum, bytes) => sum + bytes, 0),
    image,
})
const errorsOf = (built: CodeSize): string[] => overBudget([{ source: "src/main.ts", size: built }])

test("accepts a program within all limits", () => {
    assert.equal(errorsOf(size({ "src/main.ts": 100 })), [])
})

test("names the folder that has more code than its budget, and by how much", () => {
    const limit = budget.folders["src/firmware/motion"]
    const files = { "src/firmware/motion/a.ts": limit, "src/firmware/motion/b/c.ts": 1234 }
    assert.equal(errorsOf(size(files)), [
        `src/firmware/motion has ${(limit + 1234).toLocaleString("en-US")} bytes of code in src/main.ts, 1,234 more than its budget: shorten it, or move budget to it in src/tools/build/budget.json.`,
    ])
})

test("refuses a folder without a budget", () => {
    assert.equal(errorsOf(size({ "src/other/a.ts": 1 })), [
        "src/tools/build/budget.json has no budget for src/other; add one.",
    ])
})

test("refuses a program beyond the total", () => {
    const total = budget.total + 12
    assert.equal(errorsOf({ ...size({}), total }), [
        `src/main.ts has ${total.toLocaleString("en-US")} bytes of code, 12 more than the budget of a program: shorten it.`,
    ])
})

test("holds the program of the bedside unit to its own budget", () => {
    const limit = budget.bedside.folders["src/firmware/bedside"]
    const errors = (source: string, bytes: number): string =>
        overBudget([{ source, size: size({ "src/firmware/bedside/a.ts": bytes }) }]).join()
    assert.is(errors("src/main-bedside.ts", limit), "")
    assert.match(errors("src/main-bedside.ts", limit + 1), /1 more than its budget/)
    assert.match(errors("src/main.ts", 1), /no budget for src\/firmware\/bedside/)
})

test("refuses an image that a store cannot hold", () => {
    assert.is(errorsOf(size({}, 110_464)).length, 0)
    assert.match(errorsOf(size({}, 110_465)).join(), /the 110,464 that the VM .* stores/)
    assert.match(errorsOf(size({}, 225_153)).join(), /the 225,152 that the ESP32-S3 stores/)
})

test("prints a row for each folder, and for each file if asked", () => {
    const built = [{ source: "src/main.ts", size: size({ "src/firmware/link/link.ts": 3000 }) }]
    assert.match(sizeTable(built, false), /^src\/firmware\/link +3,000 +[\d,]+ +$/m)
    assert.not.match(sizeTable(built, false), /link\.ts/)
    assert.match(sizeTable(built, true), /^ +link\.ts +3,000 *$/m)
})

test("counts the code outside functions for the file that it comes from", () => {
    const folder = mkdtempSync(join(tmpdir(), "code-size-"))
    const debug = {
        sources: [
            { path: "src/main.ts", length: 100 },
            { path: "node_modules/@devicescript/core/src/utils.ts", length: 50 },
        ],
        functions: [
            { name: "main", location: [0, 100], startpc: 1000, size: 16 + 30 },
            { name: "sleep", location: [110, 10], startpc: 1030, size: 40 },
        ],
        // Of main: 10 bytes of its own file, then 20 of the library.
        srcmap: [5, 1, 1000, 100, 1, 10],
    }
    writeFileSync(join(folder, "bytecode-dbg.json"), JSON.stringify(debug))
    writeFileSync(join(folder, "bytecode.devs"), "image")
    const { files, total, image } = codeSize(folder)
    rmSync(folder, { recursive: true })
    assert.equal(Object.fromEntries(files), {
        "src/main.ts": 10 + 16,
        "@devicescript/core/src/utils.ts": 20 + 40,
    })
    assert.is(total, 86)
    assert.is(image, 5)
})

test.run()
