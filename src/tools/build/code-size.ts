// Bytes of code of a built program by source file.

import { readFileSync, statSync } from "node:fs"
import { join } from "node:path"

/** Header of a function's code. */
const FUNCTION_HEADER = 16
const LIBRARIES = "node_modules/"

/** What the compiler writes beside the bytecode, as far as it is used here. */
interface DebugFile {
    readonly functions: readonly {
        readonly name: string
        /** Offset in all sources one after the other, and length. */
        readonly location: readonly [number, number]
        readonly startpc: number
        readonly size: number
    }[]
    /** Triples of source offset, length and program counter; offset and counter are differences to the triple before. */
    readonly srcmap: readonly number[]
    readonly sources: readonly { readonly path: string; readonly length: number }[]
}

export interface CodeSize {
    /** Bytes by source file, paths from the project's root. Headers of functions count, strings and buffers do not. */
    readonly files: ReadonlyMap<string, number>
    /** All of them: what the 16 bits of the program counter bound. */
    readonly total: number
    /** Bytes of the whole image, strings and buffers included. */
    readonly image: number
}

/** @param folder with the bytecode and the compiler's debug file */
export function codeSize(folder: string): CodeSize {
    const debug = JSON.parse(readFileSync(join(folder, "bytecode-dbg.json"), "utf8")) as DebugFile
    const files = new Map<string, number>()
    const add = (offset: number, bytes: number): void => {
        const file = sourceAt(debug, offset)
        files.set(file, (files.get(file) ?? 0) + bytes)
    }
    for (const { name, location, startpc, size } of debug.functions) {
        if (name !== "main" && name !== "prototype") {
            add(location[0], size)
            continue
        }
        // The code outside functions, and the table of methods: of all files.
        const end = startpc + size - FUNCTION_HEADER
        const places = sourceMap(debug).filter(([, pc]) => pc >= startpc && pc < end)
        places.forEach(([offset, pc], i) => add(offset, (places[i + 1]?.[1] ?? end) - pc))
        add(location[0], FUNCTION_HEADER)
    }
    const total = [...files.values()].reduce((sum, bytes) => sum + bytes, 0)
    return { files, total, image: statSync(join(folder, "bytecode.devs")).size }
}

function sourceAt({ sources }: DebugFile, offset: number): string {
    let end = 0
    const source = sources.find(({ length }) => offset < (end += length))
    if (!source) throw new Error(`bytecode-dbg.json names no source at offset ${offset}.`)
    return source.path.replace(LIBRARIES, "")
}

function sourceMap({ srcmap }: DebugFile): [number, number][] {
    const places: [number, number][] = []
    let [offset, pc] = [0, 0]
    for (let i = 0; i < srcmap.length; i += 3) {
        offset += srcmap[i]!
        pc += srcmap[i + 2]!
        places.push([offset, pc])
    }
    return places
}
