// uvu with a record of each test: name, outcome, duration and output. uvu itself does not report the names of passed tests.
//
// Replaces "uvu" in test files (uvu-recorder-hook.mjs) and writes JSON lines to the file named by IVUS_TEST_RECORD.

import { appendFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import * as uvu from "uvu"

export interface TestRecord {
    readonly file: string
    readonly suite: string
    readonly name: string
    readonly outcome: "passed" | "failed" | "skipped"
    readonly seconds: number
    /** Why it failed or was skipped. */
    readonly reason?: string
    readonly printed: string
}

/** A test that cannot be done here says so on a line of its own. */
const SKIPPED = /^\s*(skipped, because .*)$/m
/** Reason of `test.skip`, which uvu counts and does not run. */
export const SKIPPED_IN_SOURCE = "skipped in the test's source"
const RECORD = process.env["IVUS_TEST_RECORD"]
/** The clock as it was before a test replaced it. */
const nowMs = performance.now.bind(performance)

type State = Record<string, unknown>

/** As uvu's, and every test that is added is recorded when it runs. */
export function suite<T = State>(name = "", state?: uvu.Context & T): uvu.uvu.Test<T> {
    const file = callerFile()
    const inner = uvu.suite<T>(name, state)
    const recorded =
        (add: (name: string, handler: uvu.uvu.Callback<T>) => void) =>
        (testName: string, handler: uvu.uvu.Callback<T>): void =>
            add(testName, context =>
                recording({ file, suite: name, name: testName }, () => handler(context))
            )
    return Object.assign(recorded(inner), {
        only: recorded(inner.only),
        skip: (testName = "", handler?: uvu.uvu.Callback<T>) => {
            keep({
                ...{ file, suite: name, name: testName },
                ...{ outcome: "skipped", seconds: 0, printed: "" },
                reason: SKIPPED_IN_SOURCE,
            })
            inner.skip(testName, handler)
        },
        before: inner.before,
        after: inner.after,
        run: inner.run,
    })
}

export const test = suite()

async function recording(
    about: Pick<TestRecord, "file" | "suite" | "name">,
    handler: () => unknown
): Promise<void> {
    const { stdout } = process
    const write = stdout.write
    let printed = ""
    stdout.write = function (...args: Parameters<typeof write>) {
        printed += String(args[0])
        return write.apply(stdout, args)
    } as typeof write
    const began = nowMs()
    const end = (outcome: TestRecord["outcome"], reason?: string): void => {
        stdout.write = write
        const seconds = (nowMs() - began) / 1000
        keep({
            ...about,
            ...{ outcome, seconds, printed },
            ...(reason !== undefined && { reason }),
        })
    }
    try {
        await handler()
    } catch (error) {
        end("failed", (error as Error).stack ?? String(error))
        throw error
    }
    const skipped = SKIPPED.exec(printed)?.[1]
    if (skipped === undefined) end("passed")
    else end("skipped", skipped)
}

function keep(record: TestRecord): void {
    if (RECORD) appendFileSync(RECORD, JSON.stringify(record) + "\n")
}

/** The test file that makes a suite, from the root of the project. */
function callerFile(): string {
    const own = fileURLToPath(import.meta.url)
    const lines = (new Error().stack ?? "").split("\n").slice(1)
    const line = lines.find(l => !l.includes(own)) ?? ""
    const path = /\(?((?:file:\/\/)?\/[^()]*?):\d+:\d+\)?$/.exec(line)?.[1] ?? ""
    const file = path.startsWith("file:") ? fileURLToPath(path) : path
    return file.replace(`${process.cwd()}/`, "")
}
