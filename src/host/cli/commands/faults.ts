// `ivus faults`: the faults that `--fault` can start on the virtual board.

import type { Command } from "commander"
import { faultLists } from "../../targets/virtual/timed-faults"
import { DISCLAIMER, jsonOption } from "../options/output-options"

const HELP = `Start one with, for example: npm run ivus -- pullback --fault link-drop@40
The time is the cart's, in seconds after power-up.
Power-up to 36 s: homing and calibration (seed 1). From 38 s: pullback.
A fault that stops the cart before 36 s ends the run without A-lines; a warning does not.`

export function addFaultsCommand(ivus: Command): void {
    ivus.command("faults")
        .description("list the faults of the virtual board for --fault")
        .addOption(jsonOption("print one JSON object: a list of names and texts for each group"))
        .addHelpText("after", `\n${HELP}\n\n${DISCLAIMER}`)
        .action(({ json }: { json?: true }) => {
            process.stdout.write(`${json ? faultsJson() : faultsText()}\n`)
        })
}

function faultsJson(): string {
    return JSON.stringify(
        Object.fromEntries(faultLists().map(({ group, faults }) => [group, faults]))
    )
}

function faultsText(): string {
    const lists = faultLists()
    const width = Math.max(...lists.flatMap(({ faults }) => faults.map(f => f.name.length)))
    const groups = lists.map(({ group, faults }) =>
        [
            `${group[0]!.toUpperCase()}${group.slice(1)}:`,
            ...faults.map(({ name, text }) => `  ${name.padEnd(width)}  ${text}`),
        ].join("\n")
    )
    return [...groups, HELP].join("\n\n")
}
