// Runs the command line in its own process, as a user starts it.

import { type ChildProcess, spawn } from "node:child_process"

/** The program as a user starts it, and its output so far. */
export class Program {
    printed = ""
    private readonly child: ChildProcess
    private received = (): void => undefined
    private readonly ended: Promise<number | null>

    /** @param keys folder of the key store */
    constructor(keys: string, ...args: string[]) {
        this.child = spawn(process.execPath, ["--import", "tsx", "src/host/cli/ivus.ts", ...args], {
            env: { ...process.env, IVUS_KEYS: keys },
        })
        for (const stream of [this.child.stdout!, this.child.stderr!])
            stream.on("data", text => {
                this.printed += String(text)
                this.received()
            })
        this.ended = new Promise(resolve => this.child.on("close", code => resolve(code)))
    }

    /** Waits until this text was printed. @throws Error if the program ends first */
    async waitForOutput(text: RegExp): Promise<RegExpExecArray> {
        for (;;) {
            const found = text.exec(this.printed)
            if (found) return found
            const received = new Promise<void>(resolve => (this.received = resolve))
            const ended = this.ended.then(code => {
                throw new Error(`ended with ${code}: ${this.printed}`)
            })
            await Promise.race([received, ended])
        }
    }

    /** @returns its exit status */
    async end(signal: NodeJS.Signals): Promise<number | null> {
        this.child.kill(signal)
        return this.ended
    }

    /** Sends Ctrl-C repeatedly, as an impatient user does. @returns the exit status */
    async interruptRepeatedly(): Promise<number | null> {
        const repeat = setInterval(() => void this.child.kill("SIGINT"), 100)
        const status = await this.end("SIGINT")
        clearInterval(repeat)
        return status
    }
}
