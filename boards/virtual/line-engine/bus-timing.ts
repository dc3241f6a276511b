// When the parts of a transaction happen on the bus. Source: boards/line-engine.md, "SPI timing" and "Transactions".

import { DATA_AT, REPLY_AT } from "../../../src/shared/devices/line-engine"

/** Shortest times in us: t_CSS, CS low to the first edge; t_CSH, the last edge to CS high; t_CSW, CS high between transactions. */
const SELECT_US = 0.1
const HOLD_US = 0.05
const PAUSE_US = 0.2

/** From the falling edge of CS to the end of byte `bytes` - 1, in us; a bus of infinite clock takes no time. */
function bytesEndUs(bytes: number, hz: number): number {
    return hz === Infinity ? 0 : SELECT_US + (bytes * 8e6) / hz
}

/** From the falling edge of CS to the last moment at which the reply can be chosen, in us. */
export function repliesAfterUs(hz: number): number {
    return bytesEndUs(REPLY_AT, hz)
}

/** From the falling edge of CS to the effect of the command, in us. */
export function actsAfterUs(hz: number): number {
    return bytesEndUs(DATA_AT, hz)
}

/** Shortest time from one falling edge of CS to the next, with `length` bytes on one lane in between, in us. */
export function spacingUs(length: number, hz: number): number {
    return bytesEndUs(length, hz) + HOLD_US + PAUSE_US
}
