// Responsible for: the faults of an un0rick and its bus that `--fault` can cause on the virtual board.
// Not for: those of a line engine (faults.ts), or what the cart does about them.

import type { Un0rick } from "./un0rick"
import {
    UN_CONTROL_LENGTH,
    UN_LEAD_WORDS,
    UN_RAMDATA,
    UN_WORD_LENGTH,
} from "../../../src/shared/devices/un0rick"

interface Un0rickFault {
    readonly text: string
    cause(un0rick: Un0rick): void
}

/** Of so many lines one has a wrong bit. */
const LINES_A_BIT = 10
/** A word of the RAM that lines use. */
const WORD = 500

export const UN0RICK_FAULTS: Readonly<Record<string, Un0rickFault>> = {
    "un0rick-reset": {
        text: "the logic of the un0rick is reset: pulse and mux as at power-up",
        cause: un0rick => un0rick.reset(),
    },
    "un0rick-gain": {
        text: "its gain table goes back to that of its power-up",
        cause: un0rick => un0rick.reloadGain(),
    },
    "un0rick-no-end": {
        text: "it acquires for ever: ACQDONE stays 0",
        cause: un0rick => void (un0rick.acquisition.stuck = true),
    },
    "un0rick-no-start": {
        text: "it acquires nothing any more: ACQDONE stays 1, its RAM old",
        cause: un0rick => void (un0rick.acquisition.deaf = true),
    },
    "un0rick-unplugged": {
        text: "its SPI cable is off, MISO reads high",
        cause: un0rick => void (un0rick.dead = "ones"),
    },
    "un0rick-memory": {
        text: "a bit of its RAM is stuck; noticed by the self test (@0) alone",
        cause: un0rick => un0rick.flipRam(WORD, 0x10),
    },
    "un0rick-bit-errors": {
        text: "of ten lines on its bus one has a wrong bit, which nobody can see",
        cause(un0rick) {
            let lines = 0
            const transfer = un0rick.transfer.bind(un0rick)
            un0rick.transfer = (mosi, timeUs) => {
                const miso = transfer(mosi, timeUs)
                if (mosi[2] === UN_RAMDATA && ++lines % LINES_A_BIT === 0)
                    miso[UN_CONTROL_LENGTH + UN_WORD_LENGTH * (UN_LEAD_WORDS + WORD) + 1]! ^= 0x10
                return miso
            }
        },
    },
}
