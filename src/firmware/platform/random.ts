// Responsible for: chance from the chip's own generator (on the virtual board: from its seed).
// Not for: what it is good for.

import { randomBuffer } from "@devicescript/crypto"

/** Any u32. */
export function randomU32(): number {
    return randomBuffer(4).getAt(0, "u32")
}
