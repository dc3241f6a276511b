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
/**
 * Files of hil-tests share a process up to so many seconds: a process takes 2 s of CPU until it has loaded everything and compiled the
 * VM. Short enough that all processes end at about the same time.
 */
const SHARED_S = 60
/** These tests change the environment of their process and patch files of the runtime as it loads them: one process each. */
const ALONE_FOLDER = "hil-tests/cli/"
/** Of these, those that do neither. */
const SHARING = [
    "calibrate-command",
    "doctor-wiring",
    "live-faults",
    "live-tcp",
    "log-command",
    "return-command",
    "sequence-show",
    "serve-faults",
    "tgc-option",
].map(name => `${ALONE_FOLDER}${name}.test.ts`)
/** These measure the memory of their process. */
const ALONE_FILES = ["acquisition/heap", "imaging/whole-path"].map(name => `${HIL}/${name}.test.ts`)
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

/** Unit tests with one of these in their text run a program of the boards. */
const FIRMWARE = /\b(BYTECODE|bytecodeOf|buildProgram|VirtualBoard|VirtualCart)\b/

/** Whether a test runs the firmware. */
const runsFirmware = (file: string): boolean =>
    file.startsWith(HIL) || FIRMWARE.test(readFileSync(file, "utf8"))

/** Whether tests of this job run the firmware, so that it must have been built. */
export const needsFirmware = (job: TestJob): boolean => job.files.some(runsFirmware)

/** Test files that never call run(): uvu runs nothing of them and reports nothing. */
export function filesWithoutRun(files: readonly string[]): string[] {
    return files.filter(file => !readFileSync(file, "utf8").includes(".run()"))
}

/** Divides files into processes, the longest first. */
export function testJobs(files: readonly string[]): TestJob[] {
    const durations = readDurations()
    const secondsOf = (file: string): number =>
        durations[file] ?? (file.startsWith(HIL) ? UNKNOWN_S : 0)
    const jobs: { group: string; files: string[]; seconds: number }[] = []
    for (const file of [...files].sort((a, b) => secondsOf(b) - secondsOf(a))) {
        const group = groupOf(file)
        const seconds = secondsOf(file)
        const job = jobs.find(j => j.group === group && j.seconds + seconds <= SHARED_S)
        if (job) {
            job.files.push(file)
            job.seconds += seconds
        } else jobs.push({ group, files: [file], seconds })
    }
    return jobs
        .sort((a, b) => b.seconds - a.seconds)
        .map(job => ({ name: nameOf(job.files), files: job.files }))
}

/** Files that may share a process: those of one topic of hil-tests, which also share saved carts, and the unit tests of a folder. */
function groupOf(file: string): string {
    const isAlone = file.startsWith(ALONE_FOLDER) && !SHARING.includes(file)
    if (isAlone || ALONE_FILES.includes(file)) return file
    const [top, topic] = file.split("/")
    if (top === HIL) return `${top}/${topic}`
    return runsFirmware(file) ? `${top} with firmware` : top!
}

/** The first file of a job, and the number of others. */
const nameOf = ([first, ...more]: readonly string[]): string =>
    more.length === 0 ? first! : `${first!} and ${more.length} more`

function readDurations(): Record<string, number> {
    if (!existsSync(DURATIONS)) return {}
    return JSON.parse(readFileSync(DURATIONS, "utf8")) as Record<string, number>
}

/** Keeps the measured seconds of each file of hil-tests, and of others that take a second or more. */
export function saveDurations(records: readonly TestRecord[]): void {
    const seconds: Record<string, number> = {}
    for (const { file, seconds: s } of records) seconds[file] = (seconds[file] ?? 0) + s
    const rows = Object.entries(seconds)
        .filter(([file, s]) => file.endsWith(".test.ts") && (s >= 1 || file.startsWith(HIL)))
        .map(([file, s]) => [file, Math.round(s)] as const)
        .sort(([a], [b]) => (a < b ? -1 : 1))
    writeFileSync(DURATIONS, `${JSON.stringify(Object.fromEntries(rows), undefined, 4)}\n`)
}
