// Figures and names that the pages of this folder repeat from the code: limits, programs and boards in the commands. Exact.
import * as assert from "uvu/assert"
import { suite } from "uvu"
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { PROGRAMS } from "../src/shared/programs"
import { blocksOf } from "./virtual/testing/markdown-tables"

const test = suite("figures in the pages of boards")

const root = fileURLToPath(new URL("..", import.meta.url))
const read = (path: string): string => readFileSync(join(root, path), "utf8")
/** Pages, with line ends as spaces, so that a sentence may be broken anywhere. */
const page = (path: string): string => read(path).replace(/\s+/g, " ")
const readme = page("boards/README.md")

/** A constant of the firmware, whose modules cannot be imported here. */
function constantOf(path: string, name: string): number {
    const match = new RegExp(`^(?:export )?const ${name} = (\\d+)$`, "m").exec(read(path))
    assert.ok(match, `${path} has no ${name}`)
    return Number(match![1])
}

test("a late loop: the firmware's limit is the one in every page that names it", () => {
    const limit = constantOf("src/firmware/cart/interlocks.ts", "LOOP_LIMIT_MS")
    const loop = constantOf("src/firmware/cart/cart.ts", "LOOP_MS")
    assert.match(
        readme,
        `one heartbeat edge per cycle of ${loop} ms. More than ${limit} ms between`
    )
    assert.match(
        page("boards/safety.md"),
        `every ${loop} ms; more than ${limit} ms between two loops`
    )
    assert.match(page("src/firmware/cart/README.md"), `161 after a pause of more than ${limit} ms`)
})

test("the monostable holds longer than every limit of the firmware that it backs up", () => {
    const link = constantOf("src/firmware/link/link.ts", "LINK_LIMIT_MS")
    assert.match(readme, `the time-out of the link is ${link} ms, that of the engine 100 ms`)
    assert.ok(link < 90, "90 ms is the shortest time of the monostable, tolerances included")
})

test("each command names a board and a program that exist", () => {
    const shell = blocksOf(read("boards/README.md"), "sh").join("\n")
    const inline = [...readme.matchAll(/`(npx devs [^`]+)`/g)].map(match => match[1]!)
    const text = [shell, ...inline].join("\n")
    const boards = [...text.matchAll(/--board (\w+)/g)].map(match => match[1]!)
    const programs = [...text.matchAll(/\bsrc\/[\w-]+\.ts/g)].map(match => match[0])
    assert.ok(boards.length >= 1 && programs.length >= 2)
    for (const board of boards)
        assert.ok(existsSync(join(root, `boards/${board}.board.json`)), board)
    const built = PROGRAMS.map(({ source }) => source)
    for (const program of programs) assert.ok(built.includes(program), program)
})

test("every program that a page shows in full is a file that is built and booted", () => {
    // An example that is text only is never compiled: one here once stopped at its first line.
    for (const name of readdirSync(join(root, "boards")).filter(file => file.endsWith(".md")))
        assert.equal(blocksOf(read(`boards/${name}`), "ts"), [], name)
})

test.run()
