// `ivus acceptance`: all checks of a cart in one command, for a test rig, with one signed report.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { type Command, Option } from "commander"
import pc from "picocolors"
import * as v from "valibot"
import { PROGRAM_VERSION, versionText } from "../../../shared/versions"
import { acceptancePage } from "../../acceptance/acceptance-page"
import {
    type AcceptanceReport,
    CALIBRATION,
    calibrationChecks,
    cartChecks,
    DOCTOR,
    PULLBACK,
    pullbackChecks,
    skippedFigures,
    TIMING,
} from "../../acceptance/acceptance-report"
import { signedText, verified } from "../../acceptance/signed-report"
import { dateMs } from "../../clock"
import { diskReason } from "../../disk-reason"
import { Interrupted, RunError, UsageError } from "../../errors"
import { logText, nameText } from "../../log/log-text"
import { NOTICE } from "../../results/timing/timing-report"
import { report as tell } from "../../terminal"
import { onStop } from "../on-stop"
import { linkWords } from "../options/link-options"
import { folderOption, listOption, numberOption } from "../options/option"
import { DEFAULT_RUNS, DISCLAIMER, EXIT_HELP, jsonOption } from "../options/output-options"
import { addTargetOptions, type TargetOptions } from "../options/target-options"
import { ownCommand } from "../own-command"

interface AcceptanceOptions extends TargetOptions {
    /** False for --no-catheter: nothing is on the sled. */
    readonly catheter: boolean
    readonly length: number
    readonly serial: readonly (readonly [part: string, number: string])[]
    readonly out?: string
    readonly verify?: string
    readonly json?: true
}

const LENGTH_MM = [2, 150] as const

const HELP = `Runs doctor, calibrate and a pullback at 1 mm/s, and writes acceptance.json (signed), acceptance.html, the
calibration's copy and report, and the run. The cart is homed, calibrated and moved without further
questions, so no catheter may be on the sled.`

const SKIPPED = [
    "the wires of switches, encoder and emergency stop: `ivus doctor --wiring` checks them with a person",
    "force and StallGuard: no load cell is read",
    "the transducer's delay and gain: no target in water is measured",
]

export function addAcceptanceCommand(ivus: Command): void {
    const command = ivus
        .command("acceptance")
        .description("check a cart with limits, for a test rig, and sign the report")
        .addOption(
            new Option(
                "--no-catheter",
                "confirm that no catheter is on the sled; required for a real cart"
            )
        )
        .addOption(
            numberOption("--length <mm>", "length of the pullback", [...LENGTH_MM, "mm"]).default(
                20
            )
        )
        .addOption(
            listOption(
                "--serial <part=number>",
                "serial number of a part for the report, such as sled=A17",
                parseSerial
            )
        )
        .addOption(
            folderOption("--out <dir>", "new folder for the report").default(
                undefined,
                `${DEFAULT_RUNS}/acceptance/DATE`
            )
        )
        .addOption(
            new Option("--verify <file>", "check the signature of an acceptance.json instead")
        )
        .addOption(jsonOption("print the report as one JSON object"))
    addTargetOptions(command)
    command
        .addHelpText("after", `\n${[HELP, EXIT_HELP, DISCLAIMER].join("\n\n")}`)
        .action((options: AcceptanceOptions) =>
            options.verify === undefined
                ? acceptance(options)
                : verify(options.verify, options.json ?? false)
        )
}

function parseSerial(text: string): readonly [string, string] {
    const [, part, number] = /^([\w .-]{1,32})=([\x21-\x7e ]{1,64})$/.exec(text) ?? []
    if (part === undefined || number === undefined)
        throw new UsageError(`"${logText(text)}" is no serial number; write PART=NUMBER.`)
    return [part, number]
}

/** @throws RunError when a check failed, or could not be made */
async function acceptance(options: AcceptanceOptions): Promise<void> {
    const isReal = options.target.kind === "tcp"
    if (isReal && options.catheter)
        throw new UsageError(
            "An acceptance homes, calibrates and moves the sled; take the catheter off and add --no-catheter."
        )
    const date = new Date(dateMs()).toISOString()
    const out = options.out ?? join(DEFAULT_RUNS, "acceptance", date.replaceAll(":", "-"))
    const made = newFolder(out)
    // Ctrl-C reaches the command that runs: it stops the sled, and its status ends this one.
    const stop = onStop(() => undefined)
    try {
        const result = await checked(options, made, date)
        writeFiles(made, result)
        print(result, made, options.json ?? false)
        const failed = result.checks.filter(check => !check.passed)
        if (failed.length > 0)
            throw new RunError(
                `${failed.length} of ${result.checks.length} checks are not within their limits. The first: ${failed[0]!.name}.`
            )
    } finally {
        stop.off()
    }
}

/** Runs the commands one after the other. A cart with a fault is not moved. */
async function checked(
    options: AcceptanceOptions,
    out: string,
    date: string
): Promise<AcceptanceReport> {
    const { target } = options
    const at = target.kind === "virtual" ? "virtual" : `tcp:${target.host}`
    const link = linkWords(options)
    const on = ["--json", "--target", at, ...link]
    tell("1 of 3: the cart, by `ivus doctor`")
    const cart = resultOf(DOCTOR, await ownCommand(["doctor", ...on]), "doctor")
    const report = (checks: AcceptanceReport["checks"], skipped: readonly string[]) => ({
        ...{ format: 1 as const, notice: NOTICE, date, target: at, board: cart.board },
        versions: { host: versionText(PROGRAM_VERSION), firmware: cart.firmware },
        serials: Object.fromEntries(options.serial),
        ...{ insecure: cart.insecure, checks, passed: checks.every(check => check.passed) },
        skipped: [...SKIPPED, ...skipped],
    })
    const checks = cartChecks(cart)
    if (!cart.healthy) return report(checks, ["motion: the cart is not healthy, so nothing moved"])
    const free = target.kind === "tcp" ? ["--no-catheter", "--yes"] : []
    tell("2 of 3: the sled, by `ivus calibrate`")
    const copy = join(out, "calibration.json")
    const calibrated = await ownCommand(["calibrate", ...on, ...free, "--copy", copy])
    checks.push(...calibrationChecks(resultOf(CALIBRATION, calibrated, "calibrate")))
    tell("3 of 3: a pullback, by `ivus pullback`")
    const run = join(out, "run")
    const moves = target.kind === "tcp" ? ["--home", "--yes"] : []
    const pulled = await ownCommand([
        ...["pullback", ...on, ...moves, "--once", "--speed", "1"],
        ...["--length", String(options.length), "--out", run],
    ])
    const timing = v.parse(TIMING, JSON.parse(readFileSync(join(run, "timing.json"), "utf8")))
    checks.push(...pullbackChecks(resultOf(PULLBACK, pulled, "pullback"), timing))
    if (target.kind === "tcp") await ownCommand(["return", "--target", at, ...link, "--yes"])
    return report(checks, skippedFigures(timing))
}

/**
 * What a command has printed: also one that found something wrong prints its result.
 * @throws RunError when it printed none; Interrupted after Ctrl-C
 */
function resultOf<S extends v.GenericSchema>(
    schema: S,
    { status, out }: { status: number; out: string },
    name: string
): v.InferOutput<S> {
    if (status === 130) throw new Interrupted("the acceptance is not finished.")
    const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), schema), out)
    if (!parsed.success)
        throw new RunError(
            `\`ivus ${name}\` ended with status ${status} and without a result; what it said is above.`
        )
    return parsed.output
}

/** @throws UsageError when there is such a folder, or it cannot be made */
function newFolder(path: string): string {
    try {
        mkdirSync(dirname(path), { recursive: true })
        mkdirSync(path)
        return path
    } catch (error) {
        throw new UsageError(
            `The folder "${nameText(path)}" cannot be made (${diskReason(error)}); name a new one with --out.`
        )
    }
}

function writeFiles(out: string, result: AcceptanceReport): void {
    writeFileSync(join(out, "acceptance.html"), acceptancePage(result))
    writeFileSync(join(out, "acceptance.json"), signedText(result))
}

function print(result: AcceptanceReport, out: string, isJson: boolean): void {
    const { checks } = result
    const width = Math.max(...checks.map(({ name }) => name.length))
    const rows = checks.map(
        ({ name, value, limit, passed }) =>
            `${passed ? pc.green("✓") : pc.red("✗")} ${name.padEnd(width)}  ${value} (${limit})`
    )
    const verdict = result.passed ? pc.green("Accepted.") : pc.red("Not accepted.")
    process.stdout.write(
        isJson
            ? `${JSON.stringify(result)}\n`
            : `${[...rows, "", `${verdict} Board ${result.board}, firmware ${result.versions.firmware}. Report: ${join(out, "acceptance.html")}`].join("\n")}\n`
    )
}

function verify(file: string, isJson: boolean): void {
    const { publicKey, isOwn, report } = verified(file)
    const [board, date] = [report.board, report.date].map(value => logText(String(value)))
    process.stdout.write(
        isJson
            ? `${JSON.stringify({ publicKey, isOwn, report })}\n`
            : `The signature is right: board ${board}, ${date}, ${report.passed === true ? "accepted" : "not accepted"}.\nSigned by ${isOwn ? "this host" : `another host, with the key ${publicKey}`}.\n`
    )
}
