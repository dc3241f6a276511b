// An I2C bus that sends a long write in short transfers, so that the program goes on in between.
//
// A transfer stops the program: 1 kB of pixels for 23 ms at 400 kHz, by which a stop would be late. Each piece begins
// with the register again, which a display takes as a continuation.

import * as ds from "@devicescript/core"
import { I2C } from "@devicescript/i2c"

/** Bytes of a piece: 3 ms. */
const PIECE = 128

class ShortWrites extends I2C {
    private piece = Buffer.alloc(1 + PIECE)

    constructor(private bus: I2C) {
        super()
    }

    override async xfer(devAddr: number, writeBuf: Buffer, numRead?: number): Promise<Buffer> {
        return await this.bus.xfer(devAddr, writeBuf, numRead)
    }

    /** The length must be a multiple of that of a piece. */
    override async writeRegBuf(devAddr: number, regAddr: number, b: Buffer): Promise<void> {
        this.piece[0] = regAddr
        for (let at = 0; at < b.length; at += PIECE) {
            this.piece.blitAt(1, b, at, PIECE)
            await this.bus.xfer(devAddr, this.piece)
            await ds.sleep(0)
        }
    }
}

export function shortWrites(bus: I2C): I2C {
    return new ShortWrites(bus)
}
