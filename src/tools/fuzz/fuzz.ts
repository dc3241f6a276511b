// Responsible for: `npm run fuzz`: mutated bytes on both parsers of the link, by the million, from one seed.
// Not for: what must hold (fuzz/).

import { Command, InvalidArgumentError } from "commander"
import * as fc from "fast-check"
import { progressBar } from "../../host/cli/progress-bar"
import { stopResting } from "./board-in-vm"
import { casesOf, type Property, type Target, TARGETS } from "./targets"

/** Cases between two looks of the progress bar, each such piece with a seed of its own. */
const PIECE = 1000
const VM_PIECE = 20

function whole(text: string): number {
    if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError("A whole number is allowed.")
    return Number(text)
}

function atLeastOne(text: string): number {
    const count = whole(text)
    if (count === 0) throw new InvalidArgumentError("At least 1 is allowed.")
    return count
}

interface Options {
    readonly cases: number
    readonly seed: number
    readonly target?: string
    readonly path?: string
}

const { cases, seed, target, path } = new Command("npm run fuzz --")
    .description("Mutated bytes on both parsers of the link.")
    .option("--cases <n>", "how many, all targets together", atLeastOne, 1_000_000)
    .option("--seed <n>", "all cases follow from it", whole, 1)
    .option("--target <name>", `one of ${TARGETS.map(t => t.name).join(", ")}`)
    .option("--path <path>", "plays one case again, as a failure prints it")
    .parse()
    .opts<Options>()

const chosen = TARGETS.find(t => t.name === target)
if (target !== undefined && !chosen) {
    process.stderr.write(
        `fuzz: there is no target "${target}"; ${TARGETS.map(t => t.name).join(", ")} are known.\n`
    )
    process.exit(2)
}

/** @returns the sentence of a failure, with how to play it again */
async function piece(
    t: Target,
    property: Property,
    pieceSeed: number,
    numRuns: number
): Promise<string | undefined> {
    const details = await fc.check(property as fc.IAsyncProperty<unknown>, {
        seed: pieceSeed,
        numRuns,
        ...(path && { path }),
        // The board in the VM goes on from case to case: what is smaller is not the same case.
        endOnFailure: t.name === "board-in-vm",
    })
    if (!details.failed) return undefined
    const again = `npm run fuzz -- --target ${t.name} --seed ${pieceSeed} --path "${details.counterexamplePath}"`
    const { stack, actual, expects } = details.errorInstance as Error & {
        actual?: unknown
        expects?: unknown
    }
    return `${t.name} failed: ${fc.stringify(details.counterexample)}
${stack ?? String(details.errorInstance)}
expected ${fc.stringify(expects)}
got      ${fc.stringify(actual)}
To play it again: ${again}`
}

async function run(t: Target, count: number): Promise<string | undefined> {
    const property = t.make()
    const size = t.name === "board-in-vm" ? VM_PIECE : PIECE
    for (let done = 0; done < count; done += size) {
        bar.show(finished / cases, t.name)
        const numRuns = Math.min(size, count - done)
        const failure = await piece(t, property, seed + done / size, numRuns)
        if (failure) return failure
        finished += numRuns
        await new Promise(resolve => setImmediate(resolve))
    }
    return undefined
}

let finished = 0
const began = performance.now()
process.stdout.write(`${cases} cases, --seed ${seed}${path ? `, --path ${path}` : ""}\n`)
const bar = progressBar(false)
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
stopResting()
const seconds = ((performance.now() - began) / 1000).toFixed(0)
process.stdout.write(failed ? "" : `${finished} cases passed in ${seconds} s\n`)
process.exitCode = failed ? 1 : 0
