// Runs the command line as at a terminal at which somebody answers its questions.

import { PassThrough } from "node:stream"
import { watchedIvus, type Output } from "./ivus"

async function sendAnswer(input: PassThrough, answer: string | Promise<string>): Promise<void> {
    input.write(`${typeof answer === "string" ? answer : await answer}\n`)
}

/** @param answers one for each question, in order, at once or when it is there; a question without an answer stays open */
export async function ivusAtTerminal(
    answers: readonly (string | Promise<string>)[],
    ...args: string[]
): Promise<Output> {
    const input = Object.assign(new PassThrough(), { isTTY: true })
    const left = [...answers]
    const stdin = Object.getOwnPropertyDescriptor(process, "stdin")!
    const { isTTY } = process.stderr
    Object.defineProperty(process, "stdin", { configurable: true, value: input })
    process.stderr.isTTY = true
    try {
        return await watchedIvus(
            text => {
                if (!/\[y\/N\] $/.test(text)) return
                const answer = left.shift()
                if (answer !== undefined) void sendAnswer(input, answer)
            },
            ...args
        )
    } finally {
        Object.defineProperty(process, "stdin", stdin)
        process.stderr.isTTY = isTTY
    }
}
