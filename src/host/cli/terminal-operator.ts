// Asks the operator at the terminal for each motion of a real cart's sled, unless the command line has allowed it.

import { createInterface } from "node:readline/promises"
import type { Motion, Operator } from "../run/operator"

/** What the command line allows without a question. */
export interface Allowed {
    /** Homing. */
    readonly home?: true
    /** Everything else that this command asks for. */
    readonly yes?: true
}

/** Where questions are asked. */
export interface Terminal {
    readonly isInteractive: boolean
    readonly input: NodeJS.ReadableStream
    /** Prints a line. */
    print(line: string): void
}

/** The terminal of this process; results go to standard output, so questions go to standard error. */
export function processTerminal(): Terminal {
    const { stdin, stderr } = process
    return {
        isInteractive: stdin.isTTY === true && stderr.isTTY === true,
        input: stdin,
        print: line => void stderr.write(line),
    }
}

/** An operator at a terminal. */
export interface TerminalOperator {
    readonly operator: Operator
    /** Withdraws an open question. */
    close(): void
}

export function terminalOperator(
    { home, yes }: Allowed,
    terminal: Terminal = processTerminal()
): TerminalOperator {
    const closing = new AbortController()
    const operator: Operator = (motion, go, refuse) => {
        // What a pullback does to a patient is foreseeable; a calibration needs the catheter off.
        if (motion.kind === "calibrate")
            return refuse(`${motion.what} Run \`npm run ivus -- calibrate\` first.`)
        if (motion.kind === "home" ? home : yes) {
            terminal.print(`${motion.what}\n`)
            return go()
        }
        if (!terminal.isInteractive)
            return refuse(
                `${motion.what} Add ${motion.kind === "home" ? "--home" : "--yes"} to allow it, as there is no terminal to ask you.`
            )
        void answerTo(motion, terminal, closing.signal).then(answer => {
            if (closing.signal.aborted) return
            if (answer) go()
            else refuse(`Nothing was moved. ${motion.question} was answered with no.`)
        })
    }
    return { operator, close: () => closing.abort() }
}

/** @returns whether the answer is yes; anything but yes is no, the end of the input too */
async function answerTo(
    { what, question }: Motion,
    { input, print }: Terminal,
    signal: AbortSignal
): Promise<boolean> {
    // Without a terminal's line editing, so that Ctrl-C still stops the program.
    const lines = createInterface({ input, terminal: false })
    print(`${what}\n${question} [y/N] `)
    try {
        const answered = new Promise<string>(resolve => {
            lines.once("line", resolve)
            lines.once("close", () => resolve(""))
            signal.addEventListener("abort", () => resolve(""))
        })
        return /^\s*y(es)?\s*$/i.test(await answered)
    } finally {
        lines.close()
    }
}
