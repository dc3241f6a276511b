// `ivus return`: brings the sled of a real cart back to its start after a pullback.

import type { Command } from "commander"
import { PARK_NM } from "../../../shared/motion/ramp"
import { UsageError } from "../../errors"
import { mmText } from "../../run/motions"
import { ReturnClient } from "../../run/return-client"
import { runOneShot } from "../../targets/one-shot-session"
import { INSECURE } from "../../link/link-defaults"
import { wrapped } from "../../terminal"
import { onStop } from "../on-stop"
import { DEFAULT_CATHETER } from "../options/catheter-option"
import {
    addOperatorOptions,
    chosenOperator,
    type OperatorOptions,
} from "../options/operator-options"
import { DISCLAIMER, EXIT_HELP, jsonOption } from "../options/output-options"
import {
    addRealTargetOptions,
    addWaitOption,
    chosenTarget,
    type TargetChoice,
    type TargetOptions,
    type WaitOptions,
} from "../options/target-options"
import { askedBeside, progressBar } from "../progress-bar"

interface ReturnOptions extends TargetOptions, WaitOptions, OperatorOptions {
    readonly json?: true
}

const HELP = `After a pullback the sled stays where it ended. This command says where it stands, asks, and
moves it to its start, towards the patient at 5 mm/s at most. A sled that is not homed is homed
instead. Ctrl-C stops the sled.`

const EXAMPLE = `Example:
  npm run ivus -- return --target tcp:192.168.4.1`

export function addReturnCommand(ivus: Command): void {
    const command = ivus
        .command("return")
        .description("bring the sled of a real cart back to its start after a pullback")
        .addOption(jsonOption("print one JSON object to standard output"))
    addRealTargetOptions(command)
    addWaitOption(command)
    addOperatorOptions(command, "return the sled", false)
    command
        .addHelpText("after", `\n${[HELP, EXAMPLE, EXIT_HELP, DISCLAIMER].join("\n\n")}`)
        .action((options: Omit<ReturnOptions, "target"> & { readonly target?: TargetChoice }) =>
            returnSled(command, { ...options, target: options.target ?? { kind: "virtual" } })
        )
}

/** @throws UsageError for the virtual board; RunError when the sled does not come back */
async function returnSled(command: Command, options: ReturnOptions): Promise<void> {
    const target = chosenTarget(command, options, () => {
        throw new UsageError(
            "`ivus return` needs a real cart, as a virtual cart ends with its command; name one with --target tcp:ADDRESS."
        )
    })
    const bar = progressBar("waiting for the cart")
    const stopping = new AbortController()
    const stop = onStop(() => stopping.abort())
    const { operator, close } = chosenOperator(target, options, bar.print)
    const { client, insecure } = await runOneShot<ReturnClient>(target, {
        makeClient: session => new ReturnClient(session, askedBeside(bar, operator)),
        onProgress: client => bar.show(fractionOf(client), client.stateName),
        // The operator may take time to answer; the cart limits the time of each motion.
        ...{
            catheterId: DEFAULT_CATHETER,
            limitS: Infinity,
            waitS: options.wait,
            report: bar.print,
        },
        stop: stopping.signal,
    }).finally(() => {
        bar.stop()
        close()
        stop.off()
    })
    const text = options.json
        ? JSON.stringify({
              ...{ moved: client.fromNm !== undefined, sledMm: client.positionNm / 1e6 },
              ...{ state: client.stateName, insecure },
          })
        : `${textOf(client)}${insecure ? `\nThe link ran ${INSECURE}.` : ""}`
    process.stdout.write(`${wrapped(text, process.stdout)}\n`)
}

/** Undefined while the way to go is not known. */
function fractionOf({ fromNm, positionNm, homed }: ReturnClient): number | undefined {
    if (fromNm === undefined || homed) return undefined
    return Math.min(1, Math.max(0, (fromNm - positionNm) / (fromNm - PARK_NM)))
}

function textOf({ fromNm, positionNm, homed, stateName }: ReturnClient): string {
    const stands = `The sled stands at its start, ${mmText(positionNm)} from its home switch (state: ${stateName})`
    if (fromNm === undefined) return `${stands}; nothing was moved.`
    return homed ? `${stands}; it was homed.` : `${stands}; it stood at ${mmText(fromNm)}.`
}
