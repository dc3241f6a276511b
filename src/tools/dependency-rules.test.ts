// Imports across every arrow between folders, in a tree of stubs, and compares what dependency-cruiser refuses with the allowed arrows.

import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join, relative, resolve } from "node:path"
import { spawnSync } from "node:child_process"
import { suite } from "uvu"
import * as assert from "uvu/assert"

/** What each folder may import beside itself. Written from the design, not from the rules. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
    "src/shared": [],
    "src/firmware/platform": ["src/shared"],
    "src/firmware/link": ["src/shared", "src/firmware/platform"],
    "src/firmware/motion": ["src/shared", "src/firmware/platform"],
    "src/firmware/bedside": ["src/shared", "src/firmware/platform"],
    "src/firmware/acquisition": ["src/shared", "src/firmware/platform", "src/firmware/link"],
    "src/firmware/cart": [
        ...["src/shared", "src/firmware/acquisition", "src/firmware/bedside"],
        ...["src/firmware/link", "src/firmware/motion", "src/firmware/platform"],
    ],
    "src/firmware/bench": ["src/shared", "src/firmware/acquisition", "src/firmware/link"],
    "src/host/link": ["src/shared"],
    "src/host/frames": ["src/shared", "src/host/link", "src/host/picture"],
    "src/host/calibration": ["src/shared"],
    "src/host/run": [
        "src/shared",
        "src/host/calibration",
        "src/host/frames",
        "src/host/link",
        "src/host/registers",
        "src/host/sequence",
    ],
    "src/host/console": ["src/shared", "src/host/results", "src/host/run"],
    "src/host/log": ["src/shared", "src/host/link", "src/host/run"],
    "src/host/targets/virtual": ["src/shared", "src/host/run", "boards/virtual"],
    "src/host/targets/tcp": ["src/shared", "src/host/link", "src/host/run"],
    "src/host/cli": [
        "src/shared",
        "src/host/console",
        "src/host/flash",
        "src/host/targets/virtual",
    ],
    "boards/virtual": ["src/shared"],
    "hil-tests/support": ["src/shared", "src/host/run", "src/tools", "boards/virtual"],
    "src/tools": ["src/shared", "src/host/link", "boards/virtual", "hil-tests/support"],
}

/** Imports that must be refused: each a wrong direction that a change could introduce by accident. */
const REFUSED: readonly (readonly [from: string, to: string])[] = [
    ["src/shared", "src/host/link"],
    ["src/shared", "src/firmware/platform"],
    ["src/shared", "boards/virtual"],
    ["src/firmware/platform", "src/firmware/cart"],
    ["src/firmware/platform", "src/firmware/link"],
    ["src/firmware/motion", "src/firmware/acquisition"],
    ["src/firmware/motion", "src/firmware/link"],
    ["src/firmware/link", "src/firmware/motion"],
    ["src/firmware/bedside", "src/firmware/cart"],
    ["src/firmware/bench", "src/firmware/cart"],
    ["src/firmware/acquisition", "src/firmware/motion"],
    ["src/firmware/cart", "src/host/link"],
    ["src/firmware/cart", "boards/virtual"],
    ["src/host/link", "src/firmware/link"],
    ["src/host/link", "src/host/run"],
    ["src/host/calibration", "src/host/link"],
    ["src/host/calibration", "src/host/run"],
    ["src/host/link", "src/host/cli"],
    ["src/host/frames", "src/host/run"],
    ["src/host/run", "src/host/results"],
    ["src/host/run", "src/host/targets/tcp"],
    ["src/host/run", "src/host/cli"],
    ["src/host/console", "src/host/cli"],
    ["src/host/console", "src/host/targets/virtual"],
    ["src/host/picture", "src/host/frames"],
    ["src/host/picture", "src/host/measure"],
    ["src/host/measure", "src/host/results"],
    ["src/host/beamform", "src/host/frames"],
    ["src/host/references", "src/host/console"],
    ["src/host/sequence", "src/host/run"],
    ["src/host/registers", "src/host/run"],
    ["src/host/runs", "src/host/console"],
    ["src/host/log", "src/host/results"],
    ["src/host/run", "src/host/log"],
    ["src/host/results", "src/host/cli"],
    ["src/host/flash", "src/host/cli"],
    ["src/host/targets/tcp", "src/host/cli"],
    ["src/host/targets/tcp", "boards/virtual"],
    ["src/host/targets/virtual", "src/host/cli"],
    ["src/host/cli", "boards/virtual"],
    ["src/host/cli", "hil-tests/support"],
    ["src/host/run", "src/host/link/testing"],
    ["src/firmware/motion", "src/firmware/motion/testing"],
    ["src/firmware/motion/testing", "src/host/registers"],
    ["src/shared", "src/shared/testing"],
    ["boards/virtual", "src/host/link"],
    ["boards/virtual", "src/firmware/motion"],
    ["boards/virtual", "hil-tests/support"],
    ["hil-tests/support", "src/firmware/cart"],
    ["src/tools", "src/firmware/cart"],
]

const test = suite("dependency rules")
const root = mkdtempSync(join(tmpdir(), "ivus-rules-"))
test.after(() => rmSync(root, { recursive: true, force: true }))

function write(path: string, text: string): void {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
}

/** Writes a file in `from` that imports a file of `to`. */
function importAcross(from: string, to: string): string {
    const file = `${from}/imports-${to.replaceAll("/", "-")}.ts`
    write(`${to}/stub.ts`, "export const STUB = 1\n")
    write(file, `import "./${relative(from, `${to}/stub`)}"\n`)
    return file
}

/** Runs the project's rules on the tree of stubs. @returns the files with a forbidden import */
function refusedFiles(): Set<string> {
    write("tsconfig.json", "{}")
    const { stdout, stderr } = spawnSync(
        process.execPath,
        [
            resolve("node_modules/dependency-cruiser/bin/dependency-cruise.mjs"),
            ...["--config", resolve(".dependency-cruiser.cjs"), "--output-type", "json"],
            ...["src", "boards", "hil-tests"],
        ],
        { cwd: root, encoding: "utf8", maxBuffer: 64 << 20 }
    )
    assert.ok(stdout.startsWith("{"), stderr)
    const { summary } = JSON.parse(stdout) as { summary: { violations: { from: string }[] } }
    return new Set(summary.violations.map(violation => violation.from))
}

test("refuse each wrong direction and allow each right one", () => {
    const refused = REFUSED.map(([from, to]) => importAcross(from, to))
    const allowed = Object.entries(ALLOWED).flatMap(([from, folders]) =>
        folders.map(to => importAcross(from, to))
    )
    const found = refusedFiles()
    assert.equal(
        refused.filter(file => !found.has(file)),
        [],
        "wrong directions that no rule refuses"
    )
    assert.equal(
        allowed.filter(file => found.has(file)),
        [],
        "right directions that a rule refuses"
    )
})

test("cover every folder of the tree", () => {
    // Nothing may import a program's main file, so a folder without a rule shows.
    const folders = ["src", "boards", "hil-tests"].flatMap(top =>
        readdirSync(top, { recursive: true, withFileTypes: true })
            .filter(entry => entry.isFile() && /(?<!\.d|\.test)\.ts$/.test(entry.name))
            .map(entry => entry.parentPath)
            .filter(folder => folder !== "src" && !folder.includes("testing"))
    )
    const probes = [...new Set(folders)].map(folder => `${folder}/imports-main.ts`)
    assert.ok(probes.length > 40)
    write("src/main.ts", "export const MAIN = 1\n")
    for (const file of probes) write(file, `import "${relative(dirname(file), "src/main")}"\n`)
    const found = refusedFiles()
    assert.equal(
        probes.filter(file => !found.has(file)),
        []
    )
})

test.run()
