// The results of a campaign as JSON lines, one a case, so that an interrupted campaign can be resumed.

import { appendFileSync, existsSync, mkdirSync, readFileSync } from "node:fs"
import { dirname } from "node:path"
import type { Case } from "./case"

export interface ResultLine {
    /** Number of the case in its campaign. */
    readonly n: number
    readonly case: Case
    readonly findings: readonly {
        readonly kind: string
        readonly atMs: number
        readonly text: string
    }[]
    readonly disturbed: boolean
    readonly ms: number
    /** The case made smaller. */
    readonly shrunk?: Case
    /** What the cart and the sled did, for an unsafe case. */
    readonly log?: readonly string[]
}

/** Results of an earlier part of the same campaign, by number; the last line may be cut. */
export function readResults(file: string): Map<number, ResultLine> {
    const results = new Map<number, ResultLine>()
    if (!existsSync(file)) return results
    for (const line of readFileSync(file, "utf8").split("\n")) {
        try {
            const result = JSON.parse(line) as ResultLine
            results.set(result.n, result)
        } catch {
            // Empty, or cut by an interruption.
        }
    }
    return results
}

export function appendResult(file: string, result: ResultLine): void {
    mkdirSync(dirname(file), { recursive: true })
    appendFileSync(file, `${JSON.stringify(result)}\n`)
}
