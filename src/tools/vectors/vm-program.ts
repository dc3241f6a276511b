// Writes the frozen vectors as a test program for the DeviceScript VM. The program is generated before each run and not committed.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { dirname } from "node:path"
import type { Vectors } from "./vectors"
import { vmSource } from "./vm-source"

const VECTORS = "src/shared/protocol/vectors.json"
const VM_PROGRAM = ".devicescript/generated/vectors.vm.ts"

/** @returns path of the program, relative to the project's root */
export function writeVmProgram(): string {
    const vectors = JSON.parse(readFileSync(VECTORS, "utf8")) as Vectors
    mkdirSync(dirname(VM_PROGRAM), { recursive: true })
    writeFileSync(VM_PROGRAM, vmSource(vectors))
    return VM_PROGRAM
}
