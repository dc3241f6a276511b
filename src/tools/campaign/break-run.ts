// `npm run campaign -- --breaks`: removes one safety behaviour after the other from the firmware, and checks that the campaign finds it.

import { progressBar } from "../../host/cli/progress-bar"
import { buildBroken } from "./break-build"
import { caseSets } from "./break-cases"
import { type Break, BREAKS } from "./breaks"
import type { Case } from "./case"
import { runInPool } from "./pool"
import type { ResultLine } from "./results-file"
import { aligned, unsafeText } from "./summary"
import type { Task } from "./worker"

interface Outcome {
    readonly of: Break
    readonly cases: number
    readonly flagged: number
    readonly kinds: ReadonlySet<string>
    readonly seconds: number
    /** The first case with an expected finding, made smaller. */
    readonly first: ResultLine | undefined
}

async function runAll(tasks: readonly Task[], what: string): Promise<ResultLine[]> {
    const bar = progressBar(what)
    const results: ResultLine[] = []
    await runInPool(tasks, result => {
        results.push(result)
        bar.show(results.length / tasks.length, `${what}, ${results.length} cases`)
    })
    bar.stop()
    return results.sort((a, b) => a.n - b.n)
}

const kindsOf = (r: ResultLine): string[] => r.findings.map(f => f.kind)

/** What the firmware as it is shows in the same case does not count. */
async function runBreak(of: Break, cases: readonly Case[]): Promise<Outcome> {
    const program = await buildBroken(of)
    const tasks = cases.map((c, n): Task => ({ n, case: c, program, asDrawn: true }))
    const results = await runAll(tasks, of.name)
    const unsafe = results.filter(r => r.findings.length > 0)
    const control = await runAll(
        unsafe.map(r => ({ n: r.n, case: r.case, asDrawn: true })),
        `${of.name}: the firmware as it is`
    )
    const whole = new Map(control.map(r => [r.n, kindsOf(r)]))
    const newKinds = (r: ResultLine): string[] =>
        kindsOf(r).filter(kind => !whole.get(r.n)!.includes(kind))
    const flagged = unsafe.filter(r => newKinds(r).length > 0)
    const found = flagged.find(r => newKinds(r).some(kind => of.expects.some(e => e === kind)))
    const [first] = found
        ? await runAll([{ ...tasks[found.n]!, asDrawn: false }], `${of.name}: a smaller case`)
        : []
    return {
        ...{ of, first, cases: cases.length, flagged: flagged.length },
        kinds: new Set(flagged.flatMap(newKinds)),
        seconds: results.reduce((sum, r) => sum + r.ms, 0) / 1000,
    }
}

/** Found, or hidden as expected. */
function isAsExpected({ of, first, kinds }: Outcome): boolean {
    if (of.expects.length > 0) return first !== undefined
    return [...kinds].every(kind => kind === "cause")
}

function row({ of, cases, flagged, kinds, seconds, first }: Outcome): string[] {
    const found = first ? "yes" : of.hiddenBy ? "hidden" : "NO"
    return [of.name, `${cases}`, `${flagged}`, seconds.toFixed(0), found, [...kinds].join(", ")]
}

/**
 * @param name of one break; all without it
 * @returns the exit status
 */
export async function runBreaks(name?: string): Promise<number> {
    const breaks = BREAKS.filter(b => name === undefined || b.name === name)
    if (breaks.length === 0) {
        process.stderr.write(
            `campaign: there is no break ${name}; use one of those in breaks.ts.\n`
        )
        return 2
    }
    const sets = await caseSets()
    const outcomes: Outcome[] = []
    for (const b of breaks) {
        const outcome = await runBreak(b, sets[b.cases])
        outcomes.push(outcome)
        process.stdout.write(`${b.name}: removed: ${b.removed}\n`)
        if (outcome.first)
            process.stdout.write(`${unsafeText(outcome.first, `--breaks ${b.name} `)}\n\n`)
        else process.stdout.write(b.hiddenBy ? `hidden by: ${b.hiddenBy}\n\n` : "not found\n\n")
    }
    const head = ["break", "cases", "flagged", "CPU s", "found", "findings"]
    process.stdout.write(`${aligned([head, ...outcomes.map(row)]).join("\n")}\n`)
    return outcomes.every(isAsExpected) ? 0 : 1
}
