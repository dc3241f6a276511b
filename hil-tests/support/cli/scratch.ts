// A temporary folder for the tests of this process, deleted at exit.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { createServer } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"

/** One per process; test files of a folder may share it. */
export const folder = mkdtempSync(join(tmpdir(), "ivus-"))
process.on("exit", () => rmSync(folder, { recursive: true, force: true }))

/** Writes a file into it. @returns its path */
export function file(name: string, content: string | Uint8Array): string {
    const path = join(folder, name)
    writeFileSync(path, content)
    return path
}

/** A free TCP port. */
export async function freePort(): Promise<number> {
    const server = createServer()
    await new Promise<void>(resolve => server.listen(0, resolve))
    const { port } = server.address() as { port: number }
    await new Promise<void>(resolve => server.close(() => resolve()))
    return port
}
