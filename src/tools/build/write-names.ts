// `npm run names`: writes the names that the firmware uses most to src/firmware/platform/frequent-names.ts.

import { execFile } from "node:child_process"
import { existsSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { promisify } from "node:util"
import { format, resolveConfig } from "prettier"
import { BEDSIDE_PROGRAM, PROGRAMS } from "../../shared/programs"
import { buildInto } from "./build-program"

const DEVS = "node_modules/@devicescript/cli/devicescript"
const OUTPUT = "src/firmware/platform/frequent-names.ts"
/** Numbers below this take one byte in the bytecode, those from 256 on three. */
const SHORT_NUMBERS = 248

const HEAD = `// The names that the firmware uses most. Written by \`npm run names\`; imported first by each program of a cart.
//
// The compiler numbers field names and strings in the order in which it meets them, and each use of one of the first
// ${SHORT_NUMBERS} takes two bytes less code than a use of the others. A string alone is a statement that makes no code.
`

/** Adds the uses of each name in a program: the disassembler marks its number in the table of names with an A. */
async function countNames(folder: string, uses: Map<string, number>): Promise<void> {
    const args = [DEVS, "disasm", "-d", join(folder, "bytecode.devs")]
    const limit = { maxBuffer: 64 * 1024 * 1024 }
    const { stdout } = await promisify(execFile)(process.execPath, args, limit)
    for (const [, name] of stdout.matchAll(/("(?:[^"\\]|\\.)*")\{A\d+\}/g)) {
        const text = JSON.parse(name!) as string
        uses.set(text, (uses.get(text) ?? 0) + 1)
    }
}

const uses = new Map<string, number>()
if (!existsSync(OUTPUT)) writeFileSync(OUTPUT, HEAD)
// The bedside unit has names of its own, and room.
for (const { source, folder } of PROGRAMS.filter(program => program !== BEDSIDE_PROGRAM)) {
    await buildInto(source, folder)
    await countNames(folder, uses)
}
const names = [...uses]
    .sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
    .slice(0, SHORT_NUMBERS)
    .map(([name]) => JSON.stringify(name))
const source = `${HEAD}\n${names.join("\n")}\n\nexport {}\n`
const style = { ...(await resolveConfig(OUTPUT)), parser: "typescript" }
writeFileSync(OUTPUT, await format(source, style))
