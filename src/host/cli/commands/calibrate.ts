// `ivus calibrate`: measures the sled against its encoder, prints the values before and now, and keeps a copy of them.

import { type Command, Option } from "commander"
import pc from "picocolors"
import { dateMs } from "../../clock"
import { UsageError } from "../../errors"
import { boardIdOf } from "../../link/host-identity"
import { calibrationOf } from "../../registers/calibration-of"
import { CalibrationClient } from "../../run/calibration-client"
import { CalibrationSender } from "../../run/calibration-sender"
import { runOneShot } from "../../targets/one-shot-session"
import type { Target } from "../../targets/target"
import { INSECURE } from "../../link/link-defaults"
import { silentBoard } from "../../targets/virtual/virtual-one-shot"
import { report } from "../../terminal"
import { copyOf, readCopy, writeCopy } from "../calibration-copies"
import { calibrationJson, calibrationText } from "../calibration-text"
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
import type { Allowed } from "../terminal-operator"

interface CalibrateOptions extends TargetOptions, WaitOptions, SeedOption, Pick<Allowed, "yes"> {
    readonly json?: true
    /** False for --no-catheter: nothing is on the sled. */
    readonly catheter: boolean
    readonly copy?: string
    /** True without a file. */
    readonly restore?: string | true
}

/**
 * Four rounds, each with two strokes of 21.5 mm at 1.33 mm/s, a homing and a parking; the first homing from the far end; and a
 * minute for the operator's answer about a fault.
 */
const LIMIT_S = 460
/** Storing a record takes one self test. */
const RESTORE_LIMIT_S = 30

const MOTION =
    "A calibration homes the sled, moves it 21.5 mm out and back at 1.33 mm/s, and repeats both until it agrees with the measured values, usually twice"

const HELP = `${MOTION}.
Measured are the clock of the motor driver, the lead, the backlash and the error of the lead
screw. The cart stores them, and for a real cart this host keeps a copy. --restore sends a copy
back, for a cart that lost its settings; nothing moves then, and the next homing checks it.
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
                "write the host's copy of the calibration to this file (default: one file per real cart, none for the virtual board)"
            )
        )
        .addOption(
            new Option(
                "--restore [file]",
                "send the host's copy, or that in a file, back to the cart instead of measuring; nothing moves; the virtual board needs a file"
            )
        )
        .addOption(jsonOption("print the values before and now as one JSON object"))
    addTargetOptions(command)
    addWaitOption(command)
    command
        .addOption(seedOption())
        .addHelpText("after", `\n${[HELP, EXIT_HELP, DISCLAIMER].join("\n\n")}`)
        .action((options: CalibrateOptions) => {
            const target = chosenTarget(command, options, () => silentBoard(options))
            return options.restore === undefined
                ? calibrate(target, options)
                : restore(target, options, namedCopy(target, options.restore))
        })
}

/** @throws UsageError without a file on the virtual board: copies are kept for real carts only */
function namedCopy({ kind }: Target, file: string | true): string | true {
    if (kind === "virtual" && file === true)
        throw new UsageError(
            "There is no copy of a virtual cart, as copies are kept for real carts only; name a file with --restore FILE, or a cart with --target tcp:ADDRESS."
        )
    return file
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
    const board = boardIdOf(client.hello!)
    const copy = options.copy ?? (target.kind === "tcp" ? copyOf(board) : undefined)
    const date = new Date(dateMs()).toISOString()
    if (copy !== undefined) writeCopy(copy, board, date, result.after)
    const notes = [
        ...(copy === undefined ? [] : [`A copy is in ${copy}.`]),
        ...(insecure ? [pc.red(`The link ran ${INSECURE}.`)] : []),
    ]
    process.stdout.write(
        options.json
            ? `${JSON.stringify({ ...calibrationJson(result), copy: copy ?? null, insecure })}\n`
            : `${[calibrationText(result), ...notes].join("\n")}\n`
    )
}

/** @throws RunError when there is no copy of this board, or the cart refuses it */
async function restore(
    target: Target,
    options: CalibrateOptions,
    file: string | true
): Promise<void> {
    const fileFor = (board: string): string => (file === true ? copyOf(board) : file)
    const { client, insecure } = await runOneShot<CalibrationSender>(target, {
        makeClient: session =>
            new CalibrationSender(session, hello => {
                const board = boardIdOf(hello)
                return readCopy(fileFor(board), board)
            }),
        ...{ catheterId: DEFAULT_CATHETER, limitS: RESTORE_LIMIT_S, waitS: options.wait, report },
    })
    const from = fileFor(boardIdOf(client.hello!))
    process.stdout.write(
        options.json
            ? `${JSON.stringify({ restored: from, insecure })}\n`
            : `The cart has stored the calibration of ${from}. Its next homing checks it.${insecure ? `\n${pc.red(`The link ran ${INSECURE}.`)}` : ""}\n`
    )
}
