// Parses and validates the requests that the simulator's page sends.

import * as v from "valibot"
import { BUTTON_NAMES, type PageRequest } from "./messages"

/** A mouse wheel gives a few clicks at once. */
const TURN_MAX = 20
const NAME_LENGTH_MAX = 40

const name = v.pipe(v.string(), v.maxLength(NAME_LENGTH_MAX))
const Request = v.pipe(
    v.string(),
    v.parseJson(),
    v.union([
        v.strictObject({ press: v.picklist(BUTTON_NAMES) }),
        v.strictObject({ release: v.picklist(BUTTON_NAMES) }),
        v.strictObject({
            turn: v.pipe(v.number(), v.integer(), v.minValue(-TURN_MAX), v.maxValue(TURN_MAX)),
        }),
        v.strictObject({ estop: v.boolean() }),
        v.strictObject({ cable: v.boolean() }),
        v.strictObject({ cause: name }),
        v.strictObject({ undo: name }),
        v.strictObject({ surprise: v.literal(true) }),
        v.strictObject({ reviewed: v.pipe(v.number(), v.integer()) }),
        v.strictObject({ releaseAll: v.literal(true) }),
    ])
)

/** @param text untrusted text from the page. @returns undefined for a request that does not exist */
export function parsePageRequest(text: string): PageRequest | undefined {
    const { success, output } = v.safeParse(Request, text)
    return success ? output : undefined
}
