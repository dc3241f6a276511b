// The named data paths from a line engine to the host, for planning without a cart.

import { FIFO_LINES, LANES_QUAD } from "../../shared/devices/line-engine"
import { slowestPath, type LinePath } from "../../shared/acquisition/sequence-budget"
import { VIRTUAL_LINK_BYTES_PER_S } from "../../shared/devices/virtual-board"

export const BUSES: Readonly<Record<string, LinePath>> = {
    /** Supported by an ESP32-S3 with the stock runtime. */
    single: slowestPath(),
    /** Four lanes and a FIFO four times as long; only on the virtual board so far. */
    quad: {
        lanes: LANES_QUAD,
        fifo_lines: 4 * FIFO_LINES,
        link_bytes_per_s: VIRTUAL_LINK_BYTES_PER_S,
    },
}
