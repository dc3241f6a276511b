// Finds the test files and divides them into processes, so that two cores are busy to the end.

import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import type { TestRecord } from "./uvu-recorder"

/** Where tests live. */
const FOLDERS = ["src", "boards", "hil-tests"]
/** Tests that run the firmware; all others are unit tests. */
const HIL = "hil-tests"
/** Measured seconds of the slow files, by path; only the order of the processes depends on it. */
const DURATIONS = "src/tools/test-run/durations.json"
/** A file that takes longer runs in a process of its own. */
const ALONE_S = 12
/** These tests change the environment of their process and patch files of the runtime as it loads them: one process each. */
const ALONE_FOLDER = "hil-tests/cli/"
const UNKNOWN_S = 5

/** hil-tests that `npm run test:quick` adds to the unit tests: one or two per topic, about one minute on two cores in all. */
const QUICK = [
    "acquisition/sequence",
    "acquisition/record-length",
    "acquisition/rotor",
    "cli/pair-command",
    "cli/sequence-show",
    "imaging/ring-down",
    "link/intruder",
    "link/session",
    "motion/jog",
    "motion/stepped",
    "motion/tmc5160",
].map(name => `${HIL}/${name}.test.ts`)

/** The test files that one process runs, from the project's root. */
export interface TestJob {
    readonly name: string
    readonly files: readonly string[]
}

/** All test files, sorted. */
export function allTestFiles(): string[] {
    return FOLDERS.flatMap(folder =>
        readdirSync(folder, { recursive: true, encoding: "utf8" })
            .filter(name => name.endsWith(".test.ts"))
            .map(name => join(folder, name))
    ).sort()
}

/** The quick ones: every unit test and some of hil-tests. */
export const isQuick = (file: string): boolean => !file.startsWith(HIL) || QUICK.includes(file)

/** Whether tests of this job run the firmware: some of `boards` and all of `hil-tests` do. */
export const needsFirmware = (job: TestJob): boolean =>
    job.files.some(file => !file.startsWith("src/"))

/** Test files that never call run(): uvu runs nothing of them and reports nothing. */
export function filesWithoutRun(files: readonly string[]): string[] {
    return files.filter(file => !readFileSync(file, "utf8").includes(".run()"))
}

/** Divides files into processes, the slowest first: slow files alone, the others by folder. */
export function testJobs(files: readonly string[]): TestJob[] {
    const durations = readDurations()
    const secondsOf = (file: string): number =>
        durations[file] ?? (file.startsWith(HIL) ? UNKNOWN_S : 0)
    const jobs = new Map<string, string[]>()
    for (const file of files) {
        const isAlone = secondsOf(file) > ALONE_S || file.startsWith(ALONE_FOLDER)
        const name = isAlone ? file : groupOf(file)
        jobs.set(name, [...(jobs.get(name) ?? []), file])
    }
    const total = (job: TestJob): number => job.files.reduce((sum, f) => sum + secondsOf(f), 0)
    return [...jobs]
        .map(([name, members]): TestJob => ({ name, files: members }))
        .sort((a, b) => total(b) - total(a))
}

/** Unit tests of a top-level folder share a process, those of hil-tests by topic. */
function groupOf(file: string): string {
    const [top, topic] = file.split("/")
    return top === HIL ? `${top}/${topic}` : top!
}

function readDurations(): Record<string, number> {
    if (!existsSync(DURATIONS)) return {}
    return JSON.parse(readFileSync(DURATIONS, "utf8")) as Record<string, number>
}

/** Keeps the measured seconds of each file that takes a second or more. */
export function saveDurations(records: readonly TestRecord[]): void {
    const seconds: Record<string, number> = {}
    for (const { file, seconds: s } of records) seconds[file] = (seconds[file] ?? 0) + s
    const rows = Object.entries(seconds)
        .filter(([file, s]) => file.endsWith(".test.ts") && s >= 1)
        .map(([file, s]) => [file, Math.round(s)] as const)
        .sort(([a], [b]) => (a < b ? -1 : 1))
    writeFileSync(DURATIONS, `${JSON.stringify(Object.fromEntries(rows), undefined, 4)}\n`)
}
