// `npm run bench`: prints the rates of this machine and fails if a run loses a line. `npm run bench
// -- heap` or another part runs that part alone, `carts 16` with so many carts. The figures do not apply to a microcontroller.

import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { cpus, tmpdir } from "node:os"
import { join } from "node:path"
import { writeKeptRun } from "../../src/host/results/pipeline/kept-run"
import { RunReceiver } from "../../src/host/run/run-receiver"
import type { ReceivedRun } from "../../src/host/run/run-target"
import { BufferedFile } from "./buffered-file"
import type { PullbackRequest } from "../../src/host/sequence/pullback-request"
import { runVirtualPullback } from "../../src/host/targets/virtual/virtual-pullback"
import { createSledRig } from "../../boards/virtual/sled"
import { catheterOf } from "../../src/shared/acquisition/catheters"
import { REQUEST, SILENCE, veinEcho } from "../support/carts/bench-cart"
import { ResultsFolder } from "../support/results-folder"
import { printAlarms } from "./alarms"
import { printBedside } from "./bedside"
import { printConsole } from "./console"
import { printLinkCost } from "./link-cost"
import { printHeap } from "./heap"
import { printCarts, printResultsTimes } from "./host/host"
import { printMeasure } from "./measure"
import { printMemory } from "./memory"
import { dataPath, realTime, virtualRate } from "./rates"
import { printServices } from "./services"
import { printSheath } from "./sheath"
import { printVirtualTime } from "./virtual-time"
import { peakMemoryKb } from "../support/cli/own-peak"

const SHORT = { ...REQUEST, lengthMm: 10 }
/** The longest possible pullback at this speed: 300 s of imaging. */
const LONG = { ...REQUEST, speedMmPerS: 0.5, lengthMm: 150 }

async function timed<T>(work: () => Promise<T> | T): Promise<[T, number]> {
    const from = performance.now()
    const result = await work()
    return [result, (performance.now() - from) / 1000]
}

function row(what: string, value: number, unit: string): void {
    const digits = value >= 100 ? 0 : value >= 10 ? 1 : 3
    console.log(`${what.padEnd(62)} ${value.toFixed(digits).padStart(9)} ${unit}`)
}

/** A pullback without pictures; the capture is written to `file`. */
function pullback(
    request: PullbackRequest,
    file: BufferedFile,
    echo = veinEcho(1, request.lengthMm),
    progress: (part: number | undefined) => void = () => undefined
): Promise<ReceivedRun> {
    return runVirtualPullback({ board: { seed: 1, echo } }, request, {
        onBytes: file.write,
        progress,
    })
}

/** Prints missing lines and makes the bench fail. */
function check(run: ReceivedRun, request: PullbackRequest): void {
    const { assembler, end, stream } = run.receiver
    const { frames, counts } = assembler!
    const expected = Math.round((request.lengthMm / request.speedMmPerS) * request.frameRateHz)
    const completePullback =
        frames.length === expected &&
        frames.every(f => f.linesPresent === 256) &&
        counts.missing === 0 &&
        counts.received === end?.lines_fired &&
        Object.values(stream.faults).every(n => n === 0)
    console.log(
        `  ${frames.length} of ${expected} frames, ${counts.received} lines of ${end?.lines_fired} fired, ${counts.missing} missing`
    )
    if (completePullback) return
    console.error("  LINES WERE LOST")
    process.exitCode = 1
}

/** Wall time to compute the echoes of one second at this sled speed, in one thread. */
function phantomS(request: PullbackRequest, speedMmPerS: number): number {
    const echo = veinEcho(1, 20, false)
    const { samples_per_line, lines_per_frame } = catheterOf("array-20mhz")!
    const line = new Float32Array(samples_per_line)
    const perS = request.frameRateHz * lines_per_frame
    const from = performance.now()
    for (let n = 0; n < 10 * perS; n++)
        echo.line((n / perS) * speedMmPerS, n % lines_per_frame, line)
    return (performance.now() - from) / 1e4
}

/** Wall time to simulate one second of a moving sled. */
function sledS(): number {
    const rig = createSledRig({ seed: 1 })
    rig.setEnable(false, 0)
    rig.push(5, 0)
    const from = performance.now()
    for (let us = 0; us < 10e6; us += 130) rig.advanceTo(us)
    return (performance.now() - from) / 1e4
}

console.log(`Node ${process.version}, ${cpus().length} × ${cpus()[0]!.model}`)
console.log("virtual board; an ESP32-S3 differs\n")

/** Parts that print their figures themselves, in their order. */
const PARTS: Readonly<Record<string, () => Promise<void>>> = {
    heap: printHeap,
    link: printLinkCost,
    services: printServices,
    bedside: printBedside,
    alarms: printAlarms,
    "virtual-time": () => printVirtualTime(row),
    measure: () => Promise.resolve(printMeasure(row)),
    sheath: () => Promise.resolve(printSheath()),
    console: () => printConsole(row),
    memory: () => Promise.resolve(printMemory(row)),
    host: () => printResultsTimes(row),
    carts: () => printCarts(row, carts === undefined ? undefined : Number(carts)),
}
const [part, carts] = process.argv.slice(2)
if (part !== undefined && !["rates", "long"].includes(part) && !Object.hasOwn(PARTS, part)) {
    const names = [...Object.keys(PARTS), "rates"].map(name => `"${name}"`).join(", ")
    console.error(`There is no part "${part}"; use ${names} or "long", or nothing for all.`)
    process.exit(2)
}
if (carts !== undefined && (part !== "carts" || !/^([1-9]|1[0-6])$/.test(carts))) {
    console.error('Only the part "carts" takes a number, 1 to 16 carts.')
    process.exit(2)
}
for (const [name, print] of Object.entries(PARTS)) {
    if (part !== undefined && part !== name) continue
    await print()
    if (part === name) process.exit()
    console.log()
}

const folder = mkdtempSync(join(tmpdir(), "ivus-bench-"))
const pathOf = (name: string): string => join(folder, `${name}.ivl`)
const captureOf = (name: string): BufferedFile => new BufferedFile(pathOf(name))
try {
    if (part !== "long") {
        await dataPath(row)
        console.log()
        await realTime(row, captureOf("real").write)
        console.log()
        for (const revolutionsPerS of [60, 90]) {
            await virtualRate(row, revolutionsPerS, 15)
            console.log()
        }
    }
    if (part === "rates") process.exit()
    const silentCapture = captureOf("silent")
    const [silent, silentS] = await timed(() => pullback(SHORT, silentCapture, SILENCE))
    const virtualS = silent.receiver.events.at(-1)!.time_ms / 1000
    row("10 mm at 1 mm/s, silent vessel: wall s per virtual s", silentS / virtualS, "s/s")
    check(silent, SHORT)

    const veinCapture = captureOf("vein")
    const [vein, veinS] = await timed(() => pullback(SHORT, veinCapture))
    row("the same in a generated vein", veinS / virtualS, "s/s")
    check(vein, SHORT)

    const [summary, resultsS] = await timed(() =>
        writeKeptRun(vein, new ResultsFolder(join(folder, "vein")))
    )
    row("lumen, pictures, PNG", summary.frames / resultsS, "frames/s")
    veinCapture.close()

    const capture = readFileSync(pathOf("vein"))
    // The first call includes compilation, and other programs share the machine.
    let decodeS = Infinity
    for (let i = 0; i < 9; i++) {
        const before = process.cpuUsage()
        const receiver = new RunReceiver()
        receiver.push(capture)
        receiver.finish()
        const { user, system } = process.cpuUsage(before)
        decodeS = Math.min(decodeS, (user + system) / 1e6)
    }
    const lines = vein.receiver.assembler!.counts.received
    row("host: receive, check, assemble", capture.length / 1e6 / decodeS, "MB/s")

    const longCapture = captureOf("long")
    const before = process.cpuUsage()
    const pulled = { fromMs: 0, toMs: 0 }
    const [long, longS] = await timed(() =>
        pullback(LONG, longCapture, undefined, (fraction = 0) => {
            // From the first to the last frame at speed.
            if (fraction > 0) pulled.fromMs ||= performance.now()
            if (fraction < 1) pulled.toMs = performance.now()
        })
    )
    const cpu = process.cpuUsage(before)
    const longVirtualS = long.receiver.events.at(-1)!.time_ms / 1000
    console.log()
    row("150 mm at 0.5 mm/s with imaging, from power-up to the end", longS, "s")
    row("  of which the 300 s of the imaged window", (pulled.toMs - pulled.fromMs) / 1000, "s")
    check(long, LONG)
    // The wall time depends on what else runs on this machine.
    row("  CPU time", (cpu.user + cpu.system) / 1e6, "s")
    row("  the cart's virtual time", longVirtualS, "s")
    row("  wall s per virtual second", longS / longVirtualS, "s/s")
    const longLines = long.receiver.assembler!.counts.received
    // A slow sled needs only two planes.
    const linesS = phantomS(LONG, 1e-4) * 300
    const planesS = phantomS(LONG, LONG.speedMmPerS) * 300 - linesS
    row("  in parallel, in a second thread: phantom, planes", planesS, "s")
    const partS = {
        "phantom, lines": linesS,
        "sled physics": sledS() * longVirtualS,
        "host: receive, check, assemble": (decodeS / lines) * longLines,
    }
    let restS = longS
    for (const [part, seconds] of Object.entries(partS)) {
        row(`  of which ${part}, measured alone`, seconds, "s")
        restS -= seconds
    }
    row("  of which the rest: VM, SPI, line engine, files", restS, "s")
    row("  peak memory", peakMemoryKb() / 1e3, "MB")
} finally {
    rmSync(folder, { recursive: true })
}
