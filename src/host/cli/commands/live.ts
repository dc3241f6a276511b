// `ivus live`: the live picture without a pullback, on the console, and a summary at the end.

import { type Command, Option } from "commander"
import type { Catheter } from "../../../shared/acquisition/catheters"
import { TRIGGER_RATE_MAX, TRIGGER_RATE_MIN } from "../../../shared/motion/move-terms"
import { dateMs } from "../../clock"
import { Display, type DisplayChoice } from "../../console/display"
import { LiveController } from "../../console/live-controller"
import { LiveQuestions } from "../../console/live-questions"
import { LiveView } from "../../console/live-view"
import { RingDownController } from "../../console/ring-down-controller"
import { numberIn } from "../../number-in"
import { DYNAMIC_RANGE_DB, encodePng, GAIN_DB, shownDepthRangeMm } from "../../picture/picture"
import type { ReferenceStore } from "../../references/reference-store"
import { type Alarm, alarmRows, alarmsOf } from "../../run/alarm"
import { nobody } from "../../run/operator"
import { linesFired } from "../../run/run-receiver"
import type { PullbackRequest } from "../../sequence/pullback-request"
import { runLive } from "../../targets/run-live"
import { type Target, targetName } from "../../targets/target"
import { INSECURE } from "../../link/link-defaults"
import { echoSource, type Recording } from "../../targets/virtual/echo-source"
import type { VirtualBoardOptions } from "../../targets/virtual/virtual-cart"
import { snakeCase } from "../../runs/snake-case"
import { report } from "../../terminal"
import { onStop } from "../on-stop"
import { Prompts } from "../prompts"
import { type ConsoleOptions, consoleOptions } from "../options/console-options"
import { type CatheterChoice, catheterList, catheterOption } from "../options/catheter-option"
import { frameRateOption, type ImageOptions } from "../options/image-options"
import { addGroup, defaultText, numberOption, virtualOnly, wholeOption } from "../options/option"
import {
    addOperatorOptions,
    allowedText,
    chosenAllowance,
    chosenOperator,
    type OperatorOptions,
} from "../options/operator-options"
import { CONTROL_HELP, DISCLAIMER, jsonOption } from "../options/output-options"
import { freePicture, PICTURES, pictureFile, writePicture } from "../options/picture-file"
import { pullbackRequestOf } from "../options/pullback-request"
import { referencesOption } from "../options/reference-options"
import { addTargetOptions, chosenTarget, type TargetOptions } from "../options/target-options"
import { tgcOption } from "../options/tgc-option"
import {
    echoOptions,
    type EchoOptions,
    recordingOf,
    seedOption,
} from "../options/virtual-board-options"
import { runsOfConsole } from "../runs-of-console"
import { consoleFor } from "../show-console"

export interface LiveOptions
    extends
        TargetOptions,
        OperatorOptions,
        EchoOptions,
        Pick<ImageOptions, "frameRate" | "tgc">,
        ConsoleOptions {
    readonly catheter: CatheterChoice
    readonly references: ReferenceStore
    readonly gain?: number
    readonly dynamicRange?: number
    readonly depth?: number
    readonly heartRate?: number
    readonly captureRingDown?: true
    readonly frames?: number
    readonly out?: string
    readonly json?: true
}

/** Length of the generated vein; the catheter does not move in it. */
const VEIN_MM = 25
/** An hour at 90 frames/s. */
const FRAMES_MAX = 324_000

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

export function addLiveOptions(command: Command): void {
    command.addOption(catheterOption())
    addTargetOptions(command)
    addOperatorOptions(command, "return the sled to its start")
    addGroup(
        command,
        "Picture:",
        frameRateOption(),
        tgcOption(),
        defaultText(numberOption("--gain <db>", "display gain", [...GAIN_DB, "dB"]), "0"),
        defaultText(
            numberOption("--dynamic-range <db>", "range from black to white", [
                ...DYNAMIC_RANGE_DB,
                "dB",
            ]),
            "60"
        ),
        defaultText(
            new Option("--depth <mm>", "displayed radius").argParser(text =>
                numberIn(text, "depth", 0, 100, "mm")
            ),
            "the catheter's depth"
        ),
        referencesOption(),
        new Option(
            "--capture-ring-down",
            "first capture the ring-down, with the tip free in blood, and store it"
        )
    )
    addGroup(
        command,
        "Virtual board only:",
        ...echoOptions(),
        virtualOnly(
            numberOption("--heart-rate <n>", "ECG with this number of beats per minute", [
                TRIGGER_RATE_MIN,
                TRIGGER_RATE_MAX,
                "beats a minute",
            ])
        ),
        seedOption()
    )
    addGroup(
        command,
        "Output:",
        wholeOption("--frames <n>", "end after this number of frames and write the last picture", [
            1,
            FRAMES_MAX,
            "frames",
        ]),
        defaultText(
            new Option("--out <file.png>", "new file for the picture of --frames").argParser(
                pictureFile
            ),
            `${PICTURES}/live.png, live-1.png …`
        ),
        ...consoleOptions(),
        jsonOption("print one JSON summary at the end to standard output and nothing else there")
    )
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

/** The cart needs a complete setup, also for a live picture: a pullback through the generated vein. */
export function liveRequestOf(options: LiveOptions): PullbackRequest {
    const { target, catheter, frameRate, tgc } = options
    return pullbackRequestOf({
        ...{ target, catheter, bus: "single", data: "lines" },
        ...(frameRate !== undefined && { frameRate }),
        ...(tgc !== undefined && { tgc }),
        ...{ speed: 1, length: VEIN_MM, mode: "continuous", changeSpeed: [] },
    })
}

/** @throws UsageError for a depth that this catheter does not have */
function displayOf({ gain, dynamicRange, depth }: LiveOptions, catheter: Catheter): DisplayChoice {
    const range = shownDepthRangeMm({
        linesPerFrame: catheter.lines_per_frame,
        samplesPerLine: catheter.samples_per_line,
        sampleSpacingMm: catheter.depth_um / 1000 / catheter.samples_per_line,
        catheterRadiusMm: catheter.catheter_radius_um / 1000,
        ringDownMm: catheter.ring_down_um / 1000,
        centreFrequencyMhz: catheter.centre_frequency_khz / 1000,
    })
    return {
        ...(gain !== undefined && { gainDb: gain }),
        ...(dynamicRange !== undefined && { dynamicRangeDb: dynamicRange }),
        ...(depth !== undefined && { depthMm: numberIn(String(depth), "depth", ...range, "mm") }),
    }
}

function boardOf(
    options: LiveOptions,
    catheter: Catheter,
    recording: Recording | undefined
): VirtualBoardOptions {
    const { seed, heartRate, vessel: vesselFile } = options
    // A live picture does not move, so that a recording of any length will do.
    const lengthMm = recording ? 0 : VEIN_MM
    return {
        seed,
        echo: echoSource(catheter, { vesselFile, recording, seed, lengthMm }),
        ...(heartRate !== undefined && { heartRatePerMin: heartRate }),
    }
}

/** Writes the last picture of --frames and prints the summary. */
async function conclude(
    view: LiveView,
    alarms: readonly Alarm[],
    { frames, out = freePicture(), json }: LiveOptions
): Promise<void> {
    const status = view.state()
    let file: string | null = null
    if (frames !== undefined && view.shown) {
        writePicture(out, await encodePng(view.picture()))
        file = out
    }
    const fired = linesFired(view.receiver?.end) ?? null
    process.stdout.write(
        json
            ? `${JSON.stringify(snakeCase({ ...summaryJson(status, fired, file), alarms }))}\n`
            : `${[summaryText(status, fired, file), ...alarmRows(alarms)].join("\n")}\n`
    )
}

type LiveStatus = ReturnType<LiveView["state"]>

function summaryJson(status: LiveStatus, fired: number | null, picture: string | null): object {
    const { catheter, frames, framesPerS, lines, ecgPerMin } = status
    return {
        target: status.target,
        catheter,
        frames,
        framesPerS,
        lines: { fired, ...lines },
        ecgPerMin,
        behindMs: status.clockLagMs,
        display: status.display,
        ringDown: status.ringDown,
        insecure: status.insecure,
        picture,
    }
}

function summaryText(status: LiveStatus, fired: number | null, picture: string | null): string {
    const { lines } = status
    return [
        `Live: ${status.frames} frames of ${status.catheter ?? "an unknown catheter"} at ${status.framesPerS ?? 0} frames/s, ${lines?.missing ? `${lines.missing} A-lines lost` : "no A-line lost"}`,
        `A-lines: ${lines?.received ?? 0} received of ${fired ?? "an unknown number"} fired`,
        ringDownText(status.ringDown),
        ...(status.insecure ? [`The link ran ${INSECURE}.`] : []),
        ...(picture ? [`The last picture is in ${picture}.`] : []),
    ].join("\n")
}

function ringDownText({ reference, subtracted, stale, notes }: LiveStatus["ringDown"]): string {
    const use = !reference
        ? "Ring-down: no reference"
        : `Ring-down: reference of ${reference.captured} (${reference.frames} frames) ${subtracted ? "subtracted" : "not subtracted"}${stale.length > 0 ? ", STALE" : ""}`
    return [use, ...stale, ...notes].join("\n  ")
}
