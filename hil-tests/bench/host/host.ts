// Measures the host processing core: how soon the results of a run are there, how long event loops are held, and what several carts take.

import { spawn } from "node:child_process"
import { once } from "node:events"
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { boardIdOf } from "../../../src/host/link/host-identity"
import { runVirtualPullback } from "../../../src/host/targets/virtual/virtual-pullback"
import { REQUEST, veinEcho } from "../../support/carts/bench-cart"
import { ServingHost } from "../../support/cli/serving-host"
import type { Row } from "../rates"
import { writeLongerCapture } from "./longer-capture"
import type { ResultsFigures } from "./results-of"
import { peakMemoryKb } from "../../support/cli/own-peak"

const LENGTH_MM = 25
/** The long run is this one six times, one behind the other: 150 mm in 9,000 frames. */
const SLOW_MM_S = 0.5
const TIMES = 6
const CARTS_BY_DEFAULT = 4
/** Carts of a department, for which the figures are extrapolated. */
const DEPARTMENT = 16
const POLL_MS = 100
/** After which a host that has not made all results has failed. */
const LIMIT_MS = 300_000

/** @returns standard output of one of the programs of this folder */
async function outputOf(program: string, ...words: readonly string[]): Promise<string> {
    const file = fileURLToPath(new URL(program, import.meta.url))
    const child = spawn(process.execPath, ["--import", "tsx", file, ...words], {
        stdio: ["ignore", "pipe", "inherit"],
    })
    const parts: Buffer[] = []
    child.stdout.on("data", (part: Buffer) => void parts.push(part))
    const [status] = (await once(child, "close")) as [number | null]
    if (status !== 0) throw new Error(`${program} ended with status ${status}`)
    return Buffer.concat(parts).toString()
}

async function withFile(
    file: string,
    write: (put: (bytes: Uint8Array) => void) => void | Promise<unknown>
): Promise<void> {
    const fd = openSync(file, "w")
    try {
        await write(bytes => void writeSync(fd, bytes))
    } finally {
        closeSync(fd)
    }
}

/** The results of a run of 750 frames and of one of 9,000. */
export async function printResultsTimes(row: Row): Promise<void> {
    await withCapture(REQUEST.speedMmPerS, async short => {
        await printResults(row, "received at its own rate", short, "paced")
        await printResults(row, "received as fast as it is taken", short)
    })
    await withCapture(SLOW_MM_S, async (slow, folder) => {
        const long = join(folder, "long.ivl")
        await withFile(long, put => writeLongerCapture(readFileSync(slow), TIMES, put))
        await printResults(row, "received as fast as it is taken", long)
    })
}

/** Several carts at `ivus serve`. */
export function printCarts(row: Row, carts = CARTS_BY_DEFAULT): Promise<void> {
    return withCapture(REQUEST.speedMmPerS, capture => printCartsWith(row, capture, carts))
}

/** Pulls a virtual cart back by 25 mm, and gives the capture to `work`. */
async function withCapture(
    speedMmPerS: number,
    work: (capture: string, folder: string) => Promise<void>
): Promise<void> {
    const folder = mkdtempSync(join(tmpdir(), "ivus-bench-"))
    try {
        const capture = join(folder, "short.ivl")
        const board = { seed: 1, echo: veinEcho(1, LENGTH_MM) }
        const request = { ...REQUEST, speedMmPerS, lengthMm: LENGTH_MM }
        await withFile(capture, onBytes =>
            runVirtualPullback({ board }, request, { onBytes, progress: () => undefined })
        )
        await work(capture, folder)
    } finally {
        rmSync(folder, { recursive: true, force: true })
    }
}

async function printResults(
    row: Row,
    how: string,
    ...capture: readonly [file: string, paced?: string]
): Promise<void> {
    const words = capture.flatMap(word => word ?? [])
    const figures = JSON.parse(await outputOf("results-of.ts", ...words)) as ResultsFigures
    console.log(`results of a run of ${figures.frames} frames, ${how}: ${figures.files} files`)
    if (figures.missing > 0) lost(`${figures.missing} lines are missing`)
    row("  from the first to the last A-line", figures.receivedS, "s")
    row("  from the last A-line to the review", figures.reviewS, "s")
    row("  from the last A-line to all files", figures.filesS, "s")
    row("  processor time of all threads", figures.processorS, "s")
    row("  longest delay of the main thread's event loop", figures.delayMs, "ms")
    row("  peak memory of the process", figures.peakMb, "MB")
}

/** The figures of one second that are the worst of all. */
interface Worst {
    mainMs: number
    linkMs: number
    cartMs: number
}

async function printCartsWith(row: Row, capture: string, count: number): Promise<void> {
    const boards = Array.from({ length: count }, (_, n) =>
        boardIdOf({ board_id_high: 2, board_id_low: n + 1 })
    )
    const host = await ServingHost.start({}, boards)
    const worst: Worst = { mainMs: 0, linkMs: 0, cartMs: 0 }
    const before = process.cpuUsage()
    const fromMs = performance.now()
    try {
        const sending = outputOf("carts-of.ts", String(host.port), capture, String(count))
        let processorMs = 0
        let [sentMs, madeMs] = [NaN, NaN]
        void sending.then(ends => {
            sentMs = Math.max(...ends.trim().split("\n").map(Number)) - performance.timeOrigin
            const { user, system } = process.cpuUsage(before)
            processorMs = (user + system) / 1000
        })
        while (Number.isNaN(madeMs) && performance.now() - fromMs < LIMIT_MS)
            madeMs = (await poll(host, worst, count)) ? performance.now() : NaN
        await sending
        const records = host.folders.map(name => host.record(name))
        const missing = records.filter(r => r.verdict !== "complete" || r.lines_missing !== 0)
        console.log(`${count} carts of 7,680 lines/s at ivus serve, each with a run of 25 s`)
        if (records.length !== count || missing.length > 0)
            lost(`${records.length} runs, ${missing.length} of them not complete`)
        const sentS = (sentMs - fromMs) / 1000
        const shareOf = processorMs / 1000 / sentS
        row("  from the first to the last A-line of all, at the usual rate 25", sentS, "s")
        row("  from the last A-line to all files of all runs", (madeMs - sentMs) / 1000, "s")
        row("  processors in use while the runs are received", shareOf, "")
        if (count < DEPARTMENT)
            row(`  and for ${DEPARTMENT} carts, by proportion`, (shareOf / count) * DEPARTMENT, "")
        row("  longest delay of an event loop: main thread", worst.mainMs, "ms")
        row("    link thread", worst.linkMs, "ms")
        row("    cart threads", worst.cartMs, "ms")
        row("  peak memory of the process", peakMemoryKb() / 1e3, "MB")
    } finally {
        await host.close()
    }
}

/** @returns whether the results of all runs are made */
async function poll(host: ServingHost, worst: Worst, count: number): Promise<boolean> {
    await new Promise(resolve => setTimeout(resolve, POLL_MS))
    const { delay_ms, link, carts } = await host.status()
    worst.mainMs = Math.max(worst.mainMs, delay_ms)
    worst.linkMs = Math.max(worst.linkMs, link.delay_ms)
    for (const { figures } of carts) worst.cartMs = Math.max(worst.cartMs, figures?.delay_ms ?? 0)
    const ended = carts.filter(({ figures, totals }) => {
        const runs = Object.values(totals.runs_ended).reduce((a, b) => a + b, 0)
        return runs > 0 && !figures?.results_in_progress
    })
    return ended.length === count
}

/** Makes the bench fail. */
function lost(text: string): void {
    console.error(`  LINES WERE LOST: ${text}`)
    process.exitCode = 1
}
