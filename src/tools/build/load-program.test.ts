// Which program a thread or the command line loads: the bundle, or the sources that have changed since.

import { mkdirSync, mkdtempSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { suite } from "uvu"
import * as assert from "uvu/assert"

const { loadProgram } = (await import(new URL("../../load-program.mjs", import.meta.url).href)) as {
    loadProgram: (program: string, project: URL) => Promise<{ from: string }>
}

const folder = mkdtempSync(join(tmpdir(), "ivus-program-"))
process.on("exit", () => rmSync(folder, { recursive: true, force: true }))
const project = pathToFileURL(`${folder}/`)

/** A program with a bundle of its present source. @returns its URL */
function bundled(name: string): string {
    const source = join(folder, "src", `${name}.ts`)
    const bundle = join(folder, ".devicescript", "host", `src-${name}`)
    for (const path of [source, bundle]) mkdirSync(join(path, ".."), { recursive: true })
    writeFileSync(source, 'export const from: string = "source"\n')
    writeFileSync(`${bundle}.mjs`, 'export const from = "bundle"\n')
    writeFileSync(
        `${bundle}.json`,
        JSON.stringify({ [`src/${name}.ts`]: statSync(source).mtimeMs })
    )
    return pathToFileURL(source).href
}

const test = suite("the programs of the host")

test("are loaded from their bundle", async () => {
    assert.is((await loadProgram(bundled("fresh"), project)).from, "bundle")
})

test("are loaded from their sources when one has changed, even back to an earlier one", async () => {
    for (const [name, seconds] of [
        ["later", 4e9],
        ["earlier", 1e9],
    ] as const) {
        const program = bundled(name)
        utimesSync(join(folder, "src", `${name}.ts`), seconds, seconds)
        assert.is((await loadProgram(program, project)).from, "source")
    }
})

test("are loaded from their sources when they were never bundled, or a source is gone", async () => {
    const program = bundled("gone")
    writeFileSync(
        join(folder, ".devicescript", "host", "src-gone.json"),
        JSON.stringify({ "src/removed.ts": 1 })
    )
    assert.is((await loadProgram(program, project)).from, "source")
    writeFileSync(join(folder, "src", "new.ts"), 'export const from = "source"\n')
    const never = pathToFileURL(join(folder, "src", "new.ts")).href
    assert.is((await loadProgram(never, project)).from, "source")
})

test.run()
