// Builds the bytecode of a bench program (src/firmware/bench).

import { buildProgram } from "../../../src/tools/build/build-program"

/**
 * @param name of its file in src/firmware/bench
 * @returns path of its bytecode; `bytecode-dbg.json` is beside it
 */
export async function buildBenchProgram(name: string): Promise<string> {
    return buildProgram(`src/firmware/bench/${name}.ts`, name)
}
