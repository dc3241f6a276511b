// Questions of a program that goes on: one at a time, open until a yes, and never answered by what was typed for another one.

import { PassThrough } from "node:stream"
import { suite } from "uvu"
import * as assert from "uvu/assert"
import { Prompts } from "./prompts"

class Bench {
    readonly input = new PassThrough()
    readonly answered: string[] = []
    readonly prompts: Prompts
    nowMs = 0
    private printed = ""

    constructor(isInteractive = true) {
        const print = (text: string): void => void (this.printed += text)
        this.prompts = new Prompts(
            "Answer in the console.",
            { isInteractive, input: this.input, print },
            () => this.nowMs
        )
    }

    ask(name: string): () => void {
        return this.prompts.ask(`About ${name}.`, `${name}?`, () => void this.answered.push(name))
    }

    async type(line: string): Promise<void> {
        this.input.write(`${line}\n`)
        await new Promise(resolve => setImmediate(resolve))
    }

    /** What was printed since the last call. */
    take(): string {
        const { printed } = this
        this.printed = ""
        return printed
    }
}

const test = suite("questions of a program that goes on")

test("a yes answers; after anything else the question stays, and Enter shows it again", async () => {
    const bench = new Bench()
    bench.ask("A")
    assert.is(bench.take(), "About A.\nA? [y/N] ")
    await bench.type("no")
    assert.match(bench.take(), /^Nothing was done\. Press Enter to be asked again/)
    // The question is not shown now.
    await bench.type("y")
    assert.equal(bench.answered, [])
    assert.is(bench.take(), "About A.\nA? [y/N] ")
    await bench.type("y")
    assert.equal(bench.answered, ["A"])
    await bench.type("y")
    assert.equal(bench.answered, ["A"])
    bench.prompts.close()
})

test("a yes that was typed before the question, or for one that was replaced, is none [IVUS-DSP-004]", async () => {
    const bench = new Bench()
    await bench.type("y")
    const takeBack = bench.ask("A")
    takeBack()
    bench.ask("B")
    await bench.type("y")
    assert.equal(bench.answered, [])
    assert.match(bench.take(), /A\? \[y\/N\] \nAbout B\.\nB\? \[y\/N\] About B\.\nB\? \[y\/N\] $/)
    await bench.type("y")
    assert.equal(bench.answered, ["B"])
    bench.prompts.close()
})

test("of several questions one is shown at a time", async () => {
    const bench = new Bench()
    bench.ask("A")
    const takeBack = bench.ask("B")
    bench.ask("C")
    await bench.type("n")
    assert.match(bench.take(), /^About A\.\nA\? \[y\/N\] About B\.\nB\? \[y\/N\] $/)
    takeBack()
    assert.match(bench.take(), /About C\.\nC\? \[y\/N\] $/)
    bench.nowMs = 5000
    await bench.type("yes")
    assert.equal(bench.answered, ["C"])
    assert.match(bench.take(), /About A\.\nA\? \[y\/N\] $/)
    bench.prompts.close()
})

test("without a terminal it says where the question is answered", async () => {
    const bench = new Bench(false)
    bench.ask("A")
    assert.is(bench.take(), "About A.\nA? Answer in the console.\n")
    await bench.type("y")
    assert.equal(bench.answered, [])
})

test.run()
