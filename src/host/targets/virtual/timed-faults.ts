// Faults of the virtual board by name and time, as `--fault NAME@SECONDS` gives them.

import type { TimedFault } from "../../../../boards/virtual/fault"
import { FAULT_GROUPS, faultGroupOf } from "../../../../boards/virtual/fault-groups"
import type { Catheter } from "../../../shared/acquisition/catheters"
import { UsageError } from "../../errors"

export type { TimedFault } from "../../../../boards/virtual/fault"

/** All faults: a group for each device, and what each fault does. */
export interface FaultList {
    readonly group: string
    readonly faults: readonly { readonly name: string; readonly text: string }[]
}

export function faultLists(): FaultList[] {
    return FAULT_GROUPS.map(({ name: group, faults }) => ({
        group,
        faults: Object.entries(faults).map(([name, { text }]) => ({ name, text })),
    }))
}

/** The names of the groups as a list in a sentence. */
export const FAULT_GROUP_NAMES = FAULT_GROUPS.map(({ name }) => name).join(", ")

/**
 * Reads `NAME@SECONDS`.
 * @throws UsageError
 */
export function parseFault(text: string): TimedFault {
    const match = /^([a-z0-9-]+)@(\d+(?:\.\d+)?)$/.exec(text)
    if (!match && faultGroupOf(text))
        throw new UsageError(
            `--fault ${text} has no time; write ${text}@SECONDS, such as ${text}@40.`
        )
    if (!match)
        throw new UsageError(
            `--fault ${text} is not a fault; write NAME@SECONDS, such as link-flip@20.`
        )
    const name = match[1]!
    if (!faultGroupOf(name))
        throw new UsageError(
            `There is no fault "${name}"; "npm run ivus -- faults" lists those of ${FAULT_GROUP_NAMES}.`
        )
    return { name, atS: Number(match[2]) }
}

/** @throws UsageError when the virtual cart of this catheter lacks the part that a fault disturbs */
export function checkFaults(faults: readonly TimedFault[], catheter: Catheter): void {
    for (const { name } of faults) {
        const group = faultGroupOf(name)!
        if (!group.isOn(catheter))
            throw new UsageError(
                `The fault ${name} needs ${group.needs}, which a cart with ${catheter.id} does not have; leave it out or choose another --catheter.`
            )
    }
}
