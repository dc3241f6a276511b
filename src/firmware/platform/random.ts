// Random numbers of the chip's generator; those of the virtual board follow from its seed.

import { randomBytes } from "./crypto"

/** Any u32. */
export function randomU32(): number {
    return randomBytes(4).getAt(0, "u32")
}
