// Responsible for: the whole test run: uvu on Node, the wire's vectors on the VM, JUnit XML, one closing line of counts.
// Not for: what is tested.

import { spawn } from "node:child_process"
import { mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { basename, join } from "node:path"
import { readRecords, writeJunit } from "./junit"
import { writeVmProgram } from "../vectors/vm-program"
import { SKIPPED_IN_SOURCE, type TestRecord } from "./uvu-recorder"

const FOLDERS = ["src", "boards", "hil-tests"]
/** Where each file takes long enough to be a process of its own; three at a time: CI has two cores, and some wait for other processes. */
const LONG = "hil-tests"
const DEVS = "node_modules/@devicescript/cli/devicescript"
const VM_LIMIT_MS = 120_000
/** Records of each group, and JUnit XML of all, for CI. */
const RECORDS = join(".devicescript", "test-records")
const JUNIT = join(".devicescript", "junit.xml")
const RECORDER = "./src/tools/test-run/uvu-recorder-hook.ts"

/** Ends with the output of a command, and its exit status. */
function run(
    args: readonly string[],
    env: Record<string, string> = {}
): Promise<{ output: string; status: number }> {
    return new Promise(resolve => {
        const child = spawn(process.execPath, args, {
            stdio: ["ignore", "pipe", "pipe"],
            env: { ...process.env, FORCE_COLOR: "0", NO_COLOR: "1", ...env },
        })
        let output = ""
        child.stdout.on("data", data => (output += String(data)))
        child.stderr.on("data", data => (output += String(data)))
        child.on("close", status => resolve({ output, status: status ?? 1 }))
    })
}

/** A failure that belongs to no test. */
function failure(file: string, name: string, reason: string): TestRecord {
    const test = { file, suite: "the run itself", name, seconds: 0 }
    return { ...test, outcome: "failed", reason, printed: "" }
}

/** @param name of one file in it; left out, all of its tests run in one process */
async function onNode(folder: string, name?: string): Promise<TestRecord[]> {
    const file = join(RECORDS, `${(name ?? folder).replace(/\W/g, "-")}.jsonl`)
    const pattern = name ? `^${name.replaceAll(".", "\\.")}$` : "\\.test\\.ts$"
    const { output, status } = await run(
        [
            ...["--import", "tsx", "--import", RECORDER],
            ...["node_modules/uvu/bin.js", folder, pattern],
        ],
        { IVUS_TEST_RECORD: file }
    )
    process.stdout.write(`\n${name ?? folder}\n${output}`)
    const records = readRecords(file)
    const failed = records.some(r => r.outcome === "failed")
    // A process that dies has failed, whatever it had recorded until then.
    if (status !== 0 && !failed)
        return [...records, failure(name ?? folder, "comes to its end", output)]
    const total = Number(/^ *Total: +(\d+)/m.exec(output)?.[1] ?? 0)
    const ran = records.filter(r => r.reason !== SKIPPED_IN_SOURCE).length
    if (ran !== total) {
        const reason = `uvu ran ${total} tests, and ${ran} were recorded`
        return [...records, failure(name ?? folder, "records every test", reason)]
    }
    return records
}

async function onVm(): Promise<TestRecord> {
    const began = performance.now()
    const program = writeVmProgram()
    const { output, status } = await run([
        ...[DEVS, "run", program],
        ...["--test", "--test-self-exit"],
        ...["--test-timeout", String(VM_LIMIT_MS)],
    ])
    process.stdout.write(`\n${program} on the VM\n${output}`)
    const good = status === 0 && output.includes("test OK")
    return {
        ...{ file: program, suite: "on the VM", name: "vectors" },
        outcome: good ? "passed" : "failed",
        seconds: (performance.now() - began) / 1000,
        ...(!good && { reason: output }),
        printed: "",
    }
}

function testsIn(folder: string): string[] {
    return readdirSync(folder, { recursive: true, encoding: "utf8" })
        .filter(name => name.endsWith(".test.ts"))
        .sort()
}

/** uvu runs nothing of a suite whose run() is forgotten, and says nothing. */
function filesWithoutRun(): string[] {
    return FOLDERS.flatMap(folder => testsIn(folder).map(name => join(folder, name))).filter(
        file => !readFileSync(file, "utf8").includes(".run()")
    )
}

rmSync(RECORDS, { recursive: true, force: true })
mkdirSync(RECORDS, { recursive: true })
const records = filesWithoutRun().map(file =>
    failure(file, "calls .run()", "uvu runs nothing of a suite that does not")
)
for (const { file, reason } of records)
    process.stdout.write(`${file} never calls .run(): ${reason}\n`)

// `devs run` leaves its own program where the firmware's bytecode belongs: it goes first, the build after it.
records.push(await onVm())
const build = await run([DEVS, "build", "--quiet", "src/main.ts"])
// The tests run both programs: that of the line engine and that of the un0rick.
const buildUn0rick = await run(["--import", "tsx", "src/tools/build/build-un0rick.ts"])
if (build.status !== 0 || buildUn0rick.status !== 0) {
    process.stdout.write(build.output + buildUn0rick.output)
    process.exit(1)
}

/** Those that take longest begin first, so that none of them is left over for one core alone. */
const LONGEST = [
    "fault-option",
    "timing",
    "sent-catheter",
    "flash-command",
    "interrupt",
    "display",
    "rotation",
    "live-command",
    "un0rick-cart",
    "fired",
    "faults",
    "whole-path",
]
const rank = ([, name]: [string, string?]): number => {
    const at = LONGEST.findIndex(stem => basename(name ?? "") === `${stem}.test.ts`)
    return at < 0 ? LONGEST.length : at
}
const jobs = FOLDERS.flatMap((folder): [string, string?][] =>
    folder === LONG ? testsIn(folder).map(name => [folder, name]) : [[folder]]
).sort((a, b) => rank(a) - rank(b))
async function worker(): Promise<void> {
    for (let job = jobs.shift(); job; job = jobs.shift()) records.push(...(await onNode(...job)))
}
await Promise.all([worker(), worker(), worker()])
// In one order, whichever process ended first.
records.sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : 0))
writeJunit(JUNIT, records)
const count = (outcome: TestRecord["outcome"]): number =>
    records.filter(r => r.outcome === outcome).length
process.stdout.write(
    `\nJUnit XML in ${JUNIT}\n\n${count("passed")} passed, ${count("failed")} failed, ${count("skipped")} skipped\n`
)
process.exitCode = count("failed") > 0 ? 1 : 0
