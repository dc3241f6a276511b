// Assembles the commands of `ivus` and maps errors to the exit status: 0 done, 1 the run failed, 2 bad usage, 130 Ctrl-C.

import { Command, CommanderError } from "commander"
import { Interrupted, RunError, UsageError } from "../errors"
import { PROGRAM_VERSION, versionText } from "../../shared/versions"
import { report, wrapped } from "../terminal"
import { addAcceptanceCommand } from "./commands/acceptance"
import { addCalibrateCommand } from "./commands/calibrate"
import { addCompareCommand } from "./commands/compare"
import { addDoctorCommand } from "./commands/doctor"
import { addFaultsCommand } from "./commands/faults"
import { addFlashCommand } from "./commands/flash"
import { addLiveCommand } from "./commands/live"
import { addLogCommand } from "./commands/log"
import { addMeasureCommand } from "./commands/measure"
import { addPairCommand } from "./commands/pair"
import { addPullbackCommand } from "./commands/pullback"
import { addReplayCommand } from "./commands/replay"
import { addReturnCommand } from "./commands/return"
import { addReviewCommand } from "./commands/review"
import { addRunsCommand } from "./commands/runs"
import { addSendCommand } from "./commands/send"
import { addSequenceCommand } from "./commands/sequence"
import { addServeCommand } from "./commands/serve"
import { addSimulateCommand } from "./commands/simulate"
import { addTraceCommand } from "./commands/trace"
import { optionHelp } from "./options/option"
import { DISCLAIMER } from "./options/output-options"

/** Width of the help pages, where the terminal is not narrower. */
const HELP_COLUMNS = 100

const HELP = `Start with: npm run ivus -- pullback
Options of a command: npm run ivus -- COMMAND --help

${DISCLAIMER}`

function program(): Command {
    const ivus = new Command("ivus")
        .description("Controls the cart of an intravascular ultrasound (IVUS) console.")
        .version(versionText(PROGRAM_VERSION), "--version", "print the version")
        .exitOverride()
        // "runs" and "runs edit" both have --label.
        .enablePositionalOptions()
        .configureHelp({
            helpWidth: Math.min(HELP_COLUMNS, process.stdout.columns || HELP_COLUMNS),
            optionDescription: optionHelp,
        })
        .configureOutput({
            writeOut: text => process.stdout.write(wrapped(text, process.stdout)),
            outputError: (text, write) => write(text.replace(/^error: /, "ivus: ")),
        })
        .showHelpAfterError("Add --help for the options.")
        .addHelpText("after", `\n${HELP}`)
    ivus.commandsGroup("Runs:")
    addPullbackCommand(ivus)
    addSimulateCommand(ivus)
    addLiveCommand(ivus)
    addServeCommand(ivus)
    addRunsCommand(ivus)
    addReviewCommand(ivus)
    addReplayCommand(ivus)
    addCompareCommand(ivus)
    addSendCommand(ivus)
    ivus.commandsGroup("Carts:")
    addReturnCommand(ivus)
    addLogCommand(ivus)
    addMeasureCommand(ivus)
    addDoctorCommand(ivus)
    addCalibrateCommand(ivus)
    addAcceptanceCommand(ivus)
    addPairCommand(ivus)
    addFlashCommand(ivus)
    ivus.commandsGroup("Tools:")
    addSequenceCommand(ivus)
    addTraceCommand(ivus)
    addFaultsCommand(ivus)
    ivus.helpCommand("help [command]", "show the help of a command")
    return ivus
}

/** @returns the exit status */
export async function main(args: readonly string[]): Promise<number> {
    try {
        await program().parseAsync(args, { from: "user" })
        return 0
    } catch (error) {
        if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
        if (error instanceof UsageError) {
            report(`ivus: ${error.message}`)
            return 2
        }
        if (error instanceof RunError) {
            report(`${error.verdict ?? "ivus"}: ${error.message}`)
            return error instanceof Interrupted ? 130 : 1
        }
        process.stderr.write(`ivus: internal error: ${(error as Error).stack ?? String(error)}\n`)
        return 1
    }
}
