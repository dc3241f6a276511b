// Responsible for: where `npm run build` leaves the programs of the cart.
// Not for: which front end a catheter needs (src/shared/acquisition/catheters.ts).

import { fileURLToPath } from "node:url"
import { catheterOf, FRONT_END_UN0RICK } from "../../../shared/acquisition/catheters"

const fileOf = (path: string): string =>
    fileURLToPath(new URL(`../../../../.devicescript/${path}`, import.meta.url))

/** Of a cart with a line engine. */
export const BYTECODE = fileOf("bin/bytecode.devs")
/** Of a cart with an un0rick. */
const UN0RICK_BYTECODE = fileOf("un0rick-cart/.devicescript/bin/bytecode.devs")

/** The program for the front end that this catheter needs. */
export function bytecodeOf(catheterId: string): string {
    return catheterOf(catheterId)?.front_end === FRONT_END_UN0RICK ? UN0RICK_BYTECODE : BYTECODE
}
