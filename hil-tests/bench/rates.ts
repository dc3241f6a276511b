// Measures the required line rates: in real time over one lane, in virtual time over four.

import { performance } from "node:perf_hooks"
import { RealClock } from "../../boards/virtual/vm/real-clock"
import { runVirtualPullback } from "../../src/host/targets/virtual/virtual-pullback"
import type { ReceivedRun, TakeBytes } from "../../src/host/run/run-target"
import { RunError } from "../../src/host/errors"
import type { HeapKind } from "../../boards/virtual/vm/vm-heap"
import { dataPathHeap } from "./data-path"
import { REQUEST, veinEcho } from "../support/carts/bench-cart"
import { fastCart, fastRequest, lossesOf } from "../support/carts/fast-pull"
import { liveHeap } from "../support/carts/live-heap"

export type Row = (what: string, value: number, unit: string) => void

/** Prints missing lines and makes the bench fail. */
function printLosses(losses: readonly string[]): void {
    if (losses.length === 0) return
    console.error(`  LINES WERE LOST: ${losses.join("; ")}`)
    process.exitCode = 1
}

/** Measures the interval between its two calls in real time. */
class MeasuredClock extends RealClock {
    wallS = 0
    processorS = 0
    private fromMs = 0
    private usedBefore = process.cpuUsage()

    override begin(): void {
        super.begin()
        this.fromMs = performance.now()
        this.usedBefore = process.cpuUsage()
    }

    override end(): void {
        super.end()
        this.wallS = (performance.now() - this.fromMs) / 1000
        const { user, system } = process.cpuUsage(this.usedBefore)
        this.processorS = (user + system) / 1e6
    }
}

/**
 * 10 s of imaging in a generated vein, echoes computed in a second thread, in real time from the
 * first line.
 */
export async function realTime(row: Row, onBytes: TakeBytes): Promise<void> {
    const request = { ...REQUEST, lengthMm: 10 }
    const clock = new MeasuredClock()
    console.log("in real time: 30 frames/s × 256 lines × 256 samples, one lane")
    let run: ReceivedRun
    try {
        run = await runVirtualPullback(
            { board: { seed: 1, echo: veinEcho(1, request.lengthMm) } },
            request,
            { onBytes, progress: () => undefined },
            clock
        )
    } catch (error) {
        if (!(error instanceof RunError)) throw error
        row("  worst lateness of an alarm", clock.worstLateUs / 1000, "ms")
        console.error(`  THIS MACHINE DID NOT KEEP UP: ${error.message}`)
        process.exitCode = 1
        return
    }
    const { receiver, instruments } = run
    const fired = instruments!.pulses
    row("  wall time from the first line to the summary", clock.wallS, "s")
    row("  lines per second", fired / clock.wallS, "lines/s")
    counts(fired, receiver)
    row("  worst lateness of an alarm", clock.worstLateUs / 1000, "ms")
    row("  lateness that the FIFO can buffer", (2048 / 7680) * 1000, "ms")
    row("  share of one processor", (100 * clock.processorS) / clock.wallS, "%")
    printLosses(lossesOf(receiver, fired))
}

type Receiver = Parameters<typeof lossesOf>[0]

function counts(fired: number, { end, assembler }: Receiver): void {
    const dropped = end
        ? end.lines_dropped_fifo +
          end.lines_dropped_credit +
          end.lines_dropped_crc +
          end.lines_dropped_gate
        : NaN
    console.log(
        `  ${fired} lines fired, ${end?.lines_sent} sent, ${assembler?.counts.received} received, ${dropped} dropped, ${assembler?.frames.length} frames at speed`
    )
}

/** The data path without the virtual board's buses: live heap and garbage per burst. */
export async function dataPath(row: Row): Promise<void> {
    const { first, last, bursts, garbage } = await dataPathHeap()
    const each = (kind: HeapKind): number => (garbage.kinds.get(kind) ?? 0) / garbage.bursts
    console.log("the data path alone in the VM, no bus")
    row("VM heap in use, without garbage", first.minBytes, "B")
    row(`  and after ${bursts} more bursts`, last.minBytes, "B")
    row("  buffers left as garbage per burst: the tag's HMAC", each("buffer"), "")
    row("  call frames left as garbage per burst", each("call frame"), "")
}

/** Over four lanes; the heap is read after 1,000 bursts and after the last. */
export async function virtualRate(
    row: Row,
    revolutionsPerS: number,
    seconds: number
): Promise<void> {
    const bench = await fastCart(fastRequest(revolutionsPerS, seconds))
    const { board, receiver } = bench.cart
    await bench.pull()
    const until = (bursts: number): Promise<boolean> =>
        bench.cart.until(
            () => bench.ended || receiver.lineBursts.length >= bursts,
            bench.nowUs + 60e6
        )
    await until(HEAP_FROM)
    const first = await liveHeap(bench)
    const [fromMs, fromUs] = [performance.now(), bench.nowUs]
    const fromLines = board.transmit.count
    await until(HEAP_FROM + HEAP_BURSTS)
    const wallS = (performance.now() - fromMs) / 1000
    const virtualS = (bench.nowUs - fromUs) / 1e6
    const lines = board.transmit.count - fromLines
    const bursts = receiver.lineBursts.length
    const pulling = !bench.ended
    const last = pulling ? await liveHeap(bench) : undefined
    await bench.cart.until(() => bench.ended, bench.nowUs + 60e6)
    board.stopVm()
    console.log(
        `in virtual time: ${revolutionsPerS} revolutions/s × 512 lines × 256 samples, four lanes`
    )
    row("  lines per virtual second", lines / virtualS, "lines/s")
    row("  wall time", wallS, "s")
    row("  wall s per virtual second", wallS / virtualS, "s/s")
    counts(board.transmit.count, receiver)
    row(`VM heap in use after ${HEAP_FROM} bursts, without garbage`, first.minBytes, "B")
    if (last) row(`  and after ${bursts}`, last.minBytes, "B")
    printLosses(lossesOf(receiver, board.transmit.count))
}

const HEAP_FROM = 1000
/** Number of extra bursts; enough to show a leak. */
const HEAP_BURSTS = 10_000
