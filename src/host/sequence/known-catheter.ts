// A catheter by the id that a user typed.

import { CATHETER_IDS } from "../../shared/acquisition/catheter-list"
import { type Catheter, catheterOf } from "../../shared/acquisition/catheters"
import { UsageError } from "../errors"

/** @param more what else would do, for the refusal */
export function knownCatheter(id: string, more = ""): Catheter {
    const catheter = catheterOf(id)
    if (!catheter)
        throw new UsageError(
            `There is no catheter "${id}"; ${CATHETER_IDS.join(", ")} are known${more}.`
        )
    return catheter
}
