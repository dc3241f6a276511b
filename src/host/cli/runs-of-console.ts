// The runs that the console lists, opens and compares.

import { compareFolders } from "../compare/compare-folders"
import { RunLibrary } from "../console/run/run-library"
import type { ResultsChoice } from "../results/run-results"
import { DEFAULT_RUNS } from "./options/output-options"

/** @param choice of the runs that are opened @param report prints what goes wrong */
export function runsOfConsole(choice: ResultsChoice, report: (line: string) => void): RunLibrary {
    return new RunLibrary({ parent: DEFAULT_RUNS, choice, report, compare: compareFolders })
}
