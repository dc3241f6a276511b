// The interface of a board, real or virtual.

import { SpiChip } from "./spi"

export interface Board {
    motor: SpiChip
    /** The chip of the front end; `kind` is one of FRONT_END_ and selects mode and clock of the bus. */
    openFrontEnd(kind: number): SpiChip
    /** Assumed throughput of the link to the host. */
    link_bytes_per_s: number
    /** Sets an output pin, one of PIN_ (src/shared/devices/pins.ts). */
    setPin(pin: number, level: number): Promise<void>
}
