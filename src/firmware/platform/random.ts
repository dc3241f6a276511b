// Responsible for: chance from the chip's own generator (on the virtual board: from its seed).
// Not for: what it is good for.

import { randomBytes } from "./crypto"

/** Any u32. */
export function randomU32(): number {
    return randomBytes(4).getAt(0, "u32")
}
