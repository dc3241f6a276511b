// The faults of an un0rick and its SPI bus.

import {
    UN_CONTROL_LENGTH,
    UN_LEAD_WORDS,
    UN_RAMDATA,
    UN_WORD_LENGTH,
} from "../../../src/shared/devices/un0rick"
import { type FaultTable, override } from "../fault"
import type { Un0rick } from "./un0rick"

/** One of this many A-lines has a wrong bit. */
const LINES_PER_BIT_ERROR = 10
/** A word of the RAM that A-lines use. */
const WORD = 500

export const UN0RICK_FAULTS: FaultTable<Un0rick> = {
    "un0rick-reset": {
        text: "the un0rick's logic is reset: pulse and multiplexer as after power-up",
        start: un0rick => un0rick.reset(),
    },
    "un0rick-gain": {
        text: "the gain table returns to its power-up values",
        start: un0rick => un0rick.reloadGain(),
    },
    "un0rick-no-end": {
        text: "an acquisition does not end: ACQDONE stays 0",
        start: un0rick => override(un0rick.acquisition, "stuck", true),
    },
    "un0rick-no-start": {
        text: "no acquisition starts: ACQDONE stays 1, the RAM keeps old samples",
        start: un0rick => override(un0rick.acquisition, "deaf", true),
    },
    "un0rick-unplugged": {
        text: "the un0rick's SPI cable is off, MISO reads high",
        start: un0rick => override(un0rick, "dead", "ones"),
    },
    "un0rick-memory": {
        text: "one bit of the RAM is stuck; only the self test detects it (use @0)",
        start: un0rick => un0rick.flipRam(WORD, 0x10),
    },
    "un0rick-bit-errors": {
        text: "one in ten A-lines has a wrong bit, which cannot be detected",
        start: un0rick => {
            let lines = 0
            const transfer = un0rick.transfer.bind(un0rick)
            un0rick.transfer = (mosi, timeUs) => {
                const miso = transfer(mosi, timeUs)
                if (mosi[2] === UN_RAMDATA && ++lines % LINES_PER_BIT_ERROR === 0)
                    miso[UN_CONTROL_LENGTH + UN_WORD_LENGTH * (UN_LEAD_WORDS + WORD) + 1]! ^= 0x10
                return miso
            }
        },
    },
}
