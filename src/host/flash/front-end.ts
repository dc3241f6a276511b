// The program and the settings of a board, by the front end that its catheter needs.

import { FRONT_END_UN0RICK } from "../../shared/acquisition/catheters"
import { UN0RICK_SETTING } from "../../shared/devices/un0rick"
import { LINE_ENGINE_PROGRAM, UN0RICK_PROGRAM } from "../../shared/programs"
import { knownCatheter } from "../sequence/known-catheter"

/** The front end that a catheter needs: what the board has to know of it, and the program that drives it. */
export interface FrontEnd {
    readonly settings: Readonly<Record<string, unknown>>
    readonly program: string
    readonly note: string
}

/** @throws UsageError for a catheter that is not known */
export function frontEndFor(id: string): FrontEnd {
    const isUn0rick = knownCatheter(id).front_end === FRONT_END_UN0RICK
    return {
        // A line engine asks its catheter; what an un0rick left on the board means nothing to it.
        settings: { [UN0RICK_SETTING]: isUn0rick ? id : "" },
        program: (isUn0rick ? UN0RICK_PROGRAM : LINE_ENGINE_PROGRAM).source,
        note: isUn0rick
            ? `The board has an un0rick, and ${id} is wired to it.`
            : "The board has a line engine, which tells which catheter is plugged in.",
    }
}
