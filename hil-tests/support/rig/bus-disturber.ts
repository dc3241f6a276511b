// Disturbs transfers between controller and motor driver, for tests of one lost, changed or replaced datagram.

import type { Tmc5160 } from "../../../boards/virtual/sled/tmc5160"

/** Bit of the address byte that makes a datagram a write (TMC5160 data sheet, "SPI datagram structure"). */
export const WRITE = 0x80

type Datagram = { readonly mosi: Uint8Array; readonly requested: number }
/** What happens to one transfer; returns undefined for an undisturbed one. */
type Disturbance = (
    datagram: Datagram,
    pass: (mosi: Uint8Array) => Uint8Array
) => Uint8Array | undefined

/** Lets `disturb` change the transfers of the motor driver. `requested` is the address in the datagram before. */
export function disturbBus(chip: Tmc5160, disturb: Disturbance): void {
    const transfer = chip.transfer.bind(chip)
    let requested = -1
    chip.transfer = (mosi, timeUs) => {
        const pass = (bytes: Uint8Array): Uint8Array => transfer(bytes, timeUs)
        const miso = disturb({ mosi, requested }, pass) ?? pass(mosi)
        requested = mosi[0]!
        return miso
    }
}

/** The next `times` writes to these registers do not reach the chip; the controller reads zeros. */
export function loseWrites(
    chip: Tmc5160,
    addresses: readonly number[],
    times: number
): () => number {
    let lost = 0
    disturbBus(chip, ({ mosi }) => {
        if (lost === times || !addresses.some(a => mosi[0] === (a | WRITE))) return undefined
        lost++
        return new Uint8Array(mosi.length)
    })
    return () => lost
}

/** The next `times` replies with these registers hold `value`. */
export function replaceReplies(
    chip: Tmc5160,
    addresses: readonly number[],
    times: number,
    change: (value: number) => number
): () => number {
    let replaced = 0
    disturbBus(chip, ({ mosi, requested }, pass) => {
        const miso = Uint8Array.from(pass(mosi))
        if (replaced === times || !addresses.includes(requested)) return miso
        replaced++
        const view = new DataView(miso.buffer)
        view.setUint32(1, change(view.getUint32(1)) >>> 0)
        return miso
    })
    return () => replaced
}
