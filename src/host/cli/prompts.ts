// Questions at the terminal of a program that goes on: one is shown at a time, until it is answered with yes or taken back.

import { createInterface, type Interface } from "node:readline"
import { processTerminal, type Terminal } from "./terminal-operator"

/** An answer that was typed for a question which was taken back must not count for the one that replaced it. */
const SETTLE_MS = 1000

interface Prompt {
    readonly what: string
    readonly question: string
    readonly yes: () => void
}

export class Prompts {
    /** The first one is shown. */
    private open: Prompt[] = []
    private shown: Prompt | undefined
    /** Answers before this time are for another question. */
    private settledMs = -Infinity
    private readonly lines: Interface | undefined

    /** @param elsewhere a sentence: where a question is answered if this is no terminal */
    constructor(
        private readonly elsewhere = "",
        private readonly terminal: Terminal = processTerminal(),
        private readonly nowMs: () => number = () => performance.now()
    ) {
        if (!terminal.isInteractive) return
        // From the start, so that what is typed before a question is no answer to it. Without line editing, so that Ctrl-C
        // still stops the program.
        this.lines = createInterface({ input: terminal.input, terminal: false })
        this.lines.on("line", line => this.answer(line))
    }

    get isInteractive(): boolean {
        return this.terminal.isInteractive
    }

    /** @returns a function that takes the question back */
    ask(what: string, question: string, yes: () => void): () => void {
        const prompt = { what, question, yes }
        this.open.push(prompt)
        this.showNext()
        return () => this.remove(prompt)
    }

    close(): void {
        this.open = []
        this.lines?.close()
    }

    private remove(prompt: Prompt): void {
        const isShown = this.shown === prompt
        this.open = this.open.filter(one => one !== prompt)
        if (!isShown) return
        this.shown = undefined
        if (this.lines) {
            this.settledMs = this.nowMs() + SETTLE_MS
            this.terminal.print("\n")
        }
        this.showNext()
    }

    private showNext(): void {
        const [next] = this.open
        if (!next || this.shown) return
        this.shown = next
        const how = this.lines ? `${next.question} [y/N] ` : `${next.question} ${this.elsewhere}\n`
        this.terminal.print(`${next.what}\n${how}`)
    }

    private answer(line: string): void {
        const [first] = this.open
        if (!first) return
        const isYes = /^\s*y(es)?\s*$/i.test(line)
        if (!this.shown || this.nowMs() < this.settledMs) {
            this.shown = undefined
            this.settledMs = -Infinity
            return this.showNext()
        }
        this.shown = undefined
        if (isYes) {
            this.open.shift()
            first.yes()
            return this.showNext()
        }
        // The next one, if several carts ask.
        this.open.push(this.open.shift()!)
        if (this.open.length > 1) this.showNext()
        else
            this.terminal.print("Nothing was done. Press Enter to be asked again, Ctrl-C to end.\n")
    }
}
