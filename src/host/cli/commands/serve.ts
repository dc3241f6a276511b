// `ivus serve`: the host for real carts that are operated from their bedside units; writes the results of each run.

import type { Command } from "commander"
import { storedIdentity } from "../../link/stored-identity"
import { report, wrapped } from "../../terminal"
import { INSECURE } from "../../targets/tcp/link-server"
import { onStop } from "../on-stop"
import { addLinkOptions, type LinkOptions, parseTls } from "../options/link-options"
import {
    CUT_COUNTS_HELP,
    CUT_HELP,
    DISCLAIMER,
    outOption,
    type OutputOptions,
    verboseOption,
} from "../options/output-options"
import { openOut } from "../produce-run"
import { serve } from "../serve"

type ServeOptions = LinkOptions & Pick<OutputOptions, "out" | "verbose">

const HELP = `This command receives the runs that are started at the cart's bedside unit, and moves nothing. The
unit is planned: until there is one, \`ivus pullback\` starts a run from this host, and this command
prints the id of a cart that has no key. One cart is served at a time, until Ctrl-C.`

const SERVE_EXIT_HELP = "Exit status: 130 ended with Ctrl-C, 1 it could not start, 2 bad usage."

export function addServeCommand(ivus: Command): void {
    const command = ivus
        .command("serve")
        .description("receive runs from a real cart and write their results")
        .addOption(outOption())
        .addOption(verboseOption().helpGroup("Output:"))
    addLinkOptions(command)
    command
        .addHelpText(
            "after",
            `\n${[HELP, `${CUT_HELP}\n${CUT_COUNTS_HELP}`, SERVE_EXIT_HELP, DISCLAIMER].join("\n\n")}`
        )
        .action(serveUntilStopped)
}

async function serveUntilStopped({ out, verbose, ...link }: ServeOptions): Promise<void> {
    const tls = parseTls(link)
    openOut(out).discard()
    const print = (line: string): void =>
        void process.stdout.write(`${wrapped(line, process.stdout)}\n`)
    const identity = storedIdentity(link.insecure ?? false, print)
    const serving = await serve(link.port, out, print, identity, tls, verbose)
    const stopped = new Promise<void>(resolve => {
        onStop(resolve, () => serving.drop())
    })
    report(
        `waiting for a cart on port ${serving.port}${tls ? ", with TLS" : ""}${link.insecure ? `; carts are accepted ${INSECURE}` : ""}`
    )
    await stopped
    await serving.close()
    process.exit(130)
}
