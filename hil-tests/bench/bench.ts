// Responsible for: rates of this machine, printed and never asserted (`npm run bench`).
// Not for: what a microcontroller would reach: that has not been measured anywhere.

import { mkdtempSync, rmSync } from "node:fs"
import { cpus, tmpdir } from "node:os"
import { join } from "node:path"
import { OutFolder } from "../../src/host/results/out-folder"
import { writeResults } from "../../src/host/results/write-results"
import { RunReceiver } from "../../src/host/run/run-receiver"
import type { ReceivedRun } from "../../src/host/run/run-target"
import { runVirtualPullback } from "../../src/host/cli/virtual-target"
import { BYTECODE, REQUEST, SILENCE, veinEcho } from "../tools/bench-cart"

const request = { ...REQUEST, lengthMm: 10 }

async function timed<T>(work: () => Promise<T> | T): Promise<[T, number]> {
    const from = performance.now()
    const result = await work()
    return [result, (performance.now() - from) / 1000]
}

function row(what: string, value: number, unit: string): void {
    const digits = value >= 100 ? 0 : value >= 10 ? 1 : 3
    console.log(
        `${what.padEnd(58)} ${value.toFixed(digits).padStart(9)} ${unit}`
    )
}

async function pullback(echo = SILENCE): Promise<ReceivedRun> {
    return runVirtualPullback({
        request,
        bytecodeFile: BYTECODE,
        seed: 1,
        echo,
        faults: [],
        progress: () => undefined,
    })
}

console.log(`Node ${process.version}, ${cpus().length} × ${cpus()[0]!.model}`)
console.log("virtual board: not what an ESP32-S3 does\n")

const [run, silentS] = await timed(() => pullback())
const lines = run.receiver.assembler!.counts.received
const virtualS = run.receiver.events.at(-1)!.time_ms / 1000
const megabytes = run.capture.length / 1e6
row("wall time per virtual second, silent vessel", silentS / virtualS, "s/s")
row(
    "lines through the VM, boot and homing included",
    lines / silentS,
    "lines/s"
)
row(
    "bytes through the VM, boot and homing included",
    megabytes / silentS,
    "MB/s"
)

const [vein, veinS] = await timed(() => pullback(veinEcho(1, 10)))
row("wall time per virtual second, generated vein", veinS / virtualS, "s/s")

const [, decodeS] = await timed(() => {
    const receiver = new RunReceiver()
    receiver.push(vein.capture)
    receiver.finish()
})
row("host: receive, check, assemble", megabytes / decodeS, "MB/s")
row("host: receive, check, assemble", lines / decodeS, "lines/s")

const folder = mkdtempSync(join(tmpdir(), "ivus-bench-"))
const out = new OutFolder(join(folder, "out"))
const [summary, resultsS] = await timed(() =>
    writeResults(vein, out, () => undefined)
)
out.discard()
rmSync(folder, { recursive: true })
row("host: lumen, pictures, PNG", summary.frames / resultsS, "frames/s")
