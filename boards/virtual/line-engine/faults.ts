// Responsible for: the faults of the line engine, its bus and its rotor that `--fault` can cause on the virtual board.
// Not for: those of an un0rick (faults.ts), of sled and link (faults.ts), or what the cart does about them.

import type { LineEngine } from "./line-engine"
import { DATA_AT, OP_READ_FIFO } from "../../../src/shared/devices/line-engine"

interface FrontEndFault {
    readonly text: string
    /** Only of a catheter that turns. */
    readonly ofRotor?: true
    cause(engine: LineEngine, nowUs: number): void
}

/** Of so many reads of the FIFO one has a wrong bit. */
const READS_A_BIT = 10
/** A wobble of the rotor's speed of 0.1 %, five times what the engine takes for locked. */
const WOBBLE = 1e-3

export const FRONT_END_FAULTS: Readonly<Record<string, FrontEndFault>> = {
    "catheter-out": {
        text: "the catheter is pulled out",
        cause: engine => engine.plug({ id: "", serial: 0 }),
    },
    "transmit-inhibit": {
        text: "the safety circuit takes transmission away",
        cause: engine => void (engine.firing.inhibited = true),
    },
    "engine-reset": {
        text: "the supply of the line engine fails for an instant",
        cause: (engine, nowUs) => engine.powerCycle(nowUs),
    },
    "engine-table": {
        text: "a bit of its sequence table flips",
        cause: engine => engine.disturbTable(1000, 3),
    },
    "spi-bit-errors": {
        text: "of ten blocks of lines on its bus one has a wrong bit",
        cause(engine) {
            let reads = 0
            disturb(engine, (mosi, miso) => {
                if (mosi[0] === OP_READ_FIFO && ++reads % READS_A_BIT === 0)
                    miso[DATA_AT + 100]! ^= 0x04
            })
        },
    },
    "engine-all-ones": {
        text: "its SPI cable is off, MISO reads high",
        cause: engine =>
            disturb(engine, (mosi, miso) => {
                mosi.fill(0)
                miso.fill(0xff)
            }),
    },
    "rotor-stall": {
        text: "the drive shaft is jammed",
        ofRotor: true,
        cause: engine => void (engine.firing.rotor.drive.jammed = true),
    },
    "rotor-wobble": {
        text: "the rotor's speed wobbles by 0.1 %",
        ofRotor: true,
        cause: engine => void (engine.firing.rotor.drive.wobble = WOBBLE),
    },
    "rotor-index": {
        text: "the index of the rotor's encoder is dead",
        ofRotor: true,
        cause: engine => void (engine.firing.rotor.indexDead = true),
    },
}

/** Damages what the engine hears and answers from now on. */
function disturb(engine: LineEngine, change: (mosi: Uint8Array, miso: Uint8Array) => void): void {
    const transfer = engine.transfer.bind(engine)
    engine.transfer = (mosi, timeUs) => {
        const miso = transfer(mosi, timeUs)
        change(mosi, miso)
        return miso
    }
}
