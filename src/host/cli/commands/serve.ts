// `ivus serve`: the host for real carts that are operated from their bedside units; writes the results of each run.

import { dirname, join, resolve } from "node:path"
import { type Command, Option } from "commander"
import { dateMs } from "../../clock"
import { Follower } from "../../follow/follower"
import { ResultsMaker } from "../../follow/results-maker"
import type { ReferenceStore } from "../../references/reference-store"
import { storedIdentity } from "../../link/stored-identity"
import { report, wrapped } from "../../terminal"
import { defaultText } from "../options/option"
import { INSECURE } from "../../targets/tcp/link-server"
import { onStop } from "../on-stop"
import { addLinkOptions, type LinkOptions, parseTls } from "../options/link-options"
import {
    CUT_COUNTS_HELP,
    SERVED_CUT_HELP,
    CONTROL_HELP,
    consolePortOption,
    DEFAULT_RUNS,
    DISCLAIMER,
    outOption,
    type OutputOptions,
    verboseOption,
} from "../options/output-options"
import { SERVE_LOG_BYTES, SERVE_LOG_OLD_FILES } from "../../log/serve-log"
import type { Following } from "../followed-cart"
import { openRuns, RESULTS_PROGRAM } from "../followed-runs"
import { addGroup } from "../options/option"
import { referencesOption } from "../options/reference-options"
import { openOut } from "../open-out"
import { Prompts } from "../prompts"
import { serve } from "../serve"
import { consoleFor } from "../show-console"

type ServeOptions = LinkOptions &
    Pick<OutputOptions, "verbose"> & {
        readonly out: string
        readonly logDir?: string
        readonly bedside?: true
        readonly references: ReferenceStore
        readonly consolePort: number
    }

const HELP = `This command receives the runs of a cart, and moves nothing. It asks before it ends a fault or resets a
cart after an emergency stop. It also prints the id of a cart that has no key. One cart is served at a
time, until Ctrl-C.

With --bedside the bedside unit leads: this host takes no control and asks nothing. It shows the live
picture in the browser, applies gain and ring-down as the unit asks, and keeps each pullback in a folder
of its own, DATE-CATHETER in the folder of --out, also one that was stopped or cut; its review is
offered when its results are made. Nothing is ever replaced.

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
    addGroup(
        command,
        "Bedside unit:",
        new Option("--bedside", "follow a cart whose bedside unit leads; see below"),
        consolePortOption(),
        referencesOption()
    )
    command
        .addHelpText(
            "after",
            `\n${[HELP, CONTROL_HELP, `Without --bedside:\n${SERVED_CUT_HELP}\n${CUT_COUNTS_HELP}`, SERVE_EXIT_HELP, DISCLAIMER].join("\n\n")}`
        )
        .action((options: ServeOptions) => serveUntilStopped(command, options))
}

function logOption(): Option {
    const size = `${SERVE_LOG_BYTES / 1e6} MB and ${SERVE_LOG_OLD_FILES} older files`
    return defaultText(
        new Option("--log-dir <dir>", `folder of the log, serve-PORT.log: ${size}`),
        "logs, beside the folder for the results"
    ).helpGroup("Output:")
}

async function serveUntilStopped(command: Command, given: ServeOptions): Promise<void> {
    const { verbose, logDir, bedside, ...link } = given
    const isDefault = command.getOptionValueSource("out") === "default"
    const out = bedside && isDefault ? DEFAULT_RUNS : given.out
    const tls = parseTls(link)
    const print = (line: string): void =>
        void process.stdout.write(`${wrapped(line, process.stdout)}\n`)
    if (!bedside) openOut(out).discard()
    const follow = bedside ? await followCarts(openRuns(out), given, print) : undefined
    const identity = storedIdentity(link.insecure ?? false, print)
    const prompts = new Prompts()
    const serving = await serve(link.port, out, print, identity, {
        ...{ tls, verbose, following: follow?.following },
        ...(prompts.isInteractive && !bedside && { ask: prompts.ask.bind(prompts) }),
        logFolder: logDir ?? join(dirname(resolve(out)), "logs"),
    })
    const stopped = new Promise<void>(resolve => {
        onStop(resolve, () => {
            serving.drop()
            follow?.drop()
        })
    })
    report(
        `waiting for a cart on port ${serving.port}${tls ? ", with TLS" : ""}${link.insecure ? `; carts are accepted ${INSECURE}` : ""}`
    )
    await stopped
    prompts.close()
    await serving.close()
    await follow?.close()
    process.exit(130)
}

/** The live picture and the results of carts whose bedside units lead. */
async function followCarts(
    folder: string,
    { references, consolePort }: ServeOptions,
    print: (line: string) => void
): Promise<{ following: Following; close(): Promise<void>; drop(): void }> {
    const target = "cart"
    const follower: Follower = new Follower({
        ...{ target, references, dateMs },
        nowMs: () => performance.now(),
        onFrame: () => console.refresh(),
    })
    const results = new ResultsMaker({
        ...{ parent: folder, target, references: references.folder },
        ...{ program: RESULTS_PROGRAM, print },
        onReview: () => undefined,
    })
    const console = await consoleFor(follower.view, consolePort)
    return {
        following: { follower, folder, onRun: results.make },
        close: async () => {
            await results.close()
            await console.close()
        },
        drop: () => results.drop(),
    }
}
