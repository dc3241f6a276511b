// `npm run campaign:unit`: random actions at the bedside unit, judged by ruler, transmit counter and display.

import { Command, InvalidArgumentError } from "commander"
import { progressBar } from "../../host/cli/progress-bar"
import { STATE_NAMES } from "../../shared/cart-machine"
import { actionsIn, type Sequence } from "./action"
import { ACTIONS_PER_SEQUENCE, drawSequence } from "./draw-actions"
import { SequenceBench, type SequenceResult } from "./sequence-bench"

interface Options {
    readonly cases: number
    readonly seed: number
    readonly replay?: number
}

/** Sequences after which cart and unit are booted anew, so that their logs do not grow. */
const SEQUENCES_PER_BOOT = 200

function wholeNumber(text: string): number {
    if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError("Use a whole number.")
    return Number(text)
}

const options = new Command("npm run campaign:unit --")
    .description(
        "Does anything at the bedside unit at any time: buttons, dial, cable, e-stop, host, restarts. Instruments and the display are judged."
    )
    .option("--cases <n>", "number of random actions", wholeNumber, 10_000)
    .option("--seed <n>", "seed from which all actions follow", wholeNumber, 1)
    .option("--replay <n>", "repeats one sequence and prints what happened", wholeNumber)
    .addHelpText("after", "\nExit status: 0 nothing was unsafe, 1 otherwise, 2 bad usage.")
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
    .parse()
    .opts<Options>()

async function replay(n: number): Promise<number> {
    const bench = await SequenceBench.boot()
    const { findings, trace } = await bench.run(drawSequence(options.seed, n))
    bench.stop()
    process.stdout.write(`${trace.join("\n")}\n${findings.length === 0 ? "safe" : "unsafe"}\n`)
    return findings.length === 0 ? 0 : 1
}

function unsafeText(n: number, { findings }: SequenceResult): string {
    const list = findings.map(f => `  ${f.kind}: ${f.text}`).join("\n")
    return `sequence ${n}: npm run campaign:unit -- --seed ${options.seed} --replay ${n}\n${list}\n`
}

async function campaign(): Promise<number> {
    const count = Math.ceil(options.cases / ACTIONS_PER_SEQUENCE)
    const bar = progressBar("booting cart and unit")
    const began = performance.now()
    const done: Sequence[] = []
    const states = new Map<number, number>()
    const unsafe: string[] = []
    let bench: SequenceBench | undefined
    for (let n = 0; n < count; n++) {
        if (n % SEQUENCES_PER_BOOT === 0) {
            bench?.stop()
            bench = await SequenceBench.boot()
        }
        const sequence = drawSequence(options.seed, n)
        const result = await bench!.run(sequence)
        done.push(sequence)
        for (const state of result.states) states.set(state, (states.get(state) ?? 0) + 1)
        if (result.findings.length > 0) unsafe.push(unsafeText(n, result))
        bar.show(done.length / count, `sequences, ${done.length} done, ${unsafe.length} unsafe`)
    }
    bench?.stop()
    bar.stop()
    const reached = [...states].sort(([a], [b]) => a - b)
    process.stdout.write(
        `${unsafe.join("\n")}\n${actionsIn(done)} actions in ${done.length} sequences, ${unsafe.length} of them unsafe; ` +
            `${((performance.now() - began) / 1000).toFixed(0)} s\n` +
            `sequences that reached: ${reached.map(([s, n]) => `${STATE_NAMES[s]} ${n}`).join(", ")}\n`
    )
    return unsafe.length > 0 ? 1 : 0
}

process.exitCode = options.replay === undefined ? await campaign() : await replay(options.replay)
