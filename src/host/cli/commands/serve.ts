// `ivus serve`: the host for real carts that are operated from their bedside units; writes the results of each run.

import { dirname, join, resolve } from "node:path"
import { type Command, Option } from "commander"
import { storedIdentity } from "../../link/stored-identity"
import { report, wrapped } from "../../terminal"
import { defaultText } from "../options/option"
import { INSECURE } from "../../targets/tcp/link-server"
import { onStop } from "../on-stop"
import { addLinkOptions, type LinkOptions, parseTls } from "../options/link-options"
import {
    CUT_COUNTS_HELP,
    CUT_HELP,
    CONTROL_HELP,
    DISCLAIMER,
    outOption,
    type OutputOptions,
    verboseOption,
} from "../options/output-options"
import { SERVE_LOG_BYTES, SERVE_LOG_OLD_FILES } from "../../log/serve-log"
import { openOut } from "../produce-run"
import { Prompts } from "../prompts"
import { serve } from "../serve"

type ServeOptions = LinkOptions &
    Pick<OutputOptions, "out" | "verbose"> & {
        readonly logDir?: string
    }

const HELP = `This command receives the runs that are started at the cart's bedside unit, and moves nothing. The
unit is planned: until there is one, \`ivus pullback\` starts a run from this host, and this command
prints the id of a cart that has no key. It asks before it ends a fault or resets a cart after an
emergency stop. One cart is served at a time, until Ctrl-C.

The log has what is printed, and every event of every cart, with time and zone. It has no keys and
no data of patients. A log that cannot be written is reported once and stops nothing.`

const SERVE_EXIT_HELP = "Exit status: 130 ended with Ctrl-C, 1 it could not start, 2 bad usage."

export function addServeCommand(ivus: Command): void {
    const command = ivus
        .command("serve")
        .description("receive runs from a real cart and write their results")
        .addOption(outOption())
        .addOption(logOption())
        .addOption(verboseOption().helpGroup("Output:"))
    addLinkOptions(command)
    command
        .addHelpText(
            "after",
            `\n${[HELP, CONTROL_HELP, `${CUT_HELP}\n${CUT_COUNTS_HELP}`, SERVE_EXIT_HELP, DISCLAIMER].join("\n\n")}`
        )
        .action(serveUntilStopped)
}

function logOption(): Option {
    const size = `${SERVE_LOG_BYTES / 1e6} MB and ${SERVE_LOG_OLD_FILES} older files`
    return defaultText(
        new Option("--log-dir <dir>", `folder of the log, serve-PORT.log: ${size}`),
        "logs, beside the folder for the results"
    ).helpGroup("Output:")
}

async function serveUntilStopped({ out, verbose, logDir, ...link }: ServeOptions): Promise<void> {
    const tls = parseTls(link)
    openOut(out).discard()
    const print = (line: string): void =>
        void process.stdout.write(`${wrapped(line, process.stdout)}\n`)
    const identity = storedIdentity(link.insecure ?? false, print)
    const prompts = new Prompts()
    const serving = await serve(link.port, out, print, identity, {
        ...{ tls, verbose },
        ...(prompts.isInteractive && { ask: prompts.ask.bind(prompts) }),
        logFolder: logDir ?? join(dirname(resolve(out)), "logs"),
    })
    const stopped = new Promise<void>(resolve => {
        onStop(resolve, () => serving.drop())
    })
    report(
        `waiting for a cart on port ${serving.port}${tls ? ", with TLS" : ""}${link.insecure ? `; carts are accepted ${INSECURE}` : ""}`
    )
    await stopped
    prompts.close()
    await serving.close()
    process.exit(130)
}
