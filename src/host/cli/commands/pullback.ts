// `ivus pullback`: a whole pullback on a target, its results, and the console that shows them.

import type { Command } from "commander"
import { CHANNEL_DATA_RATE_MIN_MHZ } from "../../../shared/acquisition/sequence-budget"
import type { OpenConsole } from "../../console/console-server"
import { reviewedRun } from "../../console/review-headline"
import type { RunLibrary } from "../../console/run/run-library"
import { Interrupted } from "../../errors"
import { sentData } from "../../run/run-target"
import type { Asked } from "../../runs/run-about"
import { type PullbackRequest, requestedTgc } from "../../sequence/pullback-request"
import { runPullback } from "../../targets/run-pullback"
import { type Target, targetName } from "../../targets/target"
import { report } from "../../terminal"
import { type ConsoleOptions, consoleOptions } from "../options/console-options"
import { aboutOf, type AboutOptions, addAboutOptions } from "../options/about-options"
import { type CatheterChoice, catheterList, catheterOption } from "../options/catheter-option"
import {
    addChannelDataOptions,
    beamformOf,
    type ChannelDataOptions,
} from "../options/channel-data-options"
import { addImageOptions, frameRateOption, type ImageOptions } from "../options/image-options"
import { addMotionOptions, type MotionOptions } from "../options/motion-options"
import {
    addOperatorOptions,
    chosenOperator,
    type OperatorOptions,
} from "../options/operator-options"
import { linkArguments, type LinkOptions } from "../options/link-options"
import {
    addOutputOptions,
    CUT_HELP,
    DISCLAIMER,
    FAILED_JSON_HELP,
    onceOption,
    type OutputOptions,
    placeOf,
    CONTROL_HELP,
    RUN_EXIT_HELP,
} from "../options/output-options"
import { pullbackRequestOf } from "../options/pullback-request"
import {
    addReferenceOptions,
    type ReferenceOptions,
    referencesOf,
} from "../options/reference-options"
import { openSpiTrace, type SpiTraceFile } from "../options/spi-trace-file"
import { addTargetOptions, chosenTarget, type TargetOptions } from "../options/target-options"
import {
    addVirtualOptions,
    FAULTS_HELP,
    recordingOf,
    virtualBoardOf,
    type VirtualOptions,
} from "../options/virtual-board-options"
import { produceRun } from "../produce-run"
import type { CommandIo, OnReady, ProducedRun, RunSource } from "../run-source"
import { askedText } from "../run-log"
import { shortfallError } from "../run-outcome"
import { openConsoleAt } from "../show-console"
import { showRun, untilStopped } from "../show-review"

interface PullbackOptions
    extends
        TargetOptions,
        OperatorOptions,
        MotionOptions,
        ImageOptions,
        ChannelDataOptions,
        ReferenceOptions,
        VirtualOptions,
        AboutOptions,
        OutputOptions,
        ConsoleOptions {
    readonly catheter: CatheterChoice
    readonly once?: true
}

const EXAMPLES = `Examples:
  npm run ivus -- pullback                                    on the virtual board, then show it
  npm run --silent ivus -- pullback --once --json --out run1  for scripts
  npm run ivus -- pullback --catheter rotational-40mhz --speed 2 --length 50
  npm run ivus -- pullback --target tcp:192.168.4.1           on a real cart`

export function addPullbackCommand(ivus: Command): void {
    const command = ivus
        .command("pullback")
        .description("run a whole pullback and write its pictures and measurements")
        .addOption(catheterOption())
    addPullbackOptions(command)
    command
        .addHelpText(
            "after",
            `\n${[catheterList(), FAULTS_HELP, EXAMPLES, CONTROL_HELP, `${CUT_HELP}\n${FAILED_JSON_HELP}`, RUN_EXIT_HELP, DISCLAIMER].join("\n\n")}`
        )
        .action((options: PullbackOptions) => pullback(command, options))
}

/** All options but the catheter, in the order of the help page. */
export function addPullbackOptions(command: Command): void {
    addTargetOptions(command)
    addOperatorOptions(command, "start the pullback, return the sled before it")
    addMotionOptions(command)
    addImageOptions(
        command,
        "A-lines per revolution, for rotational catheters",
        frameRateOption(CHANNEL_DATA_RATE_MIN_MHZ / 1000)
    )
    addReferenceOptions(command)
    addChannelDataOptions(command)
    addVirtualOptions(command)
    addAboutOptions(command)
    addOutputOptions(command, onceOption(), ...consoleOptions())
}

async function pullback(command: Command, options: PullbackOptions): Promise<void> {
    const request = pullbackRequestOf(options)
    const { catheter } = options.catheter
    const { lengthMm } = request
    const channelData = request.channelDataPairs !== undefined
    const isVirtual = options.target.kind === "virtual"
    const recording = isVirtual ? await recordingOf(options, channelData) : undefined
    const target = chosenTarget(command, options, () =>
        virtualBoardOf(options, catheter, { lengthMm, channelData, recording })
    )
    const console = options.once ? undefined : await openConsoleAt(options)
    let produced: ProducedRun | undefined
    let runs: RunLibrary | undefined
    const onShown = (shown: RunLibrary): void => void (runs = shown)
    try {
        produced = await pullbackOn(target, request, options, console && { console, onShown })
        const { failure, summary } = produced
        if (console && !(failure instanceof Interrupted)) await untilStopped(console, runs)
        const error = failure ?? shortfallError(summary)
        if (error) throw error
    } finally {
        await produced?.close()
        await console?.close()
    }
}

async function pullbackOn(
    target: Target,
    request: PullbackRequest,
    options: PullbackOptions,
    shown: { console: OpenConsole; onShown: (runs: RunLibrary) => void } | undefined
): Promise<ProducedRun> {
    const asked = askedOf(request, target, options)
    const about = {
        ...aboutOf(options),
        ...{ target: targetName(target), seed: asked.seed, asked },
    }
    const choice = { ...beamformOf(options), ...referencesOf(options, about.dateMs) }
    const show: OnReady = (results, summary, print, folder) => {
        const run = reviewedRun(about, about.target)
        shown!.onShown(showRun({ results, summary, run, folder, choice }, shown!.console, print))
    }
    const trace = options.traceSpi === undefined ? undefined : openSpiTrace(options.traceSpi)
    const { operator, close } = chosenOperator(target, options, report, "ivus pullback")
    const source: RunSource = {
        asked: askedText(request, target, options),
        ...{ about, place: placeOf(options, about.dateMs, request.catheterId) },
        run: (io: CommandIo) => runPullback(traced(target, trace), request, io),
        cut: receiver => ({
            receiver,
            instruments: undefined,
            ...(about.seed !== null && { source: { target: about.target, seed: about.seed } }),
            ...{ requestedMm: request.lengthMm, tgcCdb: requestedTgc(request) },
            ...sentData(request),
        }),
        sentFor: () => sentData(request),
        ...{ operator, wayBack: wayBackOf(target, options) },
        hasBoardTime: target.kind === "virtual" || options.date !== undefined,
        isReplay: false,
    }
    try {
        const produced = await produceRun(options, source, choice, shown && show)
        const failure = produced.failure ?? trace?.error
        return { ...produced, ...(failure && { failure }) }
    } finally {
        close()
        trace?.close()
    }
}

function askedOf(request: PullbackRequest, target: Target, options: PullbackOptions): Asked {
    const isVirtual = target.kind === "virtual"
    return {
        ...{ speedMmS: request.speedMmPerS, lengthMm: request.lengthMm },
        frameRateHz: request.frameRateHz,
        target: isVirtual ? "virtual" : `tcp:${target.host}`,
        seed: isVirtual ? options.seed : null,
        onDiskFull: options.onDiskFull,
    }
}

function wayBackOf(target: Target, options: LinkOptions): string {
    return target.kind === "virtual"
        ? "The next command starts with a new virtual cart."
        : `To bring it back to its start: npm run ivus -- return --target tcp:${target.host}${linkArguments(options)}`
}

function traced(target: Target, trace: SpiTraceFile | undefined): Target {
    if (!trace || target.kind !== "virtual") return target
    return { ...target, board: { ...target.board, onSpi: trace.onSpi } }
}
