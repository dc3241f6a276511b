// A bench cart that pulls, and the check that its sled stops: positions and speeds are the ruler's.

import * as assert from "uvu/assert"
import * as codes from "../../../src/shared/codes"
import { BenchCart, REQUEST } from "./bench-cart"

// Safety rule 1 allows speed / 84 mm/s² + 30 ms for a stop.
const STOP_MM_S2 = 84
const MARGIN_MS = 30

/** A homed cart in the imaged window of a pullback. */
export async function pulling(speedMmPerS: number, lengthMm = 20): Promise<BenchCart> {
    const bench = await BenchCart.homed({ ...REQUEST, speedMmPerS, lengthMm })
    await bench.pull()
    await bench.wait(400 + (1000 * speedMmPerS) / 20)
    return bench
}

export const speedMmPerS = (bench: BenchCart): number =>
    bench.cart.board.rig.ruler.speedMmPerS(bench.nowUs - 2500, 5)
export const faultOf = (bench: BenchCart): number =>
    bench.events.filter(e => codes.isFault(e.code)).at(-1)?.code ?? codes.GOOD

/** The sled rests, or its stage is off, within the time of safety rule 1 after `fromUs`; then it stays where it is. */
export async function checkStops(
    bench: BenchCart,
    fromSpeed: number,
    fromUs: number
): Promise<void> {
    const limitMs = (1000 * fromSpeed) / STOP_MM_S2 + MARGIN_MS
    await bench.wait(fromUs / 1000 + limitMs - bench.nowUs / 1000)
    const { rig } = bench.cart.board
    // A sled whose stage is off coasts against its friction.
    const stageOff = rig.edges.edges("power-stage").at(-1)?.level === false
    // 1 um in 5 ms: the ringing of the nut.
    if (!stageOff) assert.ok(Math.abs(speedMmPerS(bench)) < 0.2, `${speedMmPerS(bench)} mm/s`)
    await bench.wait(50)
    const at = rig.sled.positionMm
    await bench.wait(500)
    assert.ok(Math.abs(rig.sled.positionMm - at) < 0.005, `moved ${rig.sled.positionMm - at} mm`)
}
