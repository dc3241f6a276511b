// `ivus serve`: the host for real carts that are operated from their bedside units; keeps each run in a folder of its own.

import { dirname, join, resolve } from "node:path"
import { type Command, Option } from "commander"
import { dateMs } from "../../clock"
import { PageServerError } from "../../console/page-server"
import { NOTICE } from "../../console/station"
import { RunError } from "../../errors"
import { KeyStore } from "../../link/key-store"
import { SERVE_LOG_BYTES, SERVE_LOG_OLD_FILES } from "../../log/serve-log"
import type { ReferenceStore } from "../../references/reference-store"
import type { OnDiskFull } from "../../runs/run-about"
import { type Notice, noticeJson, noticeText } from "../../serve/notice"
import { serve, type ServeOptions, type Serving } from "../../serve/serve"
import { CARTS_MAX } from "../../serve/served-carts"
import { INSECURE } from "../../link/link-defaults"
import { report, wrapped } from "../../terminal"
import { openRuns } from "../open-runs"
import { onStop } from "../on-stop"
import { addLinkOptions, type LinkOptions, parseTls, portOption } from "../options/link-options"
import { addGroup, defaultText, folderOption } from "../options/option"
import {
    CONTROL_HELP,
    DISCLAIMER,
    jsonOption,
    onDiskFullOption,
    runsOption,
    verboseOption,
} from "../options/output-options"
import { referencesOption } from "../options/reference-options"
import { Prompts } from "../prompts"

interface ServeCommandOptions extends LinkOptions {
    readonly out: string
    readonly json?: true
    readonly verbose?: true
    readonly onDiskFull: OnDiskFull
    readonly logDir?: string
    readonly bedside?: true
    readonly references: ReferenceStore
    readonly consolePort: number
}

/** The console has 7317, the simulator 7318. */
const STATUS_PORT = 7319

const HELP = `This command receives the runs of up to ${CARTS_MAX} carts, and moves nothing. It asks before it acknowledges a
fault or resets a cart after an emergency stop. It also prints the id of a cart that has no key. It goes on until
Ctrl-C.

With --bedside the bedside units are in control of their carts: this host takes no control and asks
nothing. It shows the live picture of each cart in the browser, with the gain and the ring-down that
are chosen at its unit.

Each pullback is kept in a folder of its own, DATE-CATHETER in the folder of --out, also one that was
stopped or cut; its review can be opened when its results are made. No run replaces another one. When
the cart of a cut run connects again, it tells how many A-lines it fired, which completes the counts.
Its carts have different patients, so it takes no patient, study or label: "ivus runs edit" gives a run
its label and vessel, "ivus replay" makes results with a patient and a study.

The status page lists the carts with their live pictures and reviews. At the same address, from this
machine only: /healthz (200, or 503 with the reasons), /metrics for Prometheus, /status.json. With --json
everything that would be printed is one JSON object a line.

When the disk takes no more, a cart is stopped (--on-disk-full stop), unless its bedside unit is in
control.

The log has what is printed, and every event of every cart, with time and zone. It has no keys and
no data of patients. A log that cannot be written is reported once and stops nothing.`

const SERVE_EXIT_HELP = "Exit status: 130 ended with Ctrl-C, 1 it could not start, 2 bad usage."

export function addServeCommand(ivus: Command): void {
    const command = ivus
        .command("serve")
        .description("receive the runs of real carts and keep them")
        .addOption(runsOption())
        .addOption(onDiskFullOption())
        .addOption(logOption())
        .addOption(jsonOption("print one JSON object a line").helpGroup("Output:"))
        .addOption(verboseOption().helpGroup("Output:"))
        .addOption(
            portOption(
                "--console-port <n>",
                "port of the status page on 127.0.0.1; 0 for any free one"
            )
                .default(STATUS_PORT)
                .helpGroup("Output:")
        )
    addLinkOptions(command)
    addGroup(
        command,
        "Bedside unit:",
        new Option("--bedside", "follow carts whose bedside units are in control; see below"),
        referencesOption()
    )
    command
        .addHelpText("after", `\n${[HELP, CONTROL_HELP, SERVE_EXIT_HELP, DISCLAIMER].join("\n\n")}`)
        .action(serveUntilStopped)
}

function logOption(): Option {
    const size = `${SERVE_LOG_BYTES / 1e6} MB and ${SERVE_LOG_OLD_FILES} older files`
    return defaultText(
        folderOption("--log-dir <dir>", `folder of the log, serve-PORT.log: ${size}`),
        "logs, beside the folder of runs"
    ).helpGroup("Output:")
}

async function serveUntilStopped(options: ServeCommandOptions): Promise<void> {
    const { out, json, insecure, bedside, port, consolePort } = options
    const tls = parseTls(options)
    const runs = openRuns(out)
    const prompts = new Prompts()
    const asks = prompts.isInteractive && !bedside
    const say = json ? printJson : print
    let serving: Serving
    try {
        serving = await opened({
            ...{ port, tls, runs, say, statusPort: consolePort },
            ...{ keys: new KeyStore().folder, insecure: insecure ?? false },
            ...{ bedside: bedside ?? false, references: options.references.folder },
            ...{ onDiskFull: options.onDiskFull, verbose: options.verbose ?? false },
            logFolder: options.logDir ?? join(dirname(resolve(out)), "logs"),
            ...(asks && { ask: prompts.ask.bind(prompts) }),
        })
    } finally {
        if (!serving!) prompts.close()
    }
    const stopped = new Promise<void>(stop => onStop(stop, () => serving.drop()))
    announce(serving, options)
    await stopped
    prompts.close()
    await serving.close()
    process.exit(130)
}

/** @throws RunError */
async function opened(options: ServeOptions): Promise<Serving> {
    try {
        return await serve(options)
    } catch (error) {
        if (error instanceof PageServerError) throw new RunError(error.message)
        throw error
    }
}

function announce(serving: Serving, { json, tlsCert, insecure }: ServeCommandOptions): void {
    const { port, statusUrl } = serving
    const how = `${tlsCert === undefined ? "" : ", with TLS"}${insecure ? `; carts are accepted ${INSECURE}` : ""}`
    report(`Status: ${statusUrl} (from this machine only). ${NOTICE}`)
    const text = `waiting for carts on port ${port}${how}`
    report(text)
    if (json) printJson({ kind: "listening", text, data: { port, status_url: statusUrl } })
}

function print(notice: Notice): void {
    process.stdout.write(`${wrapped(noticeText(notice), process.stdout)}\n`)
}

function printJson(notice: Notice): void {
    process.stdout.write(`${noticeJson(notice, dateMs())}\n`)
}
