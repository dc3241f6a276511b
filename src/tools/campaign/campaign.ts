// `npm run campaign`: single faults at random moments of random procedures, judged by the ruler; or each of a systematic list.

import { Command, InvalidArgumentError } from "commander"
import { progressBar } from "../../host/cli/progress-bar"
import { buildBroken } from "./break-build"
import { runBreaks } from "./break-run"
import { BREAKS } from "./breaks"
import type { Case } from "./case"
import { Carts } from "./carts"
import { drawCase } from "./draw"
import { runInPool } from "./pool"
import { NoCase, replayedCase } from "./replayed-case"
import { appendResult, readResults, type ResultLine } from "./results-file"
import { table, unsafeText } from "./summary"
import { sweepCases } from "./sweep"
import { traceOf } from "./trace"
import type { Task } from "./worker"

interface Options {
    readonly cases: number
    readonly seed: number
    readonly sweep?: boolean
    readonly breaks?: string | true
    readonly replay?: string
    readonly out?: string
}

function breakName(text: string): string {
    const names = BREAKS.map(b => b.name)
    if (!names.includes(text)) throw new InvalidArgumentError(`Use one of ${names.join(", ")}.`)
    return text
}

function wholeNumber(text: string): number {
    if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError("Use a whole number.")
    return Number(text)
}

const options = new Command("npm run campaign --")
    .description(
        "Disturbs one thing at a random moment of a random procedure and checks by the ruler what the sled did.\n" +
            "An interrupted campaign continues where it was: the results file holds one JSON line a case."
    )
    .option("--cases <n>", "number of random cases", wholeNumber, 3000)
    .option("--seed <n>", "seed from which all random cases follow", wholeNumber, 1)
    .option(
        "--sweep",
        "instead: each write lost, each bit of each ramp register, each reply replaced"
    )
    .option(
        "--breaks [name]",
        "instead: removes safety behaviours from the firmware, or one, and must find each",
        breakName
    )
    .option(
        "--replay <case>",
        "repeats one case and prints what happened: its number, with the --seed or --sweep of its run; its line of the results file; or its JSON"
    )
    .option("--out <file>", "results file; default: .devicescript/campaign/NAME.jsonl")
    .addHelpText(
        "after",
        "\nExit status: 0 no case is unsafe (--breaks: each break is found), 1 otherwise, 2 bad usage."
    )
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
    .parse()
    .opts<Options>()

async function numberedCase(n: number): Promise<Case | undefined> {
    return options.sweep ? (await sweepCases())[n] : drawCase(options.seed, n)
}

async function replay(text: string): Promise<number> {
    let c: Case
    try {
        c = await replayedCase(text, numberedCase)
    } catch (e) {
        if (!(e instanceof NoCase)) throw e
        process.stderr.write(`campaign: ${e.message}\n`)
        return 2
    }
    const carts = new Carts()
    const broken = BREAKS.find(b => b.name === options.breaks)
    const result = await carts.run(c, broken && (await buildBroken(broken)))
    carts.stop()
    process.stdout.write(`${traceOf(result).join("\n")}\n`)
    if (!result.disturbed) process.stdout.write("the disturbance did not take place\n")
    for (const f of result.findings) process.stdout.write(`unsafe: ${f.kind}: ${f.text}\n`)
    if (result.findings.length === 0) process.stdout.write("safe\n")
    return result.findings.length === 0 ? 0 : 1
}

async function tasks(): Promise<Task[]> {
    const cases = options.sweep
        ? await sweepCases()
        : Array.from({ length: options.cases }, (_, n) => drawCase(options.seed, n))
    return cases.map((c, n) => ({ n, case: c }))
}

async function campaign(): Promise<number> {
    const name = options.sweep ? "sweep" : `seed-${options.seed}`
    const file = options.out ?? `.devicescript/campaign/${name}.jsonl`
    const all = await tasks()
    const earlier = readResults(file)
    const isSame = (t: Task): boolean =>
        JSON.stringify(earlier.get(t.n)?.case) === JSON.stringify(t.case)
    const results: ResultLine[] = all.filter(isSame).map(t => earlier.get(t.n)!)
    if (results.length > 0)
        process.stdout.write(`${results.length} of ${all.length} cases are in ${file}\n`)
    const left = all.filter(t => !isSame(t))
    const bar = progressBar("booting the carts")
    const began = performance.now()
    let unsafe = 0
    await runInPool(left, result => {
        appendResult(file, result)
        results.push(result)
        if (result.findings.length > 0) unsafe++
        // Without a terminal only the part before the comma is printed, once for each quarter.
        bar.show(results.length / all.length, `cases, ${results.length} done, ${unsafe} unsafe`)
    })
    bar.stop()
    report(results, file, (performance.now() - began) / 1000)
    return results.some(r => r.findings.length > 0) ? 1 : 0
}

function report(results: readonly ResultLine[], file: string, seconds: number): void {
    const unsafe = results.filter(r => r.findings.length > 0)
    for (const r of unsafe) process.stdout.write(`${unsafeText(r)}\n\n`)
    const ms = results.reduce((sum, r) => sum + r.ms, 0) / Math.max(1, results.length)
    const missed = results.filter(r => !r.disturbed).length
    process.stdout.write(
        `${table(results)}\n\n${results.length} cases, ${unsafe.length} unsafe; ` +
            `in ${missed} the disturbance did not take place; ` +
            `${ms.toFixed(0)} ms of CPU a case, ${seconds.toFixed(0)} s in all; results: ${file}\n` +
            `Repeat one: npm run campaign -- ${options.sweep ? "--sweep" : `--seed ${options.seed}`} --replay N\n`
    )
}

if (options.replay) process.exitCode = await replay(options.replay)
else if (options.breaks)
    process.exitCode = await runBreaks(options.breaks === true ? undefined : options.breaks)
else process.exitCode = await campaign()
