// Options for where results go and what is printed.

import { type Command, Option } from "commander"
import { ON_DISK_FULL, type OnDiskFull } from "../../runs/run-about"
import type { RunPlace } from "../../runs/run-folder"
import { report } from "../../terminal"
import { addGroup, defaultText, folderOption } from "./option"

const GROUP = "Output:"

/** The folder for the folders of runs, where none is named. */
export const DEFAULT_RUNS = "runs"

/** How a run is named. */
export const RUN_HELP = `folder of the run, or its name in ${DEFAULT_RUNS} or the beginning of that name`

export interface OutputOptions {
    readonly out?: string
    readonly force?: true
    readonly onDiskFull: OnDiskFull
    readonly json?: true
    readonly verbose?: true
}

function runFolderOption(): Option {
    return defaultText(
        folderOption("--out <dir>", "folder of the run, which must not hold one already"),
        `${DEFAULT_RUNS}/DATE-CATHETER`
    )
}

function forceOption(): Option {
    return new Option(
        "--force",
        "set a run that is in the folder of --out aside: rename its folder to DIR-1, DIR-2 …"
    )
}

export function onDiskFullOption(): Option {
    return new Option(
        "--on-disk-full <what>",
        "when the disk takes no more: stop the run, or let the oldest part of its capture go"
    )
        .choices(ON_DISK_FULL)
        .default("stop")
        .helpGroup(GROUP)
}

/** Where the run of a command goes. */
export function placeOf(
    { out, force, onDiskFull }: OutputOptions,
    dateMs: number,
    catheter: string
): RunPlace {
    if (force && out === undefined)
        report("--force has no effect without --out: the run gets a new folder anyway.")
    return {
        onDiskFull,
        ...(out !== undefined && { out }),
        ...{ runs: DEFAULT_RUNS, force: force ?? false, dateMs, catheter },
    }
}

/** Where each run gets a folder of its own. */
export function runsOption(): Option {
    return folderOption("--out <dir>", "folder for the folders of runs, one for each")
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

export function addOutputOptions(command: Command, ...more: Option[]): Command {
    return addGroup(
        command,
        GROUP,
        ...[runFolderOption(), forceOption(), onDiskFullOption()],
        ...[jsonOption(), verboseOption(), ...more]
    )
}

export const DISCLAIMER = "Investigational equipment, not for clinical use."

/** For help pages of commands that receive runs. */
export const CUT_HELP = `A run is a folder, also one that is cut short (by a fault, a lost link, a full disk or Ctrl-C): its
results are made of what was received, and its verdict says why it ended. Ctrl-C again does not wait
for them: "ivus replay" makes them from its capture.ivl. A run of which no A-line came leaves no folder.`
/** For commands with which a person operates a cart. */
export const CONTROL_HELP = `Control: the command takes control of the cart with the first answer that needs it, unless a bedside
unit is in control (refusal 248). A stop is always taken. Faults and warnings are shown with what to
do next.`
export const EXIT_HELP = "Exit status: 0 done, 1 it failed, 2 bad usage, 130 ended with Ctrl-C."
export const FAILED_JSON_HELP =
    "With --json a run that fails prints its verdict, its reason and the alarms of the cart."
export const RUN_EXIT_HELP = `Exit status: 0 complete and within its limits (lost A-lines are a warning); 1 failed, incomplete,
stopped at the cart, or not within its limits; 2 bad usage; 130 ended with Ctrl-C.`
