// `ivus calibrate`: measures the sled against its encoder, prints the values before and now, and keeps a copy of them.

import { mkdirSync, writeFileSync } from "node:fs"
import { dirname } from "node:path"
import { type Command, Option } from "commander"
import pc from "picocolors"
import type { Hello } from "../../../shared/protocol/messages"
import { versionText } from "../../../shared/versions"
import { calibrationPage } from "../../calibration/calibration-page"
import { dateMs } from "../../clock"
import { diskReason } from "../../disk-reason"
import { RunError, UsageError } from "../../errors"
import { boardIdOf } from "../../link/host-identity"
import { calibrationOf } from "../../registers/calibration-of"
import { CalibrationClient } from "../../run/calibration-client"
import { runOneShot } from "../../targets/one-shot-session"
import { type Target, targetName } from "../../targets/target"
import { INSECURE } from "../../link/link-defaults"
import { silentBoard } from "../../targets/virtual/virtual-one-shot"
import { newCopyOf, writeCopy } from "../calibration-copies"
import { type CalibrationResult, calibrationJson, calibrationText } from "../calibration-text"
import { onStop } from "../on-stop"
import { DEFAULT_CATHETER } from "../options/catheter-option"
import { chosenOperator, yesOption } from "../options/operator-options"
import { DISCLAIMER, EXIT_HELP, jsonOption } from "../options/output-options"
import {
    addTargetOptions,
    addWaitOption,
    chosenTarget,
    type TargetOptions,
    type WaitOptions,
} from "../options/target-options"
import { type SeedOption, seedOption } from "../options/virtual-board-options"
import { askedBeside, progressBar } from "../progress-bar"
import { printHistory, restoreCalibration } from "../restore-calibration"
import type { Allowed } from "../terminal-operator"

interface CalibrateOptions extends TargetOptions, WaitOptions, SeedOption, Pick<Allowed, "yes"> {
    readonly json?: true
    /** False for --no-catheter: nothing is on the sled. */
    readonly catheter: boolean
    readonly copy?: string
    /** A new file for the report. */
    readonly report?: string
    /** True: the newest copy. */
    readonly restore?: string | true
    readonly history?: true
}

/**
 * Four rounds, each with two strokes of 21.5 mm at 1.33 mm/s, a homing and a parking; the first homing from the far end; and a
 * minute for the operator's answer about a fault.
 */
const LIMIT_S = 460

const MOTION =
    "A calibration homes the sled, moves it 21.5 mm out and back at 1.33 mm/s, and repeats both until it agrees with the measured values, usually twice"

const HELP = `${MOTION}.
Measured are the clock of the motor driver, the lead, the backlash and the error of the lead
screw. The cart stores them. For a real cart this host keeps a copy of each calibration, with a
report beside it; --history lists the copies. --restore sends one back, for a cart that lost its
settings or to undo a calibration; nothing moves then, and the next homing checks it.
A cart that is found in fault, or after an emergency stop, is acknowledged or reset only after a
question. Ctrl-C stops the sled.`

export function addCalibrateCommand(ivus: Command): void {
    const command = ivus
        .command("calibrate")
        .description("measure and store clock, scale, backlash and lead-screw error")
        .addOption(
            new Option(
                "--no-catheter",
                "confirm that no catheter is on the sled; required for a real cart"
            )
        )
        .addOption(yesOption())
        .addOption(
            new Option(
                "--copy <file>",
                "write the host's copy of the calibration to this file (default: a new file for each calibration of a real cart, none for the virtual board)"
            )
        )
        .addOption(
            new Option(
                "--report <file.html>",
                "write the report with plots to this file (default: beside the copy)"
            )
        )
        .addOption(
            new Option(
                "--restore [copy]",
                "send a copy back to the cart instead of measuring: a file, a date of --history, or else the newest; nothing moves; the virtual board needs a file"
            )
        )
        .addOption(
            new Option(
                "--history",
                "list the calibrations that this host has kept, by board"
            ).conflicts(["restore", "copy", "report"])
        )
        .addOption(jsonOption("print the values before and now as one JSON object"))
    addTargetOptions(command)
    addWaitOption(command)
    command
        .addOption(seedOption())
        .addHelpText("after", `\n${[HELP, EXIT_HELP, DISCLAIMER].join("\n\n")}`)
        .action((options: CalibrateOptions) => {
            if (options.history) return printHistory(options.json ?? false)
            const target = chosenTarget(command, options, () => silentBoard(options))
            return options.restore === undefined
                ? calibrate(target, options)
                : restoreCalibration(target, options.restore, options)
        })
}

/** @throws UsageError when a real sled might carry a catheter; RunError when it cannot be calibrated */
async function calibrate(target: Target, options: CalibrateOptions): Promise<void> {
    if (target.kind === "tcp" && options.catheter)
        throw new UsageError(`${MOTION}; take the catheter off and add --no-catheter.`)
    const bar = progressBar(target.kind === "tcp" ? "waiting for the cart" : undefined)
    const stopping = new AbortController()
    const stop = target.kind === "tcp" ? onStop(() => stopping.abort()) : undefined
    const { operator, close } = chosenOperator(target, options, bar.print)
    const { client, insecure } = await runOneShot<CalibrationClient>(target, {
        makeClient: session => new CalibrationClient(session, askedBeside(bar, operator)),
        onProgress: ({ fraction, stateName }) => bar.show(fraction, stateName),
        ...{
            catheterId: DEFAULT_CATHETER,
            limitS: LIMIT_S,
            waitS: options.wait,
            report: bar.print,
        },
        stop: stopping.signal,
    }).finally(() => {
        bar.stop()
        close()
        stop?.off()
    })
    const { before, after, rounds } = client
    const result = {
        ...{ before: calibrationOf(before!), after: calibrationOf(after!) },
        rounds,
    }
    const kept = keep(result, {
        ...{ options, insecure, hello: client.hello!, target },
        date: new Date(dateMs()).toISOString(),
    })
    const notes = [
        ...(kept.copy === undefined ? [] : [`A copy is in ${kept.copy}.`]),
        ...(kept.report === undefined ? [] : [`The report is ${kept.report}.`]),
        ...(insecure ? [pc.red(`The link ran ${INSECURE}.`)] : []),
    ]
    const { copy = null, report = null } = kept
    process.stdout.write(
        options.json
            ? `${JSON.stringify({ ...calibrationJson(result), copy, report, insecure })}\n`
            : `${[calibrationText(result), ...notes].join("\n")}\n`
    )
}

interface KeepOptions {
    readonly options: CalibrateOptions
    readonly target: Target
    readonly hello: Hello
    readonly insecure: boolean
    /** ISO 8601, UTC. */
    readonly date: string
}

/** Writes the copy, and the report beside it. @throws RunError when one cannot be written */
function keep(
    result: CalibrationResult,
    { options, target, hello, insecure, date }: KeepOptions
): { copy?: string; report?: string } {
    const board = boardIdOf(hello)
    const copy = options.copy ?? (target.kind === "tcp" ? newCopyOf(board, date) : undefined)
    if (copy !== undefined) writeCopy(copy, board, date, result.after)
    const report = options.report ?? copy?.replace(/(\.json)?$/, ".html")
    if (report !== undefined)
        writeReport(
            report,
            calibrationPage({
                ...{ ...result, board, date, insecure },
                firmware: versionText(hello.firmware_version),
                target: targetName(target),
            })
        )
    return { ...(copy !== undefined && { copy }), ...(report !== undefined && { report }) }
}

function writeReport(file: string, page: string): void {
    try {
        mkdirSync(dirname(file), { recursive: true })
        writeFileSync(file, page)
    } catch (error) {
        throw new RunError(
            `The cart is calibrated, but the report ${file} cannot be written (${diskReason(error)}); write one elsewhere with --report.`
        )
    }
}
