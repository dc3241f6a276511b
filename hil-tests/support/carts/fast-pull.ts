// A pullback at a line rate that needs four data lanes, and a list of its line losses.

import { BUSES } from "../../../src/host/sequence/buses"
import { engineOn } from "../../../src/host/targets/virtual/virtual-cart"
import type { RunReceiver } from "../../../src/host/run/run-receiver"
import type { PullbackRequest } from "../../../src/host/sequence/pullback-request"
import { BenchCart, EVEN_SLED, REQUEST } from "./bench-cart"

const SPEED_MM_PER_S = 5

/**
 * @param revolutionsPerS revolutions per second, each of 512 lines of 256 samples
 * @param seconds imaged time
 */
export function fastRequest(revolutionsPerS: number, seconds: number): PullbackRequest {
    return {
        ...REQUEST,
        catheterId: "rotational-60mhz",
        speedMmPerS: SPEED_MM_PER_S,
        lengthMm: SPEED_MM_PER_S * seconds,
        frameRateHz: revolutionsPerS,
        lines: 512,
        samples: 256,
    }
}

/** A homed cart whose line engine has four data lanes and the matching FIFO. */
export async function fastCart(request: PullbackRequest): Promise<BenchCart> {
    const bench = await BenchCart.boot(request, {
        ...EVEN_SLED,
        engine: engineOn(BUSES.quad!),
    })
    await bench.home()
    return bench
}

/** The pairs of counts that differ; empty if no line was lost. */
export function lossesOf({ end, assembler, stream }: RunReceiver, firedAtEngine: number): string[] {
    if (!end || !assembler) return ["the run has no end summary"]
    const counts: Record<string, [number, number]> = {
        "fired by the engine and reported by the cart": [firedAtEngine, end.lines_fired],
        "fired and sent": [end.lines_fired, end.lines_sent],
        "sent and received": [end.lines_sent, assembler.counts.received],
        "missing at the host": [0, assembler.counts.missing],
        repeated: [0, assembler.counts.repeated],
        "dropped by the FIFO": [0, end.lines_dropped_fifo],
        "dropped for lack of credit": [0, end.lines_dropped_credit],
        "dropped by the bus": [0, end.lines_dropped_crc],
        "dropped by the gate": [0, end.lines_dropped_gate],
        "stream faults": [0, Object.values(stream.faults).reduce((a, b) => a + b, 0)],
    }
    return Object.entries(counts)
        .filter(([, [expected, found]]) => expected !== found)
        .map(([what, [expected, found]]) => `${what}: ${expected} and ${found}`)
}
