// Responsible for: the option --tgc: points as typed or from a file, right ones only.
// Not for: what a curve is (../sequence/tgc.ts).

import { readFileSync } from "node:fs"
import { type Catheter } from "../../../shared/acquisition/catheters"
import { tgcTopCdb } from "../../../shared/acquisition/tgc"
import { invalidFieldText } from "../../sequence/check"
import { checkTgcPoints, type TgcPoint } from "../../sequence/tgc"
import { UsageError } from "../../errors"

export const TGC_OPTION = [
    "--tgc <curve>",
    "time gain, MM:DB,MM:DB,… from the centre outwards or a FILE.json with [[mm, dB], …] (the catheter's own)",
] as const

/** @throws UsageError that names the point, its value and the limit */
export function parseTgc(text: string, catheter: Catheter): TgcPoint[] {
    const isFile = text.endsWith(".json")
    const points = isFile ? pointsOfFile(text) : text.split(",").map(pointOf)
    const wrong = checkTgcPoints(points, tgcTopCdb(catheter))
    if (wrong)
        throw new UsageError(
            isFile
                ? `The time gain file "${text}": ${invalidFieldText(wrong)}.`
                : `--tgc ${text}: ${invalidFieldText(wrong)}.`
        )
    return points as TgcPoint[]
}

/** A point as typed; one that is none stays a text, which the check then names. */
function pointOf(text: string): readonly number[] | string {
    const found = /^([-+]?(?:\d+\.?\d*|\.\d+)):([-+]?(?:\d+\.?\d*|\.\d+))$/.exec(text.trim())
    return found ? [Number(found[1]), Number(found[2])] : text
}

function pointsOfFile(file: string): unknown {
    try {
        return JSON.parse(readFileSync(file, "utf8"))
    } catch (error) {
        if (error instanceof SyntaxError)
            throw new UsageError(
                `The time gain file "${file}" is no JSON (${error.message}); [[0, 0], [10, 25]] is 0 dB at the centre and 25 dB at 10 mm.`
            )
        throw new UsageError(
            `The time gain file "${file}" cannot be read (${(error as NodeJS.ErrnoException).code}); name a JSON file that can.`
        )
    }
}
