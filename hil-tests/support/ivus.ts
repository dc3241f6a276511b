// Responsible for: the command line run inside a test, with what it prints.
// Not for: judging it.

import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { main } from "../../src/host/cli/main"

export interface Heard {
    status: number
    out: string
    err: string
}

// A reference that somebody captured on this machine would change what a test pulls back.
const folder = mkdtempSync(join(tmpdir(), "ivus-home-"))
process.env.XDG_DATA_HOME = folder
process.on("exit", () => rmSync(folder, { recursive: true, force: true }))

/** Runs the program in this process and takes down what it prints. */
export async function ivus(...args: string[]): Promise<Heard> {
    const heard = { status: 0, out: "", err: "" }
    const { stdout, stderr } = process
    const [write, writeErr] = [stdout.write, stderr.write]
    stdout.write = text => ((heard.out += String(text)), true)
    stderr.write = text => ((heard.err += String(text)), true)
    try {
        heard.status = await main(args)
    } finally {
        stdout.write = write
        stderr.write = writeErr
    }
    return heard
}
