// `ivus compare`: two pullbacks through the same vessel, such as before and after a treatment.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import type { Command } from "commander"
import type { ComparedRun, Pair } from "../../compare/compared-run"
import { type ComparedFolders, compareFolders } from "../../compare/compare-folders"
import type { Comparison } from "../../compare/compare-runs"
import { comparisonCsv, comparisonText } from "../../compare/comparison-text"
import { diskReason } from "../../disk-reason"
import { UsageError } from "../../errors"
import { nameText } from "../../log/log-text"
import { keepEarlier } from "../../runs/earlier-folder"
import { findRun } from "../../runs/find-run"
import { snakeCase } from "../../runs/snake-case"
import { addGroup, defaultText, folderOption, numberOption } from "../options/option"
import {
    DEFAULT_RUNS,
    DISCLAIMER,
    EXIT_HELP,
    jsonOption,
    RUN_HELP,
} from "../options/output-options"

interface CompareOptions {
    readonly out?: string
    readonly json?: true
    readonly shift?: number
}

/** A vessel that is imaged is shorter. */
const SHIFT_MAX_MM = 500

const PAGE_NAME = "comparison.html"
const CSV_NAME = "comparison.csv"

const HELP = `Lumen areas along the vessel, gain, stenosis, volumes and stent of both runs, with the difference (second less
first), as table, curves and pictures. The runs are aligned by the measured position and by the anatomy.`

const EXAMPLE = `Example:
  npm run ivus -- compare 2026-11-30T10-39-17-array-20mhz 2026-11-30T11-20-05-array-20mhz`

export function addCompareCommand(ivus: Command): void {
    const command = ivus
        .command("compare")
        .description("compare two pullbacks through the same vessel")
        .argument("<run>", `first run: ${RUN_HELP}`)
        .argument("<run>", "second run")
        .addOption(
            defaultText(
                numberOption(
                    "--shift <mm>",
                    "position in the first run less that in the second at the same place",
                    [-SHIFT_MAX_MM, SHIFT_MAX_MM, "mm"]
                ),
                "found by lumen areas and side branches"
            )
        )
    addGroup(
        command,
        "Output:",
        defaultText(
            folderOption("--out <dir>", `folder for ${PAGE_NAME} and ${CSV_NAME}`),
            `${DEFAULT_RUNS}/comparisons/RUN-and-RUN`
        ),
        jsonOption("print the comparison as one JSON object and nothing else on standard output")
    )
    command
        .addHelpText("after", `\n${HELP}\n\n${EXAMPLE}\n\n${EXIT_HELP}\n\n${DISCLAIMER}`)
        .action(compare)
}

function compare(first: string, second: string, options: CompareOptions): void {
    const folders = [findRun(first, DEFAULT_RUNS), findRun(second, DEFAULT_RUNS)] as const
    const compared = compareFolders(folders, options.shift)
    const { runs, comparison } = compared
    const out =
        options.out ?? join(DEFAULT_RUNS, "comparisons", `${runs[0].name}-and-${runs[1].name}`)
    const earlier = writeFiles(out, compared)
    const kept = earlier === undefined ? "" : `\nWhat was replaced is in ${nameText(earlier)}.`
    process.stdout.write(
        options.json
            ? `${JSON.stringify(jsonOf(comparison, runs, out))}\n`
            : `${comparisonText(comparison, runs)}\n\nPage and table: ${nameText(join(out, PAGE_NAME))}, ${CSV_NAME}${kept}\n${DISCLAIMER}\n`
    )
}

/** @returns the folder with an earlier comparison; undefined where there was none, or the same */
function writeFiles(out: string, { comparison, page }: ComparedFolders): string | undefined {
    try {
        mkdirSync(out, { recursive: true })
        const csv = comparisonCsv(comparison)
        if (isThere(join(out, PAGE_NAME), page) && isThere(join(out, CSV_NAME), csv))
            return undefined
        const earlier = keepEarlier(out, [PAGE_NAME, CSV_NAME])
        writeFileSync(join(out, PAGE_NAME), page)
        writeFileSync(join(out, CSV_NAME), csv)
        return earlier
    } catch (error) {
        throw new UsageError(
            `The folder "${nameText(out)}" cannot be written (${diskReason(error)}); name another with --out.`
        )
    }
}

function isThere(path: string, content: string): boolean {
    return existsSync(path) && readFileSync(path, "utf8") === content
}

/** Places are in the CSV. */
function jsonOf(
    { alignment, figures, refused, notes }: Comparison,
    runs: Pair<ComparedRun>,
    out: string
): unknown {
    return snakeCase({
        runs: runs.map(({ name, record }) => ({
            name,
            date: record.date,
            catheter: record.catheter,
            verdict: record.verdict,
        })),
        ...{ alignment, figures, refused, notes },
        files: [join(out, PAGE_NAME), join(out, CSV_NAME)],
    })
}
