// Responsible for: the whole test run: uvu on Node, the wire's vectors on the VM, one closing line of counts.
// Not for: what is tested.

import { spawn } from "node:child_process"
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"

interface Counts {
    passed: number
    failed: number
    skipped: number
}

/** Test files a process; two at a time run beside each other, as CI has two cores. */
const GROUPS = ["src", "boards", "hil-tests"]
const VM_TESTS = "src/wire/vectors.vm.ts"
const DEVS = "node_modules/@devicescript/cli/devicescript"
const VM_LIMIT_MS = 120_000

/** Ends with the output of a command, and its exit status. */
function run(
    args: readonly string[]
): Promise<{ output: string; status: number }> {
    return new Promise(resolve => {
        const child = spawn(process.execPath, args, {
            stdio: ["ignore", "pipe", "pipe"],
            env: { ...process.env, FORCE_COLOR: "0", NO_COLOR: "1" },
        })
        let output = ""
        child.stdout.on("data", data => (output += String(data)))
        child.stderr.on("data", data => (output += String(data)))
        child.on("close", status => resolve({ output, status: status ?? 1 }))
    })
}

async function onNode(folder: string): Promise<Counts> {
    const { output, status } = await run([
        ...["--import", "tsx", "node_modules/uvu/bin.js"],
        ...[folder, "\\.test\\.ts$"],
    ])
    process.stdout.write(`\n${folder}\n${output}`)
    const count = (name: string): number =>
        Number(new RegExp(`^ *${name}: +(\\d+)`, "m").exec(output)?.[1] ?? 0)
    const [total, passed, skipped] = ["Total", "Passed", "Skipped"].map(count)
    const failed = total! - passed!
    // A process that dies has failed, whatever it had counted until then.
    return {
        passed: passed!,
        failed: status !== 0 && failed === 0 ? 1 : failed,
        skipped: skipped!,
    }
}

async function onVm(): Promise<Counts> {
    const { output, status } = await run([
        ...[DEVS, "run", VM_TESTS],
        ...["--test", "--test-self-exit"],
        ...["--test-timeout", String(VM_LIMIT_MS)],
    ])
    process.stdout.write(`\n${VM_TESTS} on the VM\n${output}`)
    const good = status === 0 && output.includes("test OK")
    return { passed: good ? 1 : 0, failed: good ? 0 : 1, skipped: 0 }
}

/** uvu runs nothing of a suite whose run() is forgotten, and says nothing. */
function filesWithoutRun(): string[] {
    return GROUPS.flatMap(folder =>
        readdirSync(folder, { recursive: true, encoding: "utf8" }).map(name =>
            join(folder, name)
        )
    )
        .filter(file => file.endsWith(".test.ts"))
        .filter(file => !readFileSync(file, "utf8").includes(".run()"))
}

const forgotten = filesWithoutRun()
for (const file of forgotten)
    process.stdout.write(`${file} never calls .run(): uvu runs nothing of it\n`)

// `devs run` leaves its own program where the firmware's bytecode belongs: it goes first, the build after it.
const onVmCounts = await onVm()
const build = await run([DEVS, "build", "--quiet", "src/main.ts"])
if (build.status !== 0) {
    process.stdout.write(build.output)
    process.exit(1)
}

const jobs = [
    () => onNode(GROUPS[2]!),
    () => onNode(GROUPS[0]!),
    () => onNode(GROUPS[1]!),
]
const sum: Counts = {
    ...onVmCounts,
    failed: onVmCounts.failed + forgotten.length,
}
async function worker(): Promise<void> {
    for (let job = jobs.shift(); job; job = jobs.shift()) {
        const counts = await job()
        sum.passed += counts.passed
        sum.failed += counts.failed
        sum.skipped += counts.skipped
    }
}
await Promise.all([worker(), worker()])
process.stdout.write(
    `\n${sum.passed} passed, ${sum.failed} failed, ${sum.skipped} skipped\n`
)
process.exitCode = sum.failed > 0 ? 1 : 0
