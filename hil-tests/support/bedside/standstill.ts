// Instrument: from a moment to the standstill of the sled, by the ruler.

import type { VirtualBoard } from "../../../boards/virtual/virtual-board"

/** The ruler is exact; a nut that settles moves the sled by less. */
const STANDS_MM = 0.002
const STEP_US = 1000

/** Time from `fromUs` to the last moment in which the sled was not yet where it is now, in ms; 0 if it did not move. */
export function standstillMs(board: VirtualBoard, fromUs: number): number {
    board.settle()
    const { ruler } = board.rig
    const nowUs = board.clock.nowUs
    const atMm = ruler.positionMm(nowUs)
    for (let us = nowUs; us > fromUs; us -= STEP_US)
        if (Math.abs(ruler.positionMm(us) - atMm) > STANDS_MM) return (us + STEP_US - fromUs) / 1000
    return 0
}

/** Distance between the ends of the travel since `fromUs`. */
export function travelMm(board: VirtualBoard, fromUs: number): number {
    board.settle()
    const { ruler } = board.rig
    let [low, high] = [Infinity, -Infinity]
    for (let us = fromUs; us <= board.clock.nowUs; us += STEP_US) {
        const mm = ruler.positionMm(us)
        low = Math.min(low, mm)
        high = Math.max(high, mm)
    }
    return high < low ? 0 : high - low
}
