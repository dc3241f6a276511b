// The program of the thread that writes runs (run-thread.ts): capture, results, record and review of each.

import { existsSync, readlinkSync } from "node:fs"
import { setPriority } from "node:os"
import { join } from "node:path"
import { parentPort, workerData } from "node:worker_threads"
import { ReferenceStore } from "../references/reference-store"
import { summaryText } from "../results/summary-text"
import type { RunReview, WrittenRun } from "../runs/recorded-run"
import { CAPTURE_NAME, RECORD_NAME } from "../runs/run-record"
import { RunWriter } from "../runs/run-writer"
import { ReviewServer } from "./review-server"
import type { FromRuns, RunTask, ToRuns } from "./run-messages"

/** The results wait for whatever must not be late. */
const NICENESS = 10

const task = (workerData as { data: RunTask }).data
const choice = {
    references: { store: new ReferenceStore(task.references), pulledMs: undefined },
}
const tell = (message: FromRuns): void => parentPort!.postMessage(message)
const report = (line: string): void => tell({ kind: "report", line })
const reviews = new ReviewServer({ about: task.about, choice, report })
const writers = new Map<number, RunWriter>()

parentPort!.on("message", (message: ToRuns) => {
    if (message.kind === "close") return void close()
    if (message.kind === "begin") return begin(message.begun)
    const writer = writers.get(message.number)
    switch (message.kind) {
        case "bytes":
            return writer?.take(message.bytes)
        case "finish":
            return writer?.finish(message.isCut)
        case "complete":
            return writer?.complete(message.end)
        case "settle":
            return void settle(message.number)
        case "drop":
            writer?.drop()
            Atomics.store(message.done, 0, 1)
            Atomics.notify(message.done, 0)
    }
})
lowerPriority()

function begin(begun: Extract<ToRuns, { kind: "begin" }>["begun"]): void {
    const { number } = begun
    const { runs, about, asked, workers } = task
    try {
        const writer = new RunWriter(begun, {
            ...{ runs, about, asked, workers, report },
            choice,
            onReview: review => void show(review),
            onWritten: run => {
                report(writtenText(run))
                tell({ kind: "written", run })
            },
            onDiskError: ({ message }) => tell({ kind: "disk", number, message }),
        })
        writers.set(number, writer)
        forget(number - 2)
        tell({ kind: "begun", number, folder: writer.path })
    } catch (error) {
        const message = `This run is not recorded: ${(error as Error).message}`
        report(message)
        tell({ kind: "disk", number, message })
    }
}

/** The counts of the latest run may still be completed by a later summary; those of an earlier one may not. */
function forget(number: number): void {
    void writers
        .get(number)
        ?.settled()
        .then(() => writers.delete(number))
}

async function show(review: RunReview): Promise<void> {
    const { number, folder, verdict } = review
    try {
        const url = await reviews.show(review)
        tell({ kind: "review", review: { number, url, verdict, folder } })
        report(`Review of the run in ${folder}: ${url}`)
        const summary = await review.summary
        if (!summary) return
        // Without the reason, which the page has shown as a fault.
        const text = summaryText(summary).split(/[;\n]/)[0]!
        tell({ kind: "review", review: { number, url, verdict: text, folder } })
    } catch (error) {
        await review.close()
        report(`The run in ${folder} is not shown: ${(error as Error).message}`)
    }
}

function writtenText({ summary, record, folder }: WrittenRun): string {
    const again = `"ivus replay ${join(folder, CAPTURE_NAME)}" makes them on a disk with space.`
    const why = record.disk ? `${record.disk.message} ${again}` : record.warnings.join(" ")
    const text = summary ? summaryText(summary) : `No results: ${why}`
    const isThere = existsSync(join(folder, RECORD_NAME))
    return isThere ? `${text}\n${record.files.length} files in ${folder}` : text
}

async function settle(number: number): Promise<void> {
    await writers.get(number)?.settled()
    tell({ kind: "settled", number })
}

async function close(): Promise<void> {
    for (const writer of writers.values()) await writer.settled()
    await reviews.close()
    process.exit()
}

/** Of this thread and those that it starts: on Linux each has a priority of its own. */
function lowerPriority(): void {
    try {
        const thread = readlinkSync("/proc/thread-self").split("/").at(-1)
        setPriority(Number(thread), NICENESS)
    } catch {
        // Other systems know one priority for all threads; it stays.
    }
}
