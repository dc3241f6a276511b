// Looks up a built-in catheter by an id that a user typed.

import { CATHETER_IDS } from "../../shared/acquisition/catheter-list"
import { type Catheter, catheterOf } from "../../shared/acquisition/catheters"
import { UsageError } from "../errors"

/** @param more other allowed input, for the error message */
export function knownCatheter(id: string, more = ""): Catheter {
    const catheter = catheterOf(id)
    if (!catheter)
        throw new UsageError(
            `There is no catheter "${id}"; ${CATHETER_IDS.join(", ")} are known${more}.`
        )
    return catheter
}
