// The sheath of `--sheath`: one that is built in, or a JSON file.

import {
    type Sheath,
    SheathFileError,
    sheathFromJson,
    SHEATHS,
} from "../../../../boards/virtual/sheath/sheath"
import { UsageError } from "../../errors"
import { readInput } from "./read-input"

export interface ChosenSheath {
    /** `easy`, `tortuous` or the name of the file. */
    readonly name: string
    readonly sheath: Sheath
}

export const SHEATH_NAMES = Object.keys(SHEATHS)

/** @throws UsageError when there is no such sheath or the file cannot be used */
export function chosenSheath(text: string): ChosenSheath {
    if (Object.hasOwn(SHEATHS, text))
        return { name: text, sheath: SHEATHS[text as keyof typeof SHEATHS] }
    if (!/\.json$/i.test(text))
        throw new UsageError(
            `--sheath ${text} is not a sheath; use ${SHEATH_NAMES.join(", ")} or a FILE.json.`
        )
    try {
        return { name: text, sheath: sheathFromJson(readInput(text, "sheath").toString("utf8")) }
    } catch (error) {
        if (error instanceof SheathFileError) throw new UsageError(error.message)
        throw error
    }
}
