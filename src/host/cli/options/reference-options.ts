// Options for the stored ring-down references.

import { type Command, Option } from "commander"
import { defaultReferenceFolder, ReferenceStore } from "../../references/reference-store"
import type { References } from "../../results/ring-down-use"

export interface ReferenceOptions {
    readonly references: ReferenceStore
    /** False for --no-ring-down. */
    readonly ringDown?: boolean
}

export function referencesOption(): Option {
    return new Option("--references <dir>", "folder of stored ring-down references")
        .argParser(folder => new ReferenceStore(folder))
        .default(
            new ReferenceStore(defaultReferenceFolder(process.env)),
            "in the user's data folder"
        )
}

export function addReferenceOptions(command: Command): Command {
    return command
        .addOption(referencesOption())
        .addOption(
            new Option(
                "--no-ring-down",
                "estimate the ring-down from this pullback instead of using a stored reference"
            )
        )
}

/** @param pulledMs as in {@link References} */
export function referencesOf(
    { references: store, ringDown }: ReferenceOptions,
    pulledMs: number | undefined
): { references?: References } {
    return ringDown === false ? {} : { references: { store, pulledMs } }
}
