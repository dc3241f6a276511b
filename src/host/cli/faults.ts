// Responsible for: the faults that `--fault NAME@SECONDS` can cause on the virtual board.
// Not for: what the cart does about them.

import { SLED_FAULTS } from "../../../boards/virtual/sled/faults"
import { UsageError } from "./usage-error"

/** Does something to the bytes of one line burst on its way to the host. */
export type LinkFault = (bytes: Uint8Array) => Uint8Array[]

export interface TimedFault {
    readonly name: string
    /** Cart time, s. */
    readonly atS: number
    /** Undefined for a fault of the sled. */
    readonly onLink: LinkFault | undefined
}

/** Each hits the next line burst after its time. */
export const LINK_FAULTS: Readonly<
    Record<string, { text: string; apply: LinkFault }>
> = {
    "link-flip": {
        text: "one bit of a burst is flipped",
        apply: bytes => {
            const flipped = Uint8Array.from(bytes)
            flipped[bytes.length >> 1]! ^= 0x10
            return [flipped]
        },
    },
    "link-cut": {
        text: "the second half of a burst is lost",
        apply: bytes => [bytes.subarray(0, bytes.length >> 1)],
    },
    "link-double": {
        text: "a burst comes twice",
        apply: bytes => [bytes, bytes],
    },
    "link-drop": { text: "a burst is lost", apply: () => [] },
}

/**
 * Reads `NAME@SECONDS`.
 * @throws UsageError naming the faults there are
 */
export function parseFault(text: string): TimedFault {
    const match = /^([a-z-]+)@(\d+(?:\.\d+)?)$/.exec(text)
    if (!match)
        throw new UsageError(
            `"${text}" is no fault: write NAME@SECONDS, such as link-flip@20.`
        )
    const name = match[1]!
    const link = LINK_FAULTS[name]
    if (!link && !Object.hasOwn(SLED_FAULTS, name)) {
        const names = [...Object.keys(LINK_FAULTS), ...Object.keys(SLED_FAULTS)]
        throw new UsageError(
            `There is no fault "${name}"; the virtual board has ${names.join(", ")}.`
        )
    }
    return { name, atS: Number(match[2]), onLink: link?.apply }
}
