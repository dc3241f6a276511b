// Asks the operator at the terminal before a real cart's sled moves or its fault ends, unless the command line has allowed it.

import { createInterface } from "node:readline/promises"
import type { Motion, Operator } from "../run/operator"
import { wrapped } from "../terminal"

/** What the command line allows without a question. */
export interface Allowed {
    /** Homing. */
    readonly home?: true
    /** Everything else that this command asks for, except the reset after an emergency stop. */
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
        print: line => void stderr.write(wrapped(line, stderr)),
    }
}

/** An operator at a terminal. */
export interface TerminalOperator {
    readonly operator: Operator
    /** Withdraws an open question. */
    close(): void
}

export function terminalOperator(
    allowed: Allowed,
    terminal: Terminal = processTerminal()
): TerminalOperator {
    const closing = new AbortController()
    const operator: Operator = (motion, go, refuse) => {
        // What a pullback does to a patient is foreseeable; a calibration needs the catheter off.
        if (motion.kind === "calibrate") return refuse(calibrateFirst(motion))
        if (isAllowed(motion, allowed)) {
            terminal.print(`${motion.what}\n`)
            return go()
        }
        if (!terminal.isInteractive) return refuse(`${motion.what} ${withoutTerminal(motion)}`)
        void answerTo(motion, terminal, closing.signal).then(answer => {
            if (closing.signal.aborted) return
            if (answer) go()
            else refuse(`Nothing was moved. ${motion.question} was answered with no.`)
        })
    }
    return { operator, close: () => closing.abort() }
}

/** Whether the command line allows it without a question. */
export function isAllowed({ kind }: Motion, { home, yes }: Allowed): boolean {
    // The reset after an emergency stop is the act of a person who is there.
    return kind !== "reset" && (kind === "home" ? home : yes) === true
}

/** Why a command other than `calibrate` does not calibrate a real cart. */
export function calibrateFirst({ what }: Motion): string {
    return `${what} Run \`npm run ivus -- calibrate\` first.`
}

function withoutTerminal({ kind }: Motion): string {
    return kind === "reset"
        ? "Only a person may reset the cart: release the emergency stop, then run this command in a terminal, which asks."
        : `Add ${kind === "home" ? "--home" : "--yes"} to allow it, as there is no terminal to ask you.`
}

/** @returns whether the answer is yes; anything but yes is no, the end of the input too */
async function answerTo(
    { what, question }: Motion,
    { input, print }: Terminal,
    signal: AbortSignal
): Promise<boolean> {
    // Without a terminal's line editing, so that Ctrl-C still stops the program.
    const lines = createInterface({ input, terminal: false })
    let withdraw = (): void => undefined
    try {
        const answered = new Promise<string>(resolve => {
            lines.once("line", resolve)
            lines.once("close", () => resolve(""))
            withdraw = () => {
                print("\n")
                resolve("")
            }
            signal.addEventListener("abort", withdraw)
        })
        print(`${what}\n${question} [y/N] `)
        return /^\s*y(es)?\s*$/i.test(await answered)
    } finally {
        signal.removeEventListener("abort", withdraw)
        lines.close()
    }
}
