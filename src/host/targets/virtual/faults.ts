// Responsible for: the faults that `--fault NAME@SECONDS` can cause on the virtual board.
// Not for: what the cart does about them.

import { SLED_FAULTS } from "../../../../boards/virtual/sled/faults"
import { type Catheter, FRONT_END_UN0RICK } from "../../../shared/acquisition/catheters"
import { FRONT_END_FAULTS } from "../../../../boards/virtual/line-engine/faults"
import { UN0RICK_FAULTS } from "../../../../boards/virtual/un0rick/faults"
import type { VirtualCart } from "./virtual-cart"
import { UsageError } from "../../errors"

/** Does something to the bytes of one line burst on its way to the host. */
export type LinkFault = (bytes: Uint8Array) => Uint8Array[]

export interface TimedFault {
    readonly name: string
    /** Cart time, s. */
    readonly atS: number
    /** Undefined for a fault of the sled or the front end. */
    readonly onLink: LinkFault | undefined
}

/** Each hits the next line burst after its time. */
export const LINK_FAULTS: Readonly<Record<string, { text: string; apply: LinkFault }>> = {
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

/** All there are. */
const LISTS = [LINK_FAULTS, FRONT_END_FAULTS, UN0RICK_FAULTS, SLED_FAULTS]
export const FAULT_NAMES = LISTS.flatMap(list => Object.keys(list))

/** For the help of a command: each with what it does. */
export function faultsHelp(): string {
    const rows = LISTS.flatMap(list =>
        Object.entries(list).map(([name, { text }]) => `  ${name.padEnd(26)}${text}`)
    )
    return ["Faults:", ...rows].join("\n")
}

/** @throws UsageError where the cart of this catheter has not what the fault is of */
export function checkFaults(faults: readonly TimedFault[], catheter: Catheter): void {
    for (const { name } of faults) {
        const missing = missingPart(name, catheter)
        if (missing)
            throw new UsageError(
                `The fault ${name} needs ${missing}, which ${catheter.id} has not; leave it out or name another --catheter.`
            )
    }
}

/** What the cart of this catheter would need for the fault; undefined where it has it. */
function missingPart(name: string, catheter: Catheter): string | undefined {
    const isUn0rick = catheter.front_end === FRONT_END_UN0RICK
    if (UN0RICK_FAULTS[name]) return isUn0rick ? undefined : "an un0rick"
    const fault = FRONT_END_FAULTS[name]
    if (fault?.ofRotor) return catheter.rotor_sign ? undefined : "a catheter that turns"
    return fault && isUn0rick ? "a line engine" : undefined
}

/** Lets a fault happen now. */
export function injectFault(
    cart: Pick<VirtualCart, "board" | "clock" | "linkFault">,
    { name, onLink }: TimedFault
): void {
    const { board, clock } = cart
    const ofFrontEnd = FRONT_END_FAULTS[name]
    const ofUn0rick = UN0RICK_FAULTS[name]
    if (onLink) cart.linkFault = onLink
    else if (ofFrontEnd) ofFrontEnd.cause(board.engine, clock.nowUs)
    else if (ofUn0rick) ofUn0rick.cause(board.un0rick)
    else board.rig.faults.inject(name, clock.nowUs)
}

/**
 * Reads `NAME@SECONDS`.
 * @throws UsageError naming the faults there are
 */
export function parseFault(text: string): TimedFault {
    const match = /^([a-z0-9-]+)@(\d+(?:\.\d+)?)$/.exec(text)
    if (!match)
        throw new UsageError(`"${text}" is no fault: write NAME@SECONDS, such as link-flip@20.`)
    const name = match[1]!
    const link = LINK_FAULTS[name]
    if (!FAULT_NAMES.includes(name))
        throw new UsageError(
            `There is no fault "${name}"; the virtual board has ${FAULT_NAMES.join(", ")}.`
        )
    return { name, atS: Number(match[2]), onLink: link?.apply }
}
