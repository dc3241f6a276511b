// The interface of a board, real or virtual.

import { SpiChip } from "./spi"

export interface Board {
    motor: SpiChip
    /** FRAM MB85RS64V: survives power-off (boards/README.md). */
    fram: SpiChip
    /** The chip of the front end. `chip` is its number on the virtual board, one of CHIP_; `mode` and `hz` are those of its bus. */
    openFrontEnd(chip: number, mode: number, hz: number): SpiChip
    /** Assumed throughput of the link to the host. */
    link_bytes_per_s: number
    /** Sets an output pin, one of PIN_ (src/shared/devices/pins.ts). */
    setPin(pin: number, level: number): Promise<void>
    /** Level of an input pin, one of PIN_, 0 or 1. On the virtual board as of the last wait: after a pulse wait 1 ms. */
    readPin(pin: number): number
}
