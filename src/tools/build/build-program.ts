// Builds one DeviceScript program into a folder of its own.

import { execFile } from "node:child_process"
import {
    cpSync,
    existsSync,
    mkdirSync,
    readFileSync,
    rmSync,
    symlinkSync,
    writeFileSync,
} from "node:fs"
import { join, resolve } from "node:path"
import { promisify } from "node:util"

const DEVS = resolve("node_modules/@devicescript/cli/devicescript")
/** Where `devs build` puts its output in a project. */
const OUTPUT = join(".devicescript", "bin")
/** What a project needs. `devs build` has one output folder for a project, so further programs get projects of links. */
const LINKS = ["src", "services", "boards", "node_modules", "devsconfig.json", "package.json"]

/**
 * @param source path of the program from the project's root
 * @param folder of its bytecode: .devicescript/bin itself or one that ends so
 * @throws Error with the output of the compiler
 */
export async function buildInto(source: string, folder: string): Promise<void> {
    const project = folder.slice(0, -OUTPUT.length) || "."
    if (project !== ".") {
        mkdirSync(project, { recursive: true })
        for (const link of LINKS)
            if (!existsSync(join(project, link))) symlinkSync(resolve(link), join(project, link))
    }
    try {
        await promisify(execFile)(process.execPath, [DEVS, "build", "--quiet", source], {
            cwd: project,
        })
    } catch (error) {
        const { stdout, stderr, message } = error as Error & { stdout?: string; stderr?: string }
        throw new Error(`${source} does not build:\n${stdout ?? ""}${stderr ?? message}`, {
            cause: error,
        })
    }
}

/**
 * Builds a program that is not one of the boards' own, for tests and benches.
 * @param name of its folder under .devicescript
 * @returns path of its bytecode; `bytecode-dbg.json` is beside it
 */
export async function buildProgram(source: string, name: string): Promise<string> {
    const folder = join(".devicescript", name, OUTPUT)
    await buildInto(source, folder)
    return join(folder, "bytecode.devs")
}

/** What the programs of the boards are made of. */
const SOURCES = ["src/firmware", "src/shared", "src/main.ts", "src/main-bedside.ts"]
const VERSIONS = join("src", "shared", "versions.ts")
const VERSION_LINE = /^export const PROGRAM_VERSION = \w+$/m

/**
 * Builds a program as one of another version, for tests of programs that do not fit each other: from a copy of the source with
 * another PROGRAM_VERSION.
 * @param version as in src/shared/versions.ts
 * @returns path of its bytecode
 */
export async function buildOfVersion(
    source: string,
    name: string,
    version: number
): Promise<string> {
    const project = join(".devicescript", name)
    rmSync(join(project, "src"), { recursive: true, force: true })
    for (const from of SOURCES) cpSync(from, join(project, from), { recursive: true })
    const text = readFileSync(VERSIONS, "utf8")
    if (!VERSION_LINE.test(text)) throw new Error(`${VERSIONS} has no PROGRAM_VERSION`)
    writeFileSync(
        join(project, VERSIONS),
        text.replace(VERSION_LINE, `export const PROGRAM_VERSION = ${version}`)
    )
    return buildProgram(source, name)
}
