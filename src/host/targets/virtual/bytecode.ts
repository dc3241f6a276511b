// The files in which `npm run build` leaves the cart's programs.

import { existsSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { catheterOf, FRONT_END_LINE_ENGINE } from "../../../shared/acquisition/catheters"
import { LINE_ENGINE_PROGRAM, type Program, programFor } from "../../../shared/programs"
import { RunError } from "../../errors"

const ROOT = fileURLToPath(new URL("../../../../", import.meta.url))
const fileOf = ({ folder }: Program): string => join(ROOT, folder, "bytecode.devs")

/** The program of a cart with a line engine. */
export const BYTECODE = fileOf(LINE_ENGINE_PROGRAM)

/** The program for the front end that this catheter needs. */
export function bytecodeOf(catheterId: string): string {
    return fileOf(programFor(catheterOf(catheterId)?.front_end ?? FRONT_END_LINE_ENGINE))
}

/** The same. @throws RunError when the program has not been built */
export function builtBytecodeOf(catheterId: string): string {
    const file = bytecodeOf(catheterId)
    if (!existsSync(file))
        throw new RunError("The firmware has not been built; run `npm run build` first.")
    return file
}
