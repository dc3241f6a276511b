// `ivus runs`: a table of the runs in a folder, and changes of what is said of them.

import { type Command, Option } from "commander"
import { dateMs } from "../../clock"
import { UsageError } from "../../errors"
import { logText } from "../../log/log-text"
import { VERDICTS } from "../../results/verdict"
import { editRun } from "../../runs/edit-run"
import { findRun, runsIn } from "../../runs/find-run"
import { type ListedRun, matches, type RunFilter } from "../../runs/list-runs"
import type { Site } from "../../runs/run-about"
import { report } from "../../terminal"
import { parseDate } from "../options/about-options"
import { addGroup } from "../options/option"
import {
    DEFAULT_RUNS,
    DISCLAIMER,
    EXIT_HELP,
    jsonOption,
    RUN_HELP,
} from "../options/output-options"
import { siteOptions, type SiteOptions } from "../options/site-options"
import { runsTable } from "../runs-table"

interface RunsOptions extends RunFilter {
    readonly json?: true
}

const FILTERS = "Only runs:"

const EXAMPLES = `Examples:
  npm run ivus -- runs --verdict complete --since 2026-11-01
  npm run ivus -- runs edit 2026-11-30T10-39-17-array-20mhz --label "second try" --side left`

const EDIT_HELP = `An empty text removes what was there. run.json keeps each change with its date; no other file is
changed.`

export function addRunsCommand(ivus: Command): void {
    const command = ivus
        .command("runs")
        .description("list the runs in a folder, newest first")
        .argument("[folder]", "folder for the folders of runs", DEFAULT_RUNS)
        .addOption(jsonOption("print the records of the runs as one JSON array"))
    addGroup(
        command,
        FILTERS,
        new Option("--catheter <id>", "with this catheter"),
        new Option("--verdict <verdict>", "that ended so").choices(VERDICTS),
        new Option("--since <date>", "of this date or later").argParser(text =>
            parseDate(text, "--since")
        ),
        new Option("--until <date>", "of this date or earlier").argParser(parseUntil),
        new Option("--study <name>", "of this study"),
        new Option("--label <text>", "with this text in their label")
    )
    command
        .addHelpText("after", `\n${EXAMPLES}\n\n${EXIT_HELP}\n\n${DISCLAIMER}`)
        .action((folder: string, options: RunsOptions) => list(command, folder, options))
    addEditCommand(command)
}

function addEditCommand(runs: Command): void {
    const command = runs
        .command("edit")
        .description("change label, vessel, side and segment of a run")
        .argument("<run>", RUN_HELP)
    for (const option of siteOptions()) command.addOption(removable(option))
    command.addHelpText("after", `\n${EDIT_HELP}\n\n${EXIT_HELP}`).action(edit)
}

/** An empty text removes the value; it becomes null. */
function removable(option: Option): Option {
    const { argChoices, parseArg } = option
    if (!argChoices)
        return option.argParser((text, before) =>
            text === "" ? "" : parseArg!(text, before as never)
        )
    return option.choices([...argChoices, ""]).argParser(text => {
        if (text === "" || argChoices.includes(text)) return text
        throw new UsageError(
            `${option.long} ${logText(text)} is not one of its values; ${argChoices.join(", ")}, or an empty text are allowed.`
        )
    })
}

/** A day ends with its last millisecond. */
function parseUntil(text: string): number {
    const ms = parseDate(text, "--until")
    if (!/^\d{4}-\d\d-\d\d$/.test(text.trim())) return ms
    const next = new Date(ms)
    next.setDate(next.getDate() + 1)
    return next.getTime() - 1
}

function list(command: Command, folder: string, { json, ...filter }: RunsOptions): void {
    const all = runsIn(folder)
    if (all.length === 0 && command.args.length > 0)
        throw new UsageError(
            `There is no run in "${logText(folder)}"; name the folder for the folders of runs.`
        )
    const shown = all.filter(run => matches(run, filter))
    if (json) {
        process.stdout.write(`${JSON.stringify(shown.map(jsonOf), undefined, 4)}\n`)
        return
    }
    // Also where a filter was given: a record that cannot be used meets none.
    for (const { problem } of all) if (problem !== undefined) report(problem)
    if (shown.length > 0) process.stdout.write(`${runsTable(shown)}\n`)
    else report(noneText(command, folder, all.length))
}

function noneText(command: Command, folder: string, there: number): string {
    if (there === 0) return `There is no run in ${logText(folder)} yet.`
    const asked = command.options
        .filter(option => option.helpGroupHeading === FILTERS)
        .filter(option => command.getOptionValue(option.attributeName()) !== undefined)
        .map(option => option.long)
    const runs = there === 1 ? "The run" : `None of the ${there} runs`
    return `${runs} in ${logText(folder)} ${there === 1 ? "does not meet" : "meets"} ${asked.join(" and ")}; leave ${asked.length === 1 ? "it" : "some"} out to see more.`
}

function jsonOf({ folder, record, problem, defect }: ListedRun): object {
    return record ? { folder, ...record } : { folder, problem, defect }
}

const FIELDS = { label: "label", vesselName: "vessel", side: "side", segment: "segment" } as const

function edit(named: string, options: SiteOptions): void {
    const folder = findRun(named, DEFAULT_RUNS)
    const given = (Object.keys(FIELDS) as (keyof typeof FIELDS)[]).filter(
        option => options[option] !== undefined
    )
    if (given.length === 0)
        throw new UsageError(
            "Nothing is to be changed; give --label, --vessel-name, --side or --segment."
        )
    const changes = Object.fromEntries(
        given.map(option => [FIELDS[option], options[option] || null])
    ) as Partial<Site>
    const edits = editRun(folder, changes, dateMs())
    if (edits.length === 0) report(`Nothing has changed in ${logText(folder)}.`)
    for (const { field, from, to } of edits)
        process.stdout.write(`${field}: ${from ?? "none"} → ${to ?? "none"}\n`)
}
