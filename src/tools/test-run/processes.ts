// Runs test files in processes of their own: uvu on Node, the shared vectors in the DeviceScript VM, and the build.

import { spawn } from "node:child_process"
import { join } from "node:path"
import { writeVmProgram } from "../vectors/vm-program"
import { readRecords } from "./junit"
import type { TestJob } from "./test-files"
import { SKIPPED_IN_SOURCE, type TestRecord } from "./uvu-recorder"

const DEVS = "node_modules/@devicescript/cli/devicescript"
const VM_LIMIT_MS = 120_000
/** A process that takes longer hangs: the slowest takes two minutes on two cores. */
const PROCESS_LIMIT_MS = 900_000
const RECORDER = "./src/tools/test-run/uvu-recorder-hook.mjs"

interface Finished {
    readonly output: string
    readonly status: number
}

/** Runs Node with these arguments and collects what it prints. */
function runNode(args: readonly string[], env: Record<string, string> = {}): Promise<Finished> {
    return new Promise(resolve => {
        const child = spawn(process.execPath, args, {
            stdio: ["ignore", "pipe", "pipe"],
            env: { ...process.env, FORCE_COLOR: "0", NO_COLOR: "1", ...env },
        })
        let output = ""
        const limit = setTimeout(() => {
            output += `\nkilled, because it did not end within ${PROCESS_LIMIT_MS / 1000} s\n`
            child.kill("SIGKILL")
        }, PROCESS_LIMIT_MS)
        child.stdout.on("data", data => (output += String(data)))
        child.stderr.on("data", data => (output += String(data)))
        child.on("close", status => {
            clearTimeout(limit)
            resolve({ output, status: status ?? 1 })
        })
    })
}

/** A failure that belongs to no single test. */
export function runFailure(file: string, name: string, reason: string): TestRecord {
    const test = { file, suite: "the run itself", name, seconds: 0 }
    return { ...test, outcome: "failed", reason, printed: "" }
}

/** Builds the firmware. @throws Error with what the build printed */
export async function buildFirmware(): Promise<void> {
    const { status, output } = await runNode([
        ...["--import", "tsx"],
        ...["src/tools/build/build.ts", "--quiet"],
    ])
    if (status !== 0) throw new Error(output)
}

/**
 * Runs the files of a job with uvu in one process.
 * @param folder where the records of the tests go
 */
export async function runOnNode(job: TestJob, folder: string): Promise<TestRecord[]> {
    const records = join(folder, `${job.name.replace(/\W/g, "-")}.jsonl`)
    const pattern = job.files.map(file => file.replaceAll(".", "\\.")).join("|")
    const { output, status } = await runNode(
        [
            ...["--import", "tsx", "--import", RECORDER],
            ...["node_modules/uvu/bin.js", ".", `^(${pattern})$`, "--ignore", "^\\.\\w"],
        ],
        { IVUS_TEST_RECORD: records }
    )
    process.stdout.write(`\n${job.name}\n${output}`)
    const tests = readRecords(records)
    const failed = tests.some(test => test.outcome === "failed")
    // A process that dies has failed, whatever it recorded until then.
    if (status !== 0 && !failed) return [...tests, runFailure(job.name, "runs to its end", output)]
    const silent = job.files.filter(file => !tests.some(test => test.file === file))
    if (silent.length > 0)
        return [
            ...tests,
            ...silent.map(file =>
                runFailure(file, "runs a test", "no test of this file ran; does it call .run()?")
            ),
        ]
    const total = Number(/^ *Total: +(\d+)/m.exec(output)?.[1] ?? 0)
    const ran = tests.filter(test => test.reason !== SKIPPED_IN_SOURCE).length
    if (ran === total) return tests
    const reason = `uvu ran ${total} tests, but ${ran} were recorded`
    return [...tests, runFailure(job.name, "records every test", reason)]
}

/** Runs the vectors of src/shared in the DeviceScript VM. It overwrites the built firmware: build afterwards. */
export async function runOnVm(): Promise<TestRecord> {
    const began = performance.now()
    const program = writeVmProgram()
    const { output, status } = await runNode([
        ...[DEVS, "run", program],
        ...["--test", "--test-self-exit"],
        ...["--test-timeout", String(VM_LIMIT_MS)],
    ])
    process.stdout.write(`\n${program} in the VM\n${output}`)
    const passed = status === 0 && output.includes("test OK")
    return {
        ...{ file: program, suite: "in the VM", name: "vectors" },
        outcome: passed ? "passed" : "failed",
        seconds: (performance.now() - began) / 1000,
        ...(!passed && { reason: output }),
        printed: "",
    }
}
