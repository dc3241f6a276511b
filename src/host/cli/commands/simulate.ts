// `ivus simulate`: a virtual cart with its bedside unit in real time, in the browser, to learn and show the procedure.

import type { Command } from "commander"
import { NOTICE } from "../../console/console-view"
import { PageServerError } from "../../console/page-server"
import { RunError } from "../../errors"
import type { ReferenceStore } from "../../references/reference-store"
import {
    type ServedSimulator,
    serveSimulator,
    SIMULATOR_PORT,
} from "../../simulate/serve-simulator"
import { Simulator } from "../../simulate/simulator"
import { report } from "../../terminal"
import { onStop } from "../on-stop"
import { catheterList, virtualCatheterOption } from "../options/catheter-option"
import { portOption } from "../options/link-options"
import { addGroup } from "../options/option"
import { DISCLAIMER } from "../options/output-options"
import { referencesOption } from "../options/reference-options"
import { seedOption } from "../options/virtual-board-options"
import type { Catheter } from "../../../shared/acquisition/catheters"

interface SimulateOptions {
    readonly port: number
    readonly catheter: Catheter
    readonly seed: number
    readonly references: ReferenceStore
}

const EXIT_HELP = "Exit status: 130 ended with Ctrl-C, 1 it could not start, 2 bad usage."

export function addSimulateCommand(ivus: Command): void {
    const command = ivus
        .command("simulate")
        .description(
            "practise with a virtual cart and its bedside unit, in real time, in the browser"
        )
    addGroup(
        command,
        "Simulator:",
        virtualCatheterOption().helpGroup("Simulator:"),
        seedOption().helpGroup("Simulator:"),
        portOption("--port <n>", "port of the page on 127.0.0.1; 0 for any free one").default(
            SIMULATOR_PORT
        ),
        referencesOption()
    )
    command
        .addHelpText("after", `\n${[catheterList(), EXIT_HELP, DISCLAIMER].join("\n\n")}`)
        .action(simulate)
}

async function simulate({ port, catheter, seed, references }: SimulateOptions): Promise<void> {
    report("The simulator starts …")
    let serving: ServedSimulator | undefined
    const simulator = await Simulator.boot({
        ...{ catheterId: catheter.id, seed, references },
        onFrame: () => serving?.refresh(),
    })
    try {
        serving = await serveSimulator(simulator, simulator.live, port)
    } catch (error) {
        if (error instanceof PageServerError) throw new RunError(error.message)
        throw error
    }
    report(`Simulator: ${serving.url} (from this machine only). ${NOTICE}`)
    report("Open it in a browser; Ctrl-C ends it.")
    onStop(() => simulator.stop())
    await simulator.run()
    await serving.close()
    process.exit(130)
}
