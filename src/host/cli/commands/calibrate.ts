// `ivus calibrate`: measures the sled against its encoder and prints the values before and after.

import { type Command, Option } from "commander"
import pc from "picocolors"
import { CART_BACKLASH_NM, DUMP_CART } from "../../../shared/protocol/register-dump"
import { UsageError } from "../../errors"
import type { Dump } from "../../registers/dump"
import { screwText, screwUmOf } from "../../registers/screw"
import { CalibrationClient } from "../../run/calibration-client"
import { runOneShot } from "../../targets/one-shot-session"
import { INSECURE } from "../../targets/tcp/link-server"
import { silentBoard } from "../../targets/virtual/virtual-one-shot"
import { report } from "../../terminal"
import { DEFAULT_CATHETER } from "../options/catheter-option"
import { DISCLAIMER, jsonOption } from "../options/output-options"
import {
    addTargetOptions,
    addWaitOption,
    chosenTarget,
    type TargetOptions,
    type WaitOptions,
} from "../options/target-options"
import { type SeedOption, seedOption } from "../options/virtual-board-options"
import { progressBar } from "../progress-bar"

interface CalibrateOptions extends TargetOptions, WaitOptions, SeedOption {
    readonly json?: true
    /** False for --no-catheter: nothing is on the sled. */
    readonly catheter: boolean
}

/** Homing from the far end twice, 40 s each, and 24 mm out and 4 mm back. */
const LIMIT_S = 180

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
        .addOption(jsonOption("print the values before and after as one JSON object"))
    addTargetOptions(command)
    addWaitOption(command)
    command
        .addOption(seedOption())
        .addHelpText(
            "after",
            `\nThe sled is homed, moves 24 mm out and 4 mm back, and is homed again. The cart stores the values.\n\n${DISCLAIMER}`
        )
        .action((options: CalibrateOptions) => calibrate(command, options))
}

/** @throws RunError when the cart cannot be calibrated */
async function calibrate(command: Command, options: CalibrateOptions): Promise<void> {
    const target = chosenTarget(command, options, () => silentBoard(options))
    if (target.kind === "tcp" && options.catheter)
        throw new UsageError(
            "A calibration homes the sled, moves it 24 mm out and 4 mm back, and homes it again; take the catheter off and add --no-catheter."
        )
    const bar = target.kind === "virtual" ? progressBar() : undefined
    const { client, insecure } = await runOneShot<CalibrationClient>(target, {
        makeClient: session => new CalibrationClient(session),
        onProgress: ({ stateName }) => bar?.show(undefined, stateName),
        ...{ catheterId: DEFAULT_CATHETER, limitS: LIMIT_S, waitS: options.wait, report },
    }).finally(() => bar?.stop())
    const before = valuesOf(client.before!)
    const after = valuesOf(client.after!)
    const warning = insecure ? `\n${pc.red(`The link ran ${INSECURE}.`)}` : ""
    process.stdout.write(
        options.json
            ? `${JSON.stringify({ before, after, insecure })}\n`
            : `${textOf(before, after)}${warning}\n`
    )
}

interface Values {
    readonly clockHz: number
    readonly microstepsPerMm: number
    readonly encoderNmPerCount: number
    readonly backlashUm: number
    readonly screwUm: readonly number[]
}

function valuesOf(dump: Dump): Values {
    const scale = dump.scale!
    return {
        clockHz: scale.fclkHz,
        microstepsPerMm: scale.microstepsPerMm,
        encoderNmPerCount: scale.encoderNmPerCount,
        backlashUm: (dump.read(DUMP_CART, CART_BACKLASH_NM) ?? 0) / 1000,
        screwUm: screwUmOf(dump),
    }
}

function textOf(before: Values, after: Values): string {
    const percent = (value: number, former: number): string => {
        const change = 100 * (value / former - 1)
        return `${change >= 0 ? "+" : ""}${change.toFixed(3)} %`
    }
    const row = (
        name: string,
        text: (values: Values) => string,
        note = ""
    ): [string, string, string, string] => [name, text(before), text(after), note]
    const rows = [
        ["", "before", "now", ""],
        row(
            "clock of the motor driver",
            v => `${v.clockHz} Hz`,
            percent(after.clockHz, before.clockHz)
        ),
        row(
            "motor steps",
            v => `${v.microstepsPerMm} /mm`,
            percent(after.microstepsPerMm, before.microstepsPerMm)
        ),
        row("encoder", v => `${v.encoderNmPerCount} nm`, "the reference for the others"),
        row("backlash", v => `${v.backlashUm.toFixed(1)} um`),
    ]
    const widths = [0, 1, 2].map(i => Math.max(...rows.map(r => r[i]!.length)))
    const table = rows.map(([name, then, now, note]) =>
        `${name!.padEnd(widths[0]!)}  ${then!.padStart(widths[1]!)}  ${now!.padStart(widths[2]!)}  ${note}`.trimEnd()
    )
    return [
        ...table,
        "",
        `lead-screw error per revolution, before  ${screwText(before.screwUm)}`,
        `                                 now     ${screwText(after.screwUm)}`,
        "",
        pc.green(
            "The sled was homed again and moves as measured; the cart has stored these values."
        ),
    ].join("\n")
}
