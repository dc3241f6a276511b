// Compares the runs of two folders, and makes the page of it.

import { realpathSync } from "node:fs"
import { isDeepStrictEqual } from "node:util"
import { UsageError } from "../errors"
import type { ComparedRun, Pair } from "./compared-run"
import { type Comparison, compareRuns } from "./compare-runs"
import { comparisonPage } from "./comparison-page"
import { readCompared } from "./read-compared"
import { crossSectionIn, longitudinalIn } from "./run-pictures"

export interface ComparedFolders {
    readonly runs: Pair<ComparedRun>
    readonly comparison: Comparison
    readonly page: string
}

/**
 * @param shiftMm position in the first run less that in the second at the same place; left out: it is found
 * @throws UsageError, RunError
 */
export function compareFolders(folders: Pair<string>, shiftMm?: number): ComparedFolders {
    if (realpathSync(folders[0]) === realpathSync(folders[1]))
        throw new UsageError("Both runs are the same one; name two runs.")
    const runs = [readCompared(folders[0]), readCompared(folders[1])] as const
    const [one, other] = runs
    if (one.capture === other.capture && isDeepStrictEqual(one.frames, other.frames))
        throw new UsageError(
            `${one.name} and ${other.name} are copies of one run: their captures and measurements are the same; name two runs.`
        )
    const comparison = compareRuns(runs, shiftMm)
    const page = comparisonPage(comparison, runs, {
        strips: [longitudinalIn(folders[0], runs[0]), longitudinalIn(folders[1], runs[1])],
        crossSection: (which, frame) => crossSectionIn(folders[which], frame),
    })
    return { runs, comparison, page }
}
