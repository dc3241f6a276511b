// Responsible for: building a program beside the cart's own, each in a folder of its own.
// Not for: src/main.ts, which `devs build` builds where everything looks for it.

import { execFile } from "node:child_process"
import { existsSync, mkdirSync, symlinkSync } from "node:fs"
import { join, resolve } from "node:path"
import { promisify } from "node:util"

/** `devs build` has one output folder for a project: a further one is a project of links, so that the first one's stays. */
const LINKS = ["src", "services", "boards", "node_modules", "devsconfig.json", "package.json"]

/**
 * @param program path of its source from the project's root
 * @param name of its folder under .devicescript
 * @returns path of its bytecode
 */
export async function buildProgram(program: string, name: string): Promise<string> {
    const project = join(".devicescript", name)
    mkdirSync(project, { recursive: true })
    for (const link of LINKS)
        if (!existsSync(join(project, link))) symlinkSync(resolve(link), join(project, link))
    await promisify(execFile)(
        process.execPath,
        ["node_modules/@devicescript/cli/devicescript", ...["build", "--quiet", program]],
        { cwd: project }
    )
    return join(project, ".devicescript", "bin", "bytecode.devs")
}
