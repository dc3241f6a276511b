// Responsible for: printing what frame rate the un0rick board allows, catheter by catheter.
// Not for: how it is computed (src/wire/un0rick.ts).

import { allCatheters } from "../../src/wire/catheter-list"
import { KIND_ROTATIONAL } from "../../src/wire/catheters"
import { UN_SPI_HZ, budgetUn0rick } from "../../src/wire/un0rick"

/** The controller's clock counts whole ms, and an acquisition takes half of one. */
const WAIT_US = 1000
/** As the virtual board's bus has it. */
const TRANSFER_US = 5

for (const catheter of allCatheters()) {
    // This board cannot fire by a rotor's angle.
    if (catheter.kind === KIND_ROTATIONAL) continue
    const b = budgetUn0rick(catheter, UN_SPI_HZ, WAIT_US, TRANSFER_US)
    process.stdout.write(
        `${catheter.id}: ${b.words} words a line, ${(b.bus_us + b.wait_us + b.overhead_us).toFixed(1)} us a line (bus ${b.bus_us.toFixed(1)}, wait ${b.wait_us}, transfers ${b.overhead_us}), ${catheter.lines_per_frame} lines a frame: ${(b.frame_us / 1e6).toFixed(3)} s, ${(b.frame_rate_mhz / 1000).toFixed(3)} frames/s\n`
    )
}
