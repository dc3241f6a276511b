// The faults of the link to the host. Each disturbs one line burst: the next that no other fault disturbs.

import type { FaultTable } from "../fault"
import type { BurstDisturber } from "./burst-disturber"

export const LINK_FAULTS: FaultTable<BurstDisturber> = {
    "link-flip": {
        text: "one bit of a burst is flipped",
        start: link =>
            link.changeNext(burst => {
                const flipped = Uint8Array.from(burst)
                flipped[burst.length >> 1]! ^= 0x10
                return [flipped]
            }),
    },
    "link-cut": {
        text: "the second half of a burst is lost",
        start: link => link.changeNext(burst => [burst.subarray(0, burst.length >> 1)]),
    },
    "link-double": {
        text: "a burst arrives twice",
        start: link => link.changeNext(burst => [burst, burst]),
    },
    "link-drop": {
        text: "a burst is lost",
        start: link => link.changeNext(() => []),
    },
}
