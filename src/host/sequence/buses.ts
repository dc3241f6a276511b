// Responsible for: the ways from a line engine to the host that a person can name, as a planner needs them.
// Not for: which of them a cart has: it reads that from its own front end.

import { FIFO_LINES, LANES_QUAD } from "../../shared/devices/line-engine"
import { leastPath, type LinePath } from "../../shared/acquisition/sequence"
import { VIRTUAL_LINK_BYTES_PER_S } from "../../shared/devices/virtual-board"

export const BUSES: Readonly<Record<string, LinePath>> = {
    /** What an ESP32-S3 with the stock runtime drives. */
    single: leastPath(),
    /** Four lanes and a FIFO four times as long; so far only the virtual board has it. */
    quad: {
        lanes: LANES_QUAD,
        fifo_lines: 4 * FIFO_LINES,
        link_bytes_per_s: VIRTUAL_LINK_BYTES_PER_S,
    },
}
