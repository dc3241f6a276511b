// The faults of the FRAM.

import { type FaultTable, override } from "../fault"
import type { Fram } from "./fram"

export const FRAM_FAULTS: FaultTable<Fram> = {
    "fram-dead": {
        text: "the FRAM does not answer",
        start: fram => override(fram, "dead", true),
    },
    "fram-bit": {
        text: "one bit of the FRAM is stuck at 1",
        start: fram => override(fram, "stuck", { address: 5, mask: 0x10, high: true }),
    },
}
