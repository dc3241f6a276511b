// Responsible for: the board as the rest of the firmware sees it.
// Not for: any board in particular (open-board.ts).

import { SpiChip } from "./spi"

export interface Board {
    motor: SpiChip
    /** The transducer's front end, FRONT_END_ of wire/catheters.ts: its kind decides how the bus is set for it. */
    openFrontEnd(kind: number): SpiChip
    /** Bytes a second that its way to the host is taken to carry. */
    link_bytes_per_s: number
    /** Sets one of the output pins of wire/virtual-board.ts. */
    setPin(pin: number, level: number): Promise<void>
}
