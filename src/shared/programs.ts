// The programs of the boards, for tools and host: source file and output folder of `npm run build`.

import { FRONT_END_UN0RICK } from "./acquisition/catheters"

export interface Program {
    readonly source: string
    /** Holds bytecode.devs, bytecode-dbg.json and bytecode-sizes.md. */
    readonly folder: string
}

/** A cart with a line engine. `devs build` and `devs devtools` use its folder by default. */
export const LINE_ENGINE_PROGRAM: Program = { source: "src/main.ts", folder: ".devicescript/bin" }

/** A cart with an un0rick; the code of both front ends does not fit into one program. */
export const UN0RICK_PROGRAM: Program = {
    source: "src/main-un0rick.ts",
    folder: ".devicescript/un0rick-cart/.devicescript/bin",
}

/** The bedside unit, a board of its own on the cart's Jacdac cable. */
export const BEDSIDE_PROGRAM: Program = {
    source: "src/main-bedside.ts",
    folder: ".devicescript/bedside-unit/.devicescript/bin",
}

export const PROGRAMS: readonly Program[] = [LINE_ENGINE_PROGRAM, UN0RICK_PROGRAM, BEDSIDE_PROGRAM]

/** The program of a cart with this front end, one of FRONT_END_ (acquisition/catheters.ts). */
export function programFor(front_end: number): Program {
    return front_end === FRONT_END_UN0RICK ? UN0RICK_PROGRAM : LINE_ENGINE_PROGRAM
}
