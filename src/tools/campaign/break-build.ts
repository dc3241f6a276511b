// Builds the cart's program from a copy of its sources in which one safety behaviour is removed.

import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { LINE_ENGINE_PROGRAM } from "../../shared/programs"
import { buildInto } from "../build/build-program"
import type { Break, Patch } from "./breaks"

const FOLDER = ".devicescript/breaks"
/** All that the program is built from; its project takes the rest by links. */
const SOURCES = ["src/firmware", "src/shared", LINE_ENGINE_PROGRAM.source]

/** @throws Error unless the text occurs once: the firmware has changed, and the patch must follow it */
export function patched(source: string, { file, text, by }: Patch): string {
    const parts = source.split(text)
    if (parts.length !== 2)
        throw new Error(
            `a patch finds its text ${parts.length - 1} times in ${file}; adapt src/tools/campaign/breaks.ts to:\n${text}`
        )
    return parts.join(by)
}

/** @returns path of the bytecode */
export async function buildBroken({ name, patches }: Break): Promise<string> {
    const project = join(FOLDER, name)
    rmSync(project, { recursive: true, force: true })
    for (const source of SOURCES) cpSync(source, join(project, source), { recursive: true })
    for (const patch of patches) {
        const file = join(project, patch.file)
        writeFileSync(file, patched(readFileSync(file, "utf8"), patch))
    }
    const folder = join(project, LINE_ENGINE_PROGRAM.folder)
    await buildInto(LINE_ENGINE_PROGRAM.source, folder)
    return join(folder, "bytecode.devs")
}
