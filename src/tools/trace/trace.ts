// `npm run trace`: the matrix from requirement to tests to last result as a page, and one sentence for each inconsistency.

import { mkdirSync, writeFileSync } from "node:fs"
import { dirname } from "node:path"
import { Command } from "commander"
import { LAST_RESULTS, readLastResults } from "../test-run/last-results"
import { matrixOf, type Matrix, type Outcome } from "./matrix"
import { matrixPage } from "./matrix-page"
import { findTests, readSafetyCase } from "./read-project"

interface Options {
    readonly out: string
    readonly results: string
}

const { out, results } = new Command("npm run trace --")
    .description(
        "Compares the safety case (boards/safety.md) with the tests that name its requirements, and writes the\n" +
            "matrix of requirements, tests and last results as one HTML page."
    )
    .option("--out <file>", "the page", ".devicescript/trace.html")
    .option("--results <file>", "last results, as npm test writes them", LAST_RESULTS)
    .addHelpText(
        "after",
        "\nExit status: 0 consistent and no test failed, 1 not, 2 bad usage. Tests that were not run or were skipped are counted and do not fail it."
    )
    .exitOverride(error => process.exit(error.exitCode === 0 ? 0 : 2))
    .parse()
    .opts<Options>()

const safety = readSafetyCase()
const matrix = matrixOf(safety, findTests(), readLastResults(results))
mkdirSync(dirname(out), { recursive: true })
writeFileSync(out, matrixPage(safety, matrix))
for (const finding of matrix.findings) process.stderr.write(`${finding}\n`)
process.stdout.write(`${countsText(matrix)}\n${out}\n`)
process.exitCode = matrix.findings.length > 0 ? 1 : 0

function countsText({ requirements }: Matrix): string {
    const counts = (["passed", "failed", "skipped", "not run"] as const).map(
        (outcome: Outcome) => `${requirements.filter(r => r.outcome === outcome).length} ${outcome}`
    )
    return `${safety.hazards.length} hazards, ${requirements.length} requirements: ${counts.join(", ")}`
}
