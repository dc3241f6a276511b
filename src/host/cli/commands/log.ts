// `ivus log`: the event log that a cart keeps over a power cut.

import { type Command, Option } from "commander"
import pc from "picocolors"
import { PRIORITY_HIGH, PRIORITY_MEDIUM, priorityOf } from "../../../shared/alarms"
import type { Catheter } from "../../../shared/acquisition/catheters"
import { RING_ENTRIES } from "../../../shared/event-ring"
import { dateMs } from "../../clock"
import { RunError } from "../../errors"
import { wholeIn } from "../../number-in"
import { LogClient } from "../../run/log-client"
import { type DatedEntry, dated, logLine, logObject } from "../../run/log-text"
import { runOneShot } from "../../targets/one-shot-session"
import { checkFaults, type TimedFault } from "../../targets/virtual/timed-faults"
import { silentBoard } from "../../targets/virtual/virtual-one-shot"
import { report } from "../../terminal"
import { virtualCatheterOption } from "../options/catheter-option"
import { DISCLAIMER, EXIT_HELP, jsonOption } from "../options/output-options"
import {
    addTargetOptions,
    addWaitOption,
    chosenTarget,
    type TargetOptions,
    type WaitOptions,
} from "../options/target-options"
import {
    faultOption,
    FAULTS_HELP,
    type SeedOption,
    seedOption,
} from "../options/virtual-board-options"

interface LogOptions extends TargetOptions, WaitOptions, SeedOption {
    /** The catheter of the virtual cart. */
    readonly catheter: Catheter
    readonly json?: true
    readonly last?: number
    readonly fault: readonly TimedFault[]
}

/** As for `ivus doctor`: the effects of a fault show within 0.3 s. */
const SETTLE_US = 300_000
/** Time limit after the last fault; all entries are sent in 0.7 s. */
const LIMIT_S = 10
const TCP_LIMIT_S = 5

const HELP = `A cart keeps its newest ${RING_ENTRIES} events, faults and refusals over a power cut. Each line has the date
in the time zone of this computer, the state of the cart, the code with its sentence, and its value.
The date follows from the clocks of the hosts that were connected. Where no host told it, the line
has the number of the start and the time since the cart was switched on: "boot 12 +00:03:21".
Reading adds the session itself: the date, and the catheter that is plugged in. The cart must neither
move nor fire.
A virtual cart is new in each command and has no older entries: its log shows this start. It rests,
so a fault of a moving sled has no effect; "--fault over-temperature@1" has one.`

const EXAMPLES = `Examples:
  npm run ivus -- log --target tcp:192.168.4.1 --last 20
  npm run --silent ivus -- log --target tcp:192.168.4.1 --json | grep '"class":"high'`

export function addLogCommand(ivus: Command): void {
    const command = ivus
        .command("log")
        .description("print the event log of a cart")
        .addOption(jsonOption("print one JSON object for each entry, oldest first"))
        .addOption(
            new Option(
                "--last <n>",
                `print only the newest entries, 1 to ${RING_ENTRIES}`
            ).argParser(text => wholeIn(text, "last", 1, RING_ENTRIES, "entries"))
        )
    addTargetOptions(command)
    addWaitOption(command)
    command
        .addOption(virtualCatheterOption())
        .addOption(seedOption())
        .addOption(faultOption())
        .addHelpText(
            "after",
            `\n${[HELP, EXAMPLES, FAULTS_HELP, EXIT_HELP, DISCLAIMER].join("\n\n")}`
        )
        .action((options: LogOptions) => printLog(command, options))
}

/** @throws RunError when the log cannot be read */
async function printLog(command: Command, options: LogOptions): Promise<void> {
    const { catheter, fault: faults, seed, wait: waitS, last, json } = options
    const target = chosenTarget(command, options, () => {
        checkFaults(faults, catheter)
        return silentBoard({ seed, faults })
    })
    const fromUs = Math.max(0, ...faults.map(f => f.atS * 1e6)) + SETTLE_US
    const { client } = await runOneShot(target, {
        makeClient: (session, cartUs) =>
            new LogClient(session, () => !cartUs || cartUs() >= fromUs),
        limitS: target.kind === "tcp" ? TCP_LIMIT_S : fromUs / 1e6 + LIMIT_S,
        ...{ catheterId: catheter.id, waitS, report, dateMs: dateMs() },
    })
    // Each start of a cart is an entry.
    if (client.entries.length === 0)
        throw new RunError(
            "The event log of the cart is empty, as its FRAM stores nothing: check the supply and the SPI wiring of the FRAM."
        )
    if (client.framBroken)
        report(
            "The FRAM of the cart does not store everything, so entries may be missing: check its supply and its SPI wiring."
        )
    const shown = dated(client.entries).slice(last === undefined ? 0 : -last)
    process.stdout.write(
        shown
            .map(entry => `${json ? JSON.stringify(logObject(entry)) : coloured(entry)}\n`)
            .join("")
    )
}

function coloured(entry: DatedEntry): string {
    const priority = priorityOf(entry.code)
    const line = logLine(entry)
    if (priority === PRIORITY_HIGH) return pc.red(line)
    return priority === PRIORITY_MEDIUM ? pc.yellow(line) : line
}
