// Measures what a second of imaging costs in virtual time, and how much of it is the VM's own code.

import { createHash } from "node:crypto"
import { BenchCart, EVEN_SLED, REQUEST, veinEcho } from "../support/carts/bench-cart"
import { catheterOf } from "../../src/shared/acquisition/catheters"
import type { Row } from "./rates"

const LENGTH_MM = 25
/** Imaged time before the measurement, in which the second thread starts and code is compiled. */
const WARM_UP_S = 5
const MEASURED_S = 10
/** Imaged time with the stopwatch of the VM, which itself takes time. */
const STOPWATCH_S = 5
/** Imaged time in which instructions are counted; the VM is several times slower meanwhile. */
const COUNTED_S = 2

/** Other programs share the machine: slices of this length are short enough for some to be undisturbed. */
const SLICE_S = 0.2

interface Spent {
    readonly wallMs: number
    /** Of all threads of the process. */
    readonly processorMs: number
}

async function spentBy(work: () => Promise<void>): Promise<Spent> {
    const fromMs = performance.now()
    const before = process.cpuUsage()
    await work()
    const { user, system } = process.cpuUsage(before)
    return { wallMs: performance.now() - fromMs, processorMs: (user + system) / 1000 }
}

/** Time for a second, of a slice that a tenth of all were faster than. */
function quietOf(slices: readonly number[]): number {
    const sorted = [...slices].sort((a, b) => a - b)
    return sorted[Math.floor(sorted.length / 10)]! / SLICE_S
}

/** A pullback of the usual catheter at the usual rate in a generated vein; echoes are computed in a second thread. */
export async function printVirtualTime(row: Row): Promise<void> {
    const request = { ...REQUEST, lengthMm: LENGTH_MM }
    const echo = veinEcho(1, LENGTH_MM)
    const hash = createHash("sha256")
    const digest = { isOn: true }
    const bench = await BenchCart.boot(request, {
        ...EVEN_SLED,
        echo,
        onBytes: bytes => void (digest.isOn && hash.update(bytes)),
    })
    const { receiver, board } = bench.cart
    const before = await spentBy(async () => {
        await bench.home()
        await bench.pull()
    })
    const homingS = bench.nowUs / 1e6
    const linesPerS = request.frameRateHz * catheterOf(request.catheterId)!.lines_per_frame
    const imaged = async (seconds: number): Promise<void> => {
        const { counts } = receiver.assembler!
        const lines = counts.atSpeed + seconds * linesPerS
        if (!(await bench.cart.until(() => counts.atSpeed >= lines, bench.nowUs + 60e6)))
            throw new Error(`only ${counts.atSpeed} lines at speed arrived`)
    }
    await imaged(WARM_UP_S)
    console.log(`bytes of the link until then: SHA-256 ${hash.digest("hex").slice(0, 16)}…`)
    digest.isOn = false
    const spent: Spent[] = []
    for (let s = 0; s < MEASURED_S; s += SLICE_S) spent.push(await spentBy(() => imaged(SLICE_S)))
    const { time } = board.controller!
    const busyMs: number[] = []
    time.enabled = true
    for (let s = 0; s < STOPWATCH_S; s += SLICE_S) {
        time.busyMs = 0
        await imaged(SLICE_S)
        busyMs.push(time.busyMs)
    }
    time.enabled = false
    const counter = board.controller!.countOpcodes()
    await imaged(COUNTED_S)
    counter.remove()
    board.stopVm()
    echo.close?.()
    const wallMs = quietOf(spent.map(slice => slice.wallMs))
    const processorMs = quietOf(spent.map(slice => slice.processorMs))
    const vmMs = quietOf(busyMs)
    console.log(
        `a second of imaging in virtual time, by its quietest tenth: ${linesPerS} lines of 256 samples`
    )
    row("  wall time", wallMs, "ms")
    row("  processor time of all threads", processorMs, "ms")
    row("  the VM's own code", vmMs, "ms")
    row("  wall time, as a multiple of the VM's own", wallMs / vmMs, "")
    row("  processor time, as a multiple of the VM's own", processorMs / vmMs, "")
    row("  instructions of the VM", counter.count / COUNTED_S / 1e6, "million")
    row("from power-up to the pullback: wall ms per virtual second", before.wallMs / homingS, "ms")
}
