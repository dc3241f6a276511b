// Compiles a large file of JavaScript, and keeps the result on the disk: else each process would take a third of a second for it.

import { createHash } from "node:crypto"
import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { Script } from "node:vm"

/** @returns the bytes of a file; undefined if it cannot be read */
function read(file: string): Buffer | undefined {
    try {
        return readFileSync(file)
    } catch {
        return undefined
    }
}

/** Other processes may do the same now, and the folder may be read-only: then the next process compiles again. */
function write(file: string, bytes: Uint8Array): void {
    try {
        mkdirSync(dirname(file), { recursive: true })
        writeFileSync(`${file}.${process.pid}`, bytes)
        renameSync(`${file}.${process.pid}`, file)
    } catch {
        // It only takes longer.
    }
}

/**
 * The value of an expression that is made of a file.
 * @param folder where the result is kept; a result of other text, or of another version of Node, has another name
 * @param recipe changes with `prepare`
 * @param prepare makes the expression of the file's text; only comments may have other characters than ASCII
 */
export function compiledFile(
    file: string,
    folder: string,
    recipe: string,
    prepare: (text: string) => string
): unknown {
    const { size, mtimeMs } = statSync(file)
    const of = [file, size, mtimeMs, recipe, process.version, process.arch]
    const name = createHash("sha256").update(of.join("\n")).digest("hex").slice(0, 16)
    const stem = join(folder, name)
    const code = read(`${stem}.code`)
    const kept = code && read(`${stem}.js`)?.toString("latin1")
    if (kept !== undefined)
        return new Script(kept, { filename: file, cachedData: code }).runInThisContext()
    const text = prepare(readFileSync(file, "utf8"))
    const bytes = Buffer.from(text, "latin1")
    const script = new Script(bytes.toString("latin1"), { filename: file })
    const value: unknown = script.runInThisContext()
    write(`${stem}.js`, bytes)
    write(`${stem}.code`, script.createCachedData())
    return value
}
