// Selects a board's program and settings by the front end that its catheter needs.

import { FRONT_END_UN0RICK } from "../../shared/acquisition/catheters"
import { UN0RICK_SETTING } from "../../shared/devices/un0rick"
import { programFor } from "../../shared/programs"
import { knownCatheter } from "../sequence/known-catheter"

/** The program and settings for the front end of a catheter. */
export interface FrontEnd {
    readonly settings: Readonly<Record<string, unknown>>
    readonly program: string
    readonly note: string
}

/** @throws UsageError for an unknown catheter */
export function frontEndFor(id: string): FrontEnd {
    const { front_end } = knownCatheter(id)
    const isUn0rick = front_end === FRONT_END_UN0RICK
    return {
        // A line engine reads the id from its catheter; an un0rick setting left on the board is cleared.
        settings: { [UN0RICK_SETTING]: isUn0rick ? id : "" },
        program: programFor(front_end).source,
        note: isUn0rick
            ? `The board has an un0rick with ${id} connected to it.`
            : "The board has a line engine, which reads the id of the connected catheter.",
    }
}
