// Responsible for: bytecode of a program of src/firmware/bench, which is not the cart's.
// Not for: running it.

import { execFile } from "node:child_process"
import { existsSync, mkdirSync, symlinkSync } from "node:fs"
import { join, resolve } from "node:path"
import { promisify } from "node:util"

const LINKS = ["src", "services", "boards", "node_modules", "devsconfig.json", "package.json"] // prettier-ignore

/**
 * `devs build` has one output folder for a project: the program gets a project of links, so the firmware's stays.
 * @param name of its file in src/firmware/bench
 * @returns path of its bytecode; `bytecode-dbg.json` is beside it
 */
export async function buildBenchProgram(name: string): Promise<string> {
    const project = join(".devicescript", name)
    mkdirSync(project, { recursive: true })
    for (const link of LINKS)
        if (!existsSync(join(project, link)))
            symlinkSync(resolve(link), join(project, link))
    await promisify(execFile)(
        process.execPath,
        [
            "node_modules/@devicescript/cli/devicescript",
            ...["build", "--quiet", `src/firmware/bench/${name}.ts`],
        ],
        { cwd: project }
    )
    return join(project, ".devicescript", "bin", "bytecode.devs")
}
