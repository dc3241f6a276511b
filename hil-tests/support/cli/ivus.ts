// Runs the command line inside the test process and captures its output.

import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { main } from "../../../src/host/cli/main"

export interface Output {
    status: number
    out: string
    err: string
}

// A user's own ring-down reference would change the results.
const folder = mkdtempSync(join(tmpdir(), "ivus-home-"))
process.env.XDG_DATA_HOME = folder
process.on("exit", () => rmSync(folder, { recursive: true, force: true }))

/** Runs the program in this process and captures what it prints. */
export function ivus(...args: string[]): Promise<Output> {
    return watchedIvus(() => undefined, ...args)
}

/** The same. @param onErr gets each piece that is written to standard error */
export async function watchedIvus(
    onErr: (text: string) => void,
    ...args: string[]
): Promise<Output> {
    const output = { status: 0, out: "", err: "" }
    const { stdout, stderr } = process
    const [write, writeErr] = [stdout.write, stderr.write]
    stdout.write = text => ((output.out += String(text)), true)
    stderr.write = text => {
        output.err += String(text)
        onErr(String(text))
        return true
    }
    try {
        output.status = await main(args)
    } finally {
        stdout.write = write
        stderr.write = writeErr
    }
    return output
}
