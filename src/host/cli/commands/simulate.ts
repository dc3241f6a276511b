// `ivus simulate`: a virtual cart with its bedside unit in real time, in the browser, to learn and show the procedure.

import type { Command } from "commander"
import { NOTICE } from "../../console/station"
import { PageServerError } from "../../console/page-server"
import { RunError } from "../../errors"
import { closeAbandoned } from "../../runs/abandoned-runs"
import type { OnDiskFull } from "../../runs/run-about"
import type { ReferenceStore } from "../../references/reference-store"
import {
    checkSimulatorPort,
    type ServedSimulator,
    serveSimulator,
    SIMULATOR_PORT,
} from "../../simulate/serve-simulator"
import { Simulator } from "../../simulate/simulator"
import { report } from "../../terminal"
import type { Catheter } from "../../../shared/acquisition/catheters"
import { openRuns } from "../open-runs"
import { onStop } from "../on-stop"
import { aboutOf, type AboutOptions, addSessionOptions } from "../options/about-options"
import { catheterList, virtualCatheterOption } from "../options/catheter-option"
import { portOption } from "../options/link-options"
import { addGroup } from "../options/option"
import { DISCLAIMER, onDiskFullOption, runsOption } from "../options/output-options"
import { referencesOption } from "../options/reference-options"
import { seedOption } from "../options/virtual-board-options"

interface SimulateOptions extends Omit<AboutOptions, "date"> {
    readonly port: number
    readonly catheter: Catheter
    readonly seed: number
    readonly references: ReferenceStore
    readonly out: string
    readonly onDiskFull: OnDiskFull
}

const HELP = `The page shows a bedside unit beside the live picture. Its buttons, keys, dial and emergency stop are
those of the unit; speed, length and mode are set at its dial. Faults can be caused for training. Each
pullback gets a folder of its own, and its review is offered when its results are made.

All open pages share the unit: a button is down while any page holds it, and a page that is closed or
loses its connection lets go of all that it holds. The simulation keeps to the wall clock; a computer
that is too slow makes it slower, says so on the page and here, and causes no fault.

A second Ctrl-C ends the command without waiting for results; what was received is kept.`

const EXIT_HELP = "Exit status: 130 ended with Ctrl-C, 1 it could not start, 2 bad usage."
const EXAMPLES = `Examples:
  npm run ivus -- simulate
  npm run ivus -- simulate --catheter rotational-40mhz --out training`

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
    addSessionOptions(command)
    command
        .addOption(runsOption())
        .addOption(onDiskFullOption())
        .addHelpText(
            "after",
            `\n${[catheterList(), HELP, EXAMPLES, EXIT_HELP, DISCLAIMER].join("\n\n")}`
        )
        .action(simulate)
}

async function simulate(options: SimulateOptions): Promise<void> {
    try {
        await simulateUntilStopped(options)
    } catch (error) {
        if (error instanceof PageServerError) throw new RunError(error.message)
        throw error
    }
}

async function simulateUntilStopped(options: SimulateOptions): Promise<void> {
    const { port, catheter, seed, references, onDiskFull } = options
    const { patient, study, site } = aboutOf(options)
    const out = openRuns(options.out)
    await checkSimulatorPort(port)
    closeAbandoned(out).forEach(report)
    report("The simulator starts: a virtual cart is calibrated, as an engineer does.")
    const served: { by?: ServedSimulator } = {}
    const simulator = await Simulator.boot({
        ...{ catheterId: catheter.id, seed, out, references: references.folder, onDiskFull },
        about: { patient, study, site },
        onFrame: () => served.by?.refresh(),
        onTone: tone => served.by?.send(tone),
        print: report,
    })
    const serving = await serveSimulator(simulator, simulator.live, port)
    served.by = serving
    report(`Simulator: ${serving.url} (from this machine only). ${NOTICE}`)
    report("Open it in a browser; Ctrl-C ends it.")
    onStop(
        () => simulator.stop(),
        () => simulator.drop()
    )
    await simulator.run()
    await serving.close()
    process.exit(130)
}
