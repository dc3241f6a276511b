// The files in which `npm run build` leaves the cart's programs.

import { existsSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { catheterOf, FRONT_END_UN0RICK } from "../../../shared/acquisition/catheters"
import { LINE_ENGINE_PROGRAM, type Program, UN0RICK_PROGRAM } from "../../../shared/programs"
import { RunError } from "../../errors"

const ROOT = fileURLToPath(new URL("../../../../", import.meta.url))
const fileOf = ({ folder }: Program): string => join(ROOT, folder, "bytecode.devs")

/** The program of a cart with a line engine. */
export const BYTECODE = fileOf(LINE_ENGINE_PROGRAM)
/** The program of a cart with an un0rick. */
const UN0RICK_BYTECODE = fileOf(UN0RICK_PROGRAM)

/** The program for the front end that this catheter needs. */
export function bytecodeOf(catheterId: string): string {
    return catheterOf(catheterId)?.front_end === FRONT_END_UN0RICK ? UN0RICK_BYTECODE : BYTECODE
}

/** The same. @throws RunError when the program has not been built */
export function builtBytecodeOf(catheterId: string): string {
    const file = bytecodeOf(catheterId)
    if (!existsSync(file))
        throw new RunError("The firmware has not been built; run `npm run build` first.")
    return file
}
