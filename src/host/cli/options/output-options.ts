// Options for where results go and what is printed.

import { type Command, Option } from "commander"
import { CONSOLE_PORT } from "../../console/console-server"
import { portOption } from "./link-options"
import { addGroup } from "./option"

const GROUP = "Output:"

export interface OutputOptions {
    readonly out: string
    readonly json?: true
    readonly verbose?: true
}

export function outOption(): Option {
    return new Option("--out <dir>", "folder for the results").default("out").helpGroup(GROUP)
}

/** The folder for the folders of runs, where none is named. */
export const DEFAULT_RUNS = "runs"

/** Where each run gets a folder of its own. */
export function runsOption(): Option {
    return new Option("--out <dir>", "folder for the folders of runs, one for each")
        .default(DEFAULT_RUNS)
        .helpGroup(GROUP)
}

export function verboseOption(): Option {
    return new Option("--verbose", "print all timing figures, not only those out of limits")
}

export function jsonOption(
    description = "print one JSON summary to standard output and nothing else there"
): Option {
    return new Option("--json", description)
}

export function onceOption(): Option {
    return new Option(
        "--once",
        "exit after the run; without it, the console shows the run until Ctrl-C"
    )
}

export function consolePortOption(): Option {
    return portOption(
        "--console-port <n>",
        "port of the console on 127.0.0.1; 0 for any free one"
    ).default(CONSOLE_PORT)
}

export function addOutputOptions(command: Command, ...more: Option[]): Command {
    return addGroup(command, GROUP, outOption(), jsonOption(), verboseOption(), ...more)
}

export const DISCLAIMER = "Investigational equipment, not for clinical use."

/** For help pages of commands that receive runs. */
export const CUT_HELP = `A run that is cut short (by a fault, a lost link or Ctrl-C) leaves no results. If A-lines were
received, all bytes are kept in the output folder as capture-cut.ivl; "ivus replay" makes its
pictures. Its log is capture-cut.log; that of a complete run is run.log. A later cut run does not
replace it: the next one is capture-cut-2.ivl.`
export const CUT_COUNTS_HELP = `capture-cut.json beside it has the counts of its A-lines: fired (null until the cart has connected
again and reported it), sent, received and missing.`
/** For commands with which a person operates a cart. */
export const CONTROL_HELP = `Control: the command takes control of the cart with the first answer that needs it, unless a bedside
unit is in control (refusal 248). A stop is always taken. Faults and warnings are shown with what to
do next.`
export const EXIT_HELP = "Exit status: 0 done, 1 it failed, 2 bad usage, 130 ended with Ctrl-C."
export const FAILED_JSON_HELP =
    "With --json a run that fails prints its verdict, its reason and the alarms of the cart."
export const RUN_EXIT_HELP = `Exit status: 0 complete and within its limits (lost A-lines are a warning); 1 failed, incomplete,
stopped at the cart, or not within its limits; 2 bad usage; 130 ended with Ctrl-C.`
