// Responsible for: the ids of all catheters, for lists on hosts and in tests.
// Not for: the VM, whose heap it would burden.

import { catheterOf, FRONT_END_LINE_ENGINE, type Catheter } from "./catheters"

export const CATHETER_IDS = [
    "array-20mhz",
    "array-10mhz",
    "rotational-40mhz",
    "rotational-60mhz",
    "rotational-15mhz",
    "single-un0rick",
] as const

/** One of each, made anew. */
export function allCatheters(): Catheter[] {
    return CATHETER_IDS.map(id => catheterOf(id)!)
}

/** Those that need a line engine. */
export function lineEngineCatheters(): Catheter[] {
    return allCatheters().filter(c => c.front_end === FRONT_END_LINE_ENGINE)
}
