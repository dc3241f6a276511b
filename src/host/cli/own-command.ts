// Runs another command of this program in a process of its own, for commands that consist of others.

import { spawn } from "node:child_process"
import { fileURLToPath } from "node:url"

const PROGRAM = fileURLToPath(new URL("ivus.mjs", import.meta.url))

export interface OwnResult {
    /** Exit status; 130 when a signal has ended it. */
    readonly status: number
    readonly out: string
}

/** Standard error and the terminal are shared, so that progress and questions are seen. */
export function ownCommand(args: readonly string[]): Promise<OwnResult> {
    const child = spawn(process.execPath, [PROGRAM, ...args], {
        stdio: ["inherit", "pipe", "inherit"],
    })
    let out = ""
    child.stdout.setEncoding("utf8").on("data", (text: string) => (out += text))
    return new Promise((resolve, reject) => {
        child.on("error", reject)
        child.on("close", status => resolve({ status: status ?? 130, out }))
    })
}
