// Prints the frame rate that the un0rick board allows for each catheter.

import { allCatheters } from "../shared/acquisition/catheter-list"
import { KIND_ROTATIONAL } from "../shared/acquisition/catheters"
import { budgetUn0rick, UN_SPI_HZ, UN_TRANSFER_US, UN_WAIT_US } from "../shared/devices/un0rick"

for (const catheter of allCatheters()) {
    // This board cannot fire by rotor angle.
    if (catheter.kind === KIND_ROTATIONAL) continue
    const b = budgetUn0rick(catheter, UN_SPI_HZ, UN_WAIT_US, UN_TRANSFER_US)
    process.stdout.write(
        `${catheter.id}: ${b.words} words per line, ${(b.bus_us + b.wait_us + b.overhead_us).toFixed(1)} us per line (bus ${b.bus_us.toFixed(1)}, wait ${b.wait_us}, transfers ${b.overhead_us}), ${catheter.lines_per_frame} lines per frame: ${(b.frame_us / 1e6).toFixed(3)} s, ${(b.frame_rate_mhz / 1000).toFixed(3)} frames/s\n`
    )
}
