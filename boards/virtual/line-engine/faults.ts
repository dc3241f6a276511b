// The faults of the line engine, its SPI bus and its rotor.

import { DATA_AT, OP_READ_FIFO } from "../../../src/shared/devices/line-engine"
import { type FaultTable, override } from "../fault"
import type { LineEngine } from "./line-engine"

/** One of this many FIFO reads has a wrong bit. */
const READS_PER_BIT_ERROR = 10
/** Speed variation of the rotor: 0.1 %, five times the limit of the engine's lock detection. */
const WOBBLE = 1e-3

export const LINE_ENGINE_FAULTS: FaultTable<LineEngine> = {
    "catheter-out": {
        text: "the catheter is unplugged",
        start: engine => {
            const { plugged } = engine
            engine.plug({ id: "", serial: 0 })
            return () => engine.plug(plugged)
        },
    },
    "transmit-inhibit": {
        text: "the safety circuit inhibits transmission",
        start: engine => void (engine.firing.inhibited = true),
    },
    "engine-reset": {
        text: "the supply of the line engine fails briefly, which resets it",
        start: (engine, nowUs) => engine.powerCycle(nowUs),
    },
    "engine-table": {
        text: "one bit of the sequence table flips",
        start: engine => engine.disturbTable(1000, 3),
    },
    "spi-bit-errors": {
        text: "one in ten FIFO reads of the line engine has a wrong bit",
        start: engine => {
            let reads = 0
            return disturb(engine, (mosi, miso) => {
                if (mosi[0] === OP_READ_FIFO && ++reads % READS_PER_BIT_ERROR === 0)
                    miso[DATA_AT + 100]! ^= 0x04
            })
        },
    },
    "engine-all-ones": {
        text: "the line engine's SPI cable is off, MISO reads high",
        start: engine =>
            disturb(engine, (mosi, miso) => {
                mosi.fill(0)
                miso.fill(0xff)
            }),
    },
}

export const ROTOR_FAULTS: FaultTable<LineEngine> = {
    "rotor-stall": {
        text: "the drive shaft is jammed",
        start: engine => override(engine.firing.rotor.drive, "jammed", true),
    },
    "rotor-wobble": {
        text: "the rotor's speed varies by 0.1 % once per revolution",
        start: engine => override(engine.firing.rotor.drive, "wobble", WOBBLE),
    },
    "rotor-index": {
        text: "the index signal of the rotor's encoder is dead",
        start: engine => override(engine.firing.rotor, "indexDead", true),
    },
}

/** Changes what the engine receives and replies, until the function that is returned is called. */
function disturb(
    engine: LineEngine,
    change: (mosi: Uint8Array, miso: Uint8Array) => void
): () => void {
    const transfer = engine.transfer.bind(engine)
    let isOver = false
    engine.transfer = (mosi, timeUs) => {
        const miso = transfer(mosi, timeUs)
        if (!isOver) change(mosi, miso)
        return miso
    }
    return () => {
        isOver = true
    }
}
