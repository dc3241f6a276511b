// A pullback that a bedside unit runs, at a line rate that the host set up, and what it measured.

import * as unit from "../../../src/shared/devices/bedside-unit"
import type { PullbackRequest } from "../../../src/host/sequence/pullback-request"
import { BUSES } from "../../../src/host/sequence/buses"
import { engineOn } from "../../../src/host/targets/virtual/virtual-cart"
import { EVEN_SLED } from "../carts/bench-cart"
import { lossesOf } from "../carts/fast-pull"
import { LoopTimes } from "../jacdac/loop-times"
import type { WatchedPullback } from "../jacdac/watched-pullback"
import { UnitBench } from "./unit-bench"

const LIMIT_MS = 60_000
/** Control of a unit that is away ends 3 s later. */
const CONTROL_ENDS_MS = 3200

/** @param seconds how long the pullback is watched; shorter than it takes */
export async function pulledFromUnit(
    request: PullbackRequest,
    seconds: number
): Promise<Omit<WatchedPullback, "reads" | "worstReadMs" | "worstToldMs">> {
    const bench = await UnitBench.boot(request, { ...EVEN_SLED, engine: engineOn(BUSES.quad!) })
    await bench.home()
    bench.unit.unplug()
    await bench.wait(CONTROL_ENDS_MS)
    const refused = await bench.host.setUp(request)
    if (refused) throw new Error(`the setup was refused: ${refused}`)
    bench.host.cart.session.giveBackControl()
    bench.unit.plug()
    await bench.see(s => s.word === "READY", 5000)
    await bench.live()
    await bench.tap(unit.BUTTON_ARM)
    await bench.see("ARMED")
    await bench.tap(unit.BUTTON_START)
    await bench.see("PULLING")
    const { board } = bench
    const fromUs = bench.nowUs
    const loop = new LoopTimes(board)
    const { time } = board.controller!
    time.enabled = true
    const busyMs = time.busyMs
    const firedBefore = board.transmit.count
    await bench.wait(1000 * seconds)
    const measured = {
        linesPerS: (board.transmit.count - firedBefore) / seconds,
        meanLoopMs: loop.meanMs,
        worstLoopMs: loop.worstMs,
        vmMsPerS: (time.busyMs - busyMs) / seconds,
    }
    await bench.host.cart.until(() => bench.host.ended, fromUs + 1000 * LIMIT_MS)
    bench.stop()
    const { receiver } = bench.host.cart
    return {
        ...measured,
        losses: lossesOf(receiver, board.transmit.count),
        linesReceived: receiver.assembler?.counts.received ?? 0,
    }
}
