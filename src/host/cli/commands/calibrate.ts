// Responsible for: `ivus calibrate`: the sled measured against its encoder, and what that changed.
// Not for: reaching the cart (one-shot-session.ts) or the order of requests (../run/calibrator.ts).

import { existsSync } from "node:fs"
import pc from "picocolors"
import type { Dump } from "../../registers/dump"
import { screwText, screwUmOf } from "../../registers/screw"
import { CART_BACKLASH_NM, DUMP_CART } from "../../../shared/protocol/register-dump"
import { CalibrationClient } from "../../run/calibration-client"
import { RunError } from "../../errors"
import { parsePort, parseSeed, parseTarget, parseWait } from "../options/pullback-options"
import { progressBar } from "../progress-bar"
import { BYTECODE } from "../../targets/virtual/bytecode"
import { UsageError } from "../../errors"
import { report } from "../../terminal"
import { storedIdentity } from "../../link/stored-identity"
import { type LinkOptions, parseTls } from "../options/link-options"
import { INSECURE } from "../../targets/tcp/link-server"
import { runTcpOneShot } from "../../targets/tcp/tcp-one-shot"
import { runVirtualOneShot, silentBoard } from "../../targets/virtual/virtual-one-shot"

export interface CalibrateOptions extends LinkOptions {
    target: string
    port: string
    wait: string
    seed: string
    json?: boolean
    /** False once somebody has said that it has been taken off. */
    catheter: boolean
}

/** Homing from the far end twice, 40 s each, and 25 mm out and back. */
const LIMIT_S = 180

interface Values {
    readonly clockHz: number
    readonly microstepsPerMm: number
    readonly encoderNmPerCount: number
    readonly backlashUm: number
    readonly screwUm: readonly number[]
}

/** @throws RunError when the cart cannot be calibrated, UsageError for bad options */
export async function calibrateCommand(options: CalibrateOptions): Promise<void> {
    const { client: calibrator, insecure } = await calibrate(options)
    const before = valuesOf(calibrator.before!)
    const after = valuesOf(calibrator.after!)
    process.stdout.write(
        options.json
            ? JSON.stringify({ before, after, insecure }) + "\n"
            : `${textOf(before, after)}${insecure ? `\n${pc.red(`The link ran ${INSECURE}.`)}` : ""}\n`
    )
}

async function calibrate(
    options: CalibrateOptions
): Promise<{ client: CalibrationClient; insecure: boolean }> {
    const target = parseTarget(options.target)
    const port = parsePort(options.port)
    const waitS = parseWait(options.wait)
    const seed = parseSeed(options.seed)
    const tls = parseTls(options)
    if (target.kind === "tcp") {
        if (options.catheter)
            throw new UsageError(
                "A calibration moves the sled 25 mm out and back and homes it twice; take the catheter off and say --no-catheter."
            )
        return runTcpOneShot(
            {
                ...{ kind: "tcp", host: target.host, port, tls },
                identity: storedIdentity(options.insecure ?? false, report),
            },
            {
                ...{ waitS, limitS: LIMIT_S, report },
                makeClient: session => new CalibrationClient(session),
            }
        )
    }
    if (!existsSync(BYTECODE))
        throw new RunError("The firmware has not been built; run `npm run build` first.")
    const bar = progressBar(false)
    try {
        const { client } = await runVirtualOneShot<CalibrationClient>(
            { board: silentBoard({ seed }) },
            {
                limitS: LIMIT_S,
                makeClient: session => new CalibrationClient(session),
                onProgress: ({ progress }) => bar.show(...progress),
            }
        )
        // A virtual cart is paired with its host for the run.
        return { client, insecure: false }
    } finally {
        bar.stop()
    }
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
    const percent = (now: number, then: number): string => {
        const off = 100 * (now / then - 1)
        return `${off >= 0 ? "+" : ""}${off.toFixed(3)} %`
    }
    const rows: [string, string, string, string][] = [
        ["", "before", "now", ""],
        [
            "clock of the motor chip",
            `${before.clockHz} Hz`,
            `${after.clockHz} Hz`,
            percent(after.clockHz, before.clockHz),
        ],
        [
            "motor steps",
            `${before.microstepsPerMm} /mm`,
            `${after.microstepsPerMm} /mm`,
            percent(after.microstepsPerMm, before.microstepsPerMm),
        ],
        [
            "encoder",
            `${before.encoderNmPerCount} nm`,
            `${after.encoderNmPerCount} nm`,
            "the gauge that the others are measured with",
        ],
        [
            "play of the nut",
            `${before.backlashUm.toFixed(1)} um`,
            `${after.backlashUm.toFixed(1)} um`,
            "",
        ],
    ]
    const widths = [0, 1, 2].map(i => Math.max(...rows.map(r => r[i]!.length)))
    const table = rows.map(([name, then, now, note]) =>
        `${name.padEnd(widths[0]!)}  ${then.padStart(widths[1]!)}  ${now.padStart(widths[2]!)}  ${note}`.trimEnd()
    )
    return [
        ...table,
        "",
        `screw error over a turn, before  ${screwText(before.screwUm)}`,
        `                         now     ${screwText(after.screwUm)}`,
        "",
        pc.green("The sled was homed again and moves as measured; the cart keeps these values."),
    ].join("\n")
}
