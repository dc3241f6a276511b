// The interface of a board, real or virtual.

import { SpiChip } from "./spi"

export interface Board {
    motor: SpiChip
    /** The chip of the front end. `chip` is its number on the virtual board, one of CHIP_; `mode` and `hz` are those of its bus. */
    openFrontEnd(chip: number, mode: number, hz: number): SpiChip
    /** Assumed throughput of the link to the host. */
    link_bytes_per_s: number
    /** Sets an output pin, one of PIN_ (src/shared/devices/pins.ts). */
    setPin(pin: number, level: number): Promise<void>
}
