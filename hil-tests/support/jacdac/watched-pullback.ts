// A pullback with or without bedside units, and a Jacdac client that reads a register of the cart all the time; and what it measured.

import type { PullbackRequest } from "../../../src/host/sequence/pullback-request"
import { codeOf, serviceSpec } from "../../../src/tools/services/service-specs"
import { fastCart, lossesOf } from "../carts/fast-pull"
import { JacdacClient } from "./jacdac-client"
import { LoopTimes } from "./loop-times"
import { RawUnit } from "./raw-unit"

const LIMIT_US = 60e6
/** A unit has announced itself, and the runtime has bound it. */
const BOUND_MS = 700

export interface WatchedPullback {
    /** Lines that the front end fired while it was watched. */
    readonly linesPerS: number
    /** Counts of lines of the whole run that differ; empty if none was lost. */
    readonly losses: readonly string[]
    /** Lines of the whole run. */
    readonly linesReceived: number
    readonly meanLoopMs: number
    readonly worstLoopMs: number
    /** Execution time of the VM in this process, per second of virtual time. */
    readonly vmMsPerS: number
    /** Reads that the cart answered. */
    readonly reads: number
    readonly worstReadMs: number
    /** Longest time between two statuses that a unit was told; 0 without units. */
    readonly worstToldMs: number
}

/**
 * @param seconds how long the pullback is watched; shorter than it takes
 * @param everyMs time between two reads of the register `status`; undefined: no client is plugged in
 * @param unitCount bedside units on the cable
 */
export async function watchedPullback(
    request: PullbackRequest,
    seconds: number,
    everyMs?: number,
    unitCount = 0
): Promise<WatchedPullback> {
    const bench = await fastCart(request)
    const { board, receiver } = bench.cart
    const client = everyMs === undefined ? undefined : await JacdacClient.connect(board)
    const spec = serviceSpec("pullback-cart")
    const service = await client?.service(spec.classIdentifier)
    const units = Array.from({ length: unitCount }, (_, i) => new RawUnit(board, 0xbed51de1 + i))
    await bench.wait(BOUND_MS)
    await bench.pull()
    const fromUs = bench.nowUs
    const untilUs = fromUs + 1e6 * seconds
    const loop = new LoopTimes(board)
    const { time } = board.controller!
    time.enabled = true
    const busyMs = time.busyMs
    const firedBefore = board.transmit.count
    let [reads, worstReadMs] = [0, 0]
    if (client && service && everyMs !== undefined)
        for (let dueUs = fromUs; dueUs < untilUs; dueUs += 1000 * everyMs) {
            if (dueUs > bench.nowUs) await client.wait((dueUs - bench.nowUs) / 1000)
            const askedUs = bench.nowUs
            await client.read(service, codeOf(spec, "status"))
            reads++
            worstReadMs = Math.max(worstReadMs, (bench.nowUs - askedUs) / 1000)
        }
    await bench.cart.until(() => false, untilUs)
    board.settle()
    const gapsMs = units.flatMap(({ statuses }) =>
        statuses
            .slice(1)
            .map(({ timeUs }, i) => (timeUs - statuses[i]!.timeUs) / 1000)
            .filter((_, i) => statuses[i]!.timeUs >= fromUs)
    )
    const measured = {
        linesPerS: (board.transmit.count - firedBefore) / seconds,
        meanLoopMs: loop.meanMs,
        worstLoopMs: loop.worstMs,
        vmMsPerS: (time.busyMs - busyMs) / seconds,
    }
    await bench.cart.until(() => bench.ended, fromUs + LIMIT_US)
    board.stopVm()
    return {
        ...measured,
        losses: lossesOf(receiver, board.transmit.count),
        linesReceived: receiver.assembler?.counts.received ?? 0,
        reads,
        worstReadMs,
        worstToldMs: Math.max(0, ...gapsMs),
    }
}
