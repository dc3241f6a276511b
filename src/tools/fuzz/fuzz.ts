// `npm run fuzz`: mutated bytes on both parsers of the link, all cases from one seed.

import { Command, InvalidArgumentError } from "commander"
import * as fc from "fast-check"
import { progressBar } from "../../host/cli/progress-bar"
import { stopIdleBoard } from "./board-in-vm"
import { casesOf, type Property, type Target, TARGETS } from "./targets"

/** Cases between two updates of the progress bar; each such batch has its own seed. */
const BATCH = 1000
const VM_BATCH = 20

function wholeNumber(text: string): number {
    if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError("Use a whole number.")
    return Number(text)
}

function atLeastOne(text: string): number {
    const count = wholeNumber(text)
    if (count === 0) throw new InvalidArgumentError("Use a number of at least 1.")
    return count
}

interface Options {
    readonly cases: number
    readonly seed: number
    readonly target?: string
    readonly path?: string
}

const { cases, seed, target, path } = new Command("npm run fuzz --")
    .description("Feeds mutated bytes to both parsers of the link.")
    .option("--cases <n>", "number of cases of all targets together", atLeastOne, 1_000_000)
    .option("--seed <n>", "seed from which all cases follow", wholeNumber, 1)
    .option("--target <name>", `one of ${TARGETS.map(t => t.name).join(", ")}`)
    .option("--path <path>", "repeats one case, as printed by a failure")
    .parse()
    .opts<Options>()

const chosen = TARGETS.find(t => t.name === target)
if (target !== undefined && !chosen) {
    process.stderr.write(
        `fuzz: there is no target "${target}"; use one of ${TARGETS.map(t => t.name).join(", ")}.\n`
    )
    process.exit(2)
}

/** @returns a description of the failure with the command that repeats it */
async function batch(
    t: Target,
    property: Property,
    batchSeed: number,
    numRuns: number
): Promise<string | undefined> {
    const details = await fc.check(property as fc.IAsyncProperty<unknown>, {
        seed: batchSeed,
        numRuns,
        ...(path && { path }),
        // The board in the VM keeps its state from case to case, so a case cannot be shrunk.
        endOnFailure: t.name === "board-in-vm",
    })
    if (!details.failed) return undefined
    const command = `npm run fuzz -- --target ${t.name} --seed ${batchSeed} --path "${details.counterexamplePath}"`
    const { stack, actual, expects } = details.errorInstance as Error & {
        actual?: unknown
        expects?: unknown
    }
    return `${t.name} failed: ${fc.stringify(details.counterexample)}\n${stack ?? String(details.errorInstance)}\nexpected ${fc.stringify(expects)}\ngot      ${fc.stringify(actual)}\nTo repeat it: ${command}`
}

async function run(t: Target, count: number): Promise<string | undefined> {
    const property = t.make()
    const size = t.name === "board-in-vm" ? VM_BATCH : BATCH
    for (let done = 0; done < count; done += size) {
        bar.show(finished / cases, t.name)
        const numRuns = Math.min(size, count - done)
        const failure = await batch(t, property, seed + done / size, numRuns)
        if (failure) return failure
        finished += numRuns
        await new Promise(resolve => setImmediate(resolve))
    }
    return undefined
}

let finished = 0
const began = performance.now()
process.stdout.write(`${cases} cases, --seed ${seed}${path ? `, --path ${path}` : ""}\n`)
const bar = progressBar()
let failed = false
const plan = chosen ? new Map([[chosen, path ? 1 : cases]]) : casesOf(cases)
for (const [t, count] of plan) {
    const from = performance.now()
    const failure = await run(t, count)
    const seconds = ((performance.now() - from) / 1000).toFixed(1)
    if (failure) {
        bar.stop()
        process.stdout.write(`${failure}\n`)
        failed = true
        break
    }
    process.stdout.write(
        `${String(count).padStart(8)}  ${t.name.padEnd(14)}  ${seconds.padStart(6)} s  ${t.what}\n`
    )
}
bar.stop()
stopIdleBoard()
const seconds = ((performance.now() - began) / 1000).toFixed(0)
process.stdout.write(failed ? "" : `${finished} cases passed in ${seconds} s\n`)
process.exitCode = failed ? 1 : 0
