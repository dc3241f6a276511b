// `npm test`: all tests, or those of some folders or files, with JUnit XML and one closing line of counts.

import { mkdirSync, rmSync } from "node:fs"
import { join } from "node:path"
import { Command } from "commander"
import pLimit from "p-limit"
import { bundlePage } from "../build/bundle"
import { writeJunit } from "./junit"
import { saveLastResults } from "./last-results"
import { buildFirmware, runFailure, runOnNode, runOnVm } from "./processes"
import {
    allTestFiles,
    filesWithoutRun,
    isQuick,
    needsFirmware,
    saveDurations,
    type TestJob,
    testJobs,
} from "./test-files"
import type { TestRecord } from "./uvu-recorder"

/** One process more than CI has cores: some tests wait for processes of their own. */
const PROCESSES = 3
/** What each process recorded. */
const RECORDS = join(".devicescript", "test-records")
const JUNIT = join(".devicescript", "junit.xml")

interface Options {
    quick?: boolean
    saveDurations?: boolean
}

const command = new Command("npm test --")
    .description("runs the tests; builds the firmware first")
    .argument(
        "[parts...]",
        "only test files whose path contains one of these, such as motion/modes"
    )
    .option("--quick", "the unit tests and a few of hil-tests (npm run test:quick)")
    .option(
        "--save-durations",
        "keep how long each file took, which decides the order of later runs"
    )
    .parse()
const parts = command.args
const options = command.opts<Options>()

const chosen = allTestFiles()
    .filter(file => parts.length === 0 || parts.some(part => file.includes(part)))
    .filter(file => !options.quick || isQuick(file))
if (chosen.length === 0) {
    process.stderr.write(`No test file matches ${parts.join(", ")}; give a part of its path.\n`)
    process.exit(2)
}

rmSync(RECORDS, { recursive: true, force: true })
mkdirSync(RECORDS, { recursive: true })
const records: TestRecord[] = filesWithoutRun(chosen).map(file =>
    runFailure(file, "calls .run()", "uvu runs nothing of a suite that never calls .run()")
)
const limit = pLimit(PROCESSES)
const start = (job: TestJob): Promise<TestRecord[]> => limit(() => runOnNode(job, RECORDS))
const jobs = testJobs(chosen)
// Tests of the console's server read the page, and need no firmware.
await bundlePage()
// The build uses one core: tests that do not run the firmware use the other meanwhile.
const early = jobs.filter(job => !needsFirmware(job)).map(start)
if (parts.length === 0) records.push(await runOnVm())
await buildFirmware()
const late = jobs.filter(needsFirmware).map(start)
records.push(...(await Promise.all([...early, ...late])).flat())

// One order, whichever process ended first.
records.sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : 0))
writeJunit(JUNIT, records)
saveLastResults(records)
if (options.saveDurations) saveDurations(records)
for (const { file, suite, name } of records.filter(r => r.outcome === "failed"))
    process.stdout.write(`\nFAILED ${file}: ${suite}: ${name}`)
const count = (outcome: TestRecord["outcome"]): number =>
    records.filter(record => record.outcome === outcome).length
process.stdout.write(
    `\nJUnit XML in ${JUNIT}\n\n${count("passed")} passed, ${count("failed")} failed, ${count("skipped")} skipped\n`
)
process.exitCode = count("failed") > 0 ? 1 : 0
