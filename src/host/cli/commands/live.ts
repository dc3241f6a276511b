// `ivus live`: the live picture without a pullback, on the console, and a summary at the end.

import type { Command } from "commander"
import { dateMs } from "../../clock"
import { Display } from "../../console/display"
import { LiveController } from "../../console/live-controller"
import { LiveQuestions } from "../../console/live-questions"
import { LiveView } from "../../console/live-view"
import { RingDownController } from "../../console/ring-down-controller"
import { alarmsOf } from "../../run/alarm"
import { nobody } from "../../run/operator"
import { runLive } from "../../targets/run-live"
import { type Target, targetName } from "../../targets/target"
import { report } from "../../terminal"
import { conclude } from "../live-outcome"
import { onStop } from "../on-stop"
import { catheterList } from "../options/catheter-option"
import {
    addLiveOptions,
    boardOf,
    displayOf,
    type LiveOptions,
    liveRequestOf,
} from "../options/live-options"
import { allowedText, chosenAllowance, chosenOperator } from "../options/operator-options"
import { CONTROL_HELP, DISCLAIMER } from "../options/output-options"
import { chosenTarget } from "../options/target-options"
import { recordingOf } from "../options/virtual-board-options"
import { Prompts } from "../prompts"
import { runsOfConsole } from "../runs-of-console"
import { consoleFor } from "../show-console"

const EXAMPLES = `Examples:
  npm run ivus -- live                                              until Ctrl-C
  npm run --silent ivus -- live --frames 90 --out still.png --json  for scripts
  npm run ivus -- live --target tcp:192.168.4.1 --capture-ring-down`

const FAULT_HELP = `After a fault, an emergency stop or a lost link the command goes on: console and terminal ask for each
step until the picture is live again. With --frames a fault ends the command.`

const LIVE_EXIT_HELP =
    "Exit status: 0 done, also when Ctrl-C ends it; 1 it failed or the cart has stopped, 2 bad usage, 130\na second Ctrl-C."

export function addLiveCommand(ivus: Command): void {
    const command = ivus
        .command("live")
        .description(
            "show the live picture without a pullback (asks before it homes or returns the sled)"
        )
    addLiveOptions(command)
    command
        .addHelpText(
            "after",
            `\n${[catheterList(), EXAMPLES, FAULT_HELP, CONTROL_HELP, LIVE_EXIT_HELP, DISCLAIMER].join("\n\n")}`
        )
        .action((options: LiveOptions) => live(command, options))
}

async function live(command: Command, options: LiveOptions): Promise<void> {
    const request = liveRequestOf(options)
    const { catheter } = options.catheter
    const display = displayOf(options, catheter)
    const isVirtual = options.target.kind === "virtual"
    const recording = isVirtual ? await recordingOf(options, false) : undefined
    const target = chosenTarget(command, options, () => boardOf(options, catheter, recording))
    const ringDown = new RingDownController(options.references, dateMs)
    const questions =
        options.frames === undefined
            ? new LiveQuestions(chosenAllowance(target, options))
            : undefined
    const view: LiveView = new LiveView({
        target: targetName(target),
        display: new Display(display),
        ringDown,
        nowMs: () => performance.now(),
        transmit: on => controller.transmit(on),
        stop: () => controller.stopMotion(),
        questions,
        acknowledge: () => controller.acknowledge(),
        pauseSound: () => controller.pauseSound(),
        ...(request.spec && { spec: request.spec }),
    })
    const controller: LiveController = new LiveController(
        view,
        ringDown,
        options.frames,
        options.captureRingDown ?? false,
        report,
        () => serving.refresh()
    )
    const { operator, close } = questions
        ? { operator: nobody, close: promptsOf(questions, view, target) }
        : chosenOperator(target, options, report)
    const serving = await consoleFor(
        { runs: runsOfConsole({}, report), live: view, start: "live" },
        options
    )
    const stop = onStop(() => controller.stop())
    try {
        await runLive(target, request, { view, controller, operator }, report)
        await conclude(view, alarmsOf(controller.events), options)
    } finally {
        stop.off()
        close()
        await serving.close()
    }
}

/** Asks at the terminal too, and prints what goes wrong. @returns a function that ends it */
function promptsOf(questions: LiveQuestions, view: LiveView, target: Target): () => void {
    const prompts = new Prompts("Answer in the console.")
    let [takeBack, noted] = [(): void => undefined, ""]
    questions.listener = {
        onAllowed: motion => {
            const text = allowedText(target, motion)
            if (text !== noted) report(text)
            noted = text
        },
        onQuestion: ({ what, question }, answer) => {
            takeBack = prompts.ask(what, question, answer)
        },
        onWithdrawn: () => takeBack(),
        onTold: sentence => {
            view.showMessage(sentence)
            report(sentence)
        },
    }
    return () => prompts.close()
}
