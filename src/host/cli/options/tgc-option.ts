// The option --tgc: points of a gain curve as typed, or from a file.

import { readFileSync } from "node:fs"
import { Option } from "commander"
import type { Catheter } from "../../../shared/acquisition/catheters"
import { tgcTopCdb } from "../../../shared/acquisition/tgc"
import { UsageError } from "../../errors"
import { invalidFieldText } from "../../sequence/check"
import { checkTgcPoints, type TgcPoint } from "../../sequence/tgc"
import { defaultText } from "./option"
import { parseJson } from "../../json-text"

/** Points that were given, not yet checked against a catheter. */
export interface TgcChoice {
    readonly points: unknown
    /** Where they were given, for a refusal. */
    readonly source: string
}

export function tgcOption(): Option {
    const option = new Option(
        "--tgc <curve>",
        "TGC points MM:DB,MM:DB,… from the centre outwards, or FILE.json with [[mm, dB], …]"
    )
    return defaultText(option, "the catheter's").argParser((text): TgcChoice =>
        text.endsWith(".json")
            ? { points: pointsOfFile(text), source: `The TGC file "${text}"` }
            : { points: text.split(",").map(pointOf), source: `--tgc ${text}` }
    )
}

/** @throws UsageError that names the wrong point, its value and the limit */
export function tgcPoints({ points, source }: TgcChoice, catheter: Catheter): TgcPoint[] {
    const wrong = checkTgcPoints(points, tgcTopCdb(catheter))
    if (wrong) throw new UsageError(`${source}: ${invalidFieldText(wrong)}.`)
    return points as TgcPoint[]
}

/** A typed point; text that is not a point stays text, which the check then names. */
function pointOf(text: string): readonly number[] | string {
    const found = /^([-+]?(?:\d+\.?\d*|\.\d+)):([-+]?(?:\d+\.?\d*|\.\d+))$/.exec(text.trim())
    return found ? [Number(found[1]), Number(found[2])] : text
}

function pointsOfFile(file: string): unknown {
    try {
        return parseJson(readFileSync(file, "utf8"))
    } catch (error) {
        if (error instanceof SyntaxError)
            throw new UsageError(
                `The TGC file "${file}" is not JSON (${error.message}); [[0, 0], [10, 25]] is 0 dB at the centre and 25 dB at 10 mm.`
            )
        throw new UsageError(
            `The TGC file "${file}" cannot be read (${(error as NodeJS.ErrnoException).code}); name a readable JSON file.`
        )
    }
}
