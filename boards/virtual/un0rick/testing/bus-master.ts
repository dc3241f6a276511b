// SPI bus master for tests of the un0rick.

import {
    UN_CONTROL_LENGTH,
    UN_WORD_LENGTH,
    un0rickControl,
} from "../../../../src/shared/devices/un0rick"
import { Un0rick, type Un0rickOptions } from "../un0rick"

export class BusMaster {
    readonly board: Un0rick
    timeUs = 0

    constructor(options: Un0rickOptions = {}) {
        this.board = new Un0rick(options)
    }

    wait(us: number): this {
        this.timeUs += us
        return this
    }

    /** Takes no time; tests advance it themselves. */
    transfer(mosi: Uint8Array): Uint8Array {
        return this.board.transfer(mosi, this.timeUs)
    }

    /** One burst. @returns the words received */
    readBurst(address: number, words: number, increment: boolean): number[] {
        const mosi = command(false, increment, words, address)
        return wordsOf(this.transfer(mosi))
    }

    read(address: number): number {
        return this.readBurst(address, 1, false)[0]!
    }

    writeBurst(address: number, values: number[], increment: boolean): void {
        const mosi = command(true, increment, values.length, address)
        const view = new DataView(mosi.buffer)
        for (const [i, value] of values.entries())
            view.setUint16(UN_CONTROL_LENGTH + UN_WORD_LENGTH * i, value)
        this.transfer(mosi)
    }

    write(address: number, value: number): this {
        this.writeBurst(address, [value], false)
        return this
    }
}

/** A control word followed by zero words. */
export function command(
    write: boolean,
    increment: boolean,
    words: number,
    address: number
): Uint8Array {
    const mosi = new Uint8Array(UN_CONTROL_LENGTH + UN_WORD_LENGTH * words)
    const control = un0rickControl(write, increment, words, address)
    mosi.set([control >> 16, (control >> 8) & 0xff, control & 0xff])
    return mosi
}

/** The words after a control word. */
export function wordsOf(bytes: Uint8Array): number[] {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
    const count = Math.floor((bytes.length - UN_CONTROL_LENGTH) / UN_WORD_LENGTH)
    return Array.from({ length: count }, (_, i) =>
        view.getUint16(UN_CONTROL_LENGTH + UN_WORD_LENGTH * i)
    )
}
