// `ivus replay`: the results of a run, made again from its capture.

import { statSync } from "node:fs"
import { basename, dirname, join, resolve } from "node:path"
import { type Command, Option } from "commander"
import { dateMs } from "../../clock"
import { reviewedRun } from "../../console/review-headline"
import { diskReason } from "../../disk-reason"
import { UsageError } from "../../errors"
import { nameText } from "../../log/log-text"
import type { RunReceiver } from "../../run/run-receiver"
import type { ReceivedRun } from "../../run/run-target"
import { askedAgain, knownBeside } from "../../runs/about-beside"
import { findRun } from "../../runs/find-run"
import { catheterIn, readCapture } from "../../runs/read-capture"
import { followed, type SetAside } from "../../runs/followed-path"
import { CAPTURE_NAME } from "../../runs/run-record"
import { sentDataOf, type SentOptions } from "../../runs/sent-files"
import { report } from "../../terminal"
import { type ConsoleOptions, consoleOptions } from "../options/console-options"
import { aboutOf, type AboutOptions, addAboutOptions } from "../options/about-options"
import { beamformOf, beamformOptions, type BeamformOptions } from "../options/channel-data-options"
import { allowedBefore } from "../options/allowed-before"
import { addGroup, defaultText } from "../options/option"
import {
    addOutputOptions,
    DEFAULT_RUNS,
    DISCLAIMER,
    EXIT_HELP,
    type OutputOptions,
    placeOf,
    RUN_HELP,
} from "../options/output-options"
import {
    addReferenceOptions,
    type ReferenceOptions,
    referencesOf,
} from "../options/reference-options"
import { produceRun } from "../produce-run"
import type { ProducedRun, RunSource, OnReady } from "../run-source"
import { openConsoleAt } from "../show-console"
import { showRun, untilStopped } from "../show-review"

interface ReplayOptions
    extends
        OutputOptions,
        BeamformOptions,
        ReferenceOptions,
        SentOptions,
        AboutOptions,
        ConsoleOptions {
    readonly show?: true
}

const TARGET = "replay of a capture"

const EXAMPLE = `Example:
  npm run ivus -- replay runs/2026-11-30T10-39-17-array-20mhz --out again`

export function addReplayCommand(ivus: Command): void {
    const command = ivus
        .command("replay")
        .description("make the results of a run again from its capture")
        .argument("<file>", `capture.ivl of a run, or ${RUN_HELP}`)
        .addOption(
            defaultText(
                new Option(
                    "--catheter <file.json>",
                    "data of a catheter that was sent to the cart"
                ),
                "catheter.json beside the capture"
            )
        )
    addReferenceOptions(command)
    addGroup(
        command,
        "Channel data:",
        ...beamformOptions(),
        defaultText(
            new Option("--pairs <file.json>", "list of pairs that was sent to the cart"),
            "pairs.json beside the capture"
        )
    )
    addAboutOptions(command, "that of the run.json beside the capture, or now")
    addOutputOptions(
        command,
        new Option("--show", "then show the run in the browser until Ctrl-C"),
        ...consoleOptions()
    )
    command.addHelpText("after", `\n${EXAMPLE}\n\n${EXIT_HELP}\n\n${DISCLAIMER}`).action(replay)
}

async function replay(named: string, options: ReplayOptions): Promise<void> {
    const file = captureOf(named)
    const captureNow = followed(file)
    const sentNow = followedOptions(options)
    const catheter = catheterIn(file) ?? "unknown"
    const before = allowedBefore(knownBeside(file, report), report)
    const asked = askedAgain(before.asked, options.onDiskFull)
    const about = { ...aboutOf(options, before), target: TARGET, seed: null, asked }
    const choice = { ...beamformOf(options), ...referencesOf(options, undefined) }
    const source: RunSource = {
        asked: TARGET,
        ...{ about, place: placeOf(options, about.dateMs, catheter) },
        run: async (io, folder) => {
            const capture = captureNow(folder)
            const receiver = await readCapture(capture, io)
            const { description } = receiver
            return { ...replayed(receiver), ...sentDataOf(capture, description, sentNow(folder)) }
        },
        cut: replayed,
        sentFor: (description, folder) =>
            sentDataOf(captureNow(folder), description, sentNow(folder)),
        replayOf: folder => ({
            of: nameOf(captureNow(folder)),
            dateMs: options.date ?? dateMs(),
        }),
        ...{ hasBoardTime: true, isReplay: true },
    }
    const console = options.show ? await openConsoleAt(options) : undefined
    let produced: ProducedRun | undefined
    try {
        let folder = ""
        const keepFolder: OnReady = (_results, _summary, _print, path) => void (folder = path)
        produced = await produceRun(options, source, choice, keepFolder)
        if (!console) return
        const run = { ...reviewedRun(about, TARGET), replayOf: nameOf(file) }
        const { results } = produced
        const summary = Promise.resolve(produced.summary)
        await untilStopped(console, showRun({ results, summary, run, folder, choice }, console))
    } finally {
        await produced?.close()
        await console?.close()
    }
}

function replayed(receiver: RunReceiver): ReceivedRun {
    return { receiver, instruments: undefined, source: { target: TARGET, seed: null } }
}

/** The folder of a run is named for its capture, too. @throws UsageError when it cannot be read */
function captureOf(named: string): string {
    try {
        const there = statSync(named, { throwIfNoEntry: false })
        if (there && !there.isDirectory()) return named
        const folder = there ? named : runNamed(named)
        return folder === undefined ? named : join(folder, CAPTURE_NAME)
    } catch (error) {
        throw new UsageError(
            `The capture "${nameText(named)}" cannot be read (${diskReason(error)}); name the folder of a run, or its ${CAPTURE_NAME}.`
        )
    }
}

/** A run in the folder of runs, as for the other commands. */
function runNamed(name: string): string | undefined {
    try {
        return findRun(name, DEFAULT_RUNS)
    } catch {
        return undefined
    }
}

/** A run has the name of its folder, in which each capture has the same name. */
function nameOf(capture: string): string {
    const [name, folder] = [basename(capture), basename(dirname(resolve(capture)))]
    return name === CAPTURE_NAME && folder !== "" ? folder : name
}

/** The files of the options, which may be in a folder that is set aside, too. */
function followedOptions({ pairs, catheter }: SentOptions): (folder: SetAside) => SentOptions {
    const pairsNow = pairs === undefined ? undefined : followed(pairs)
    const catheterNow = catheter === undefined ? undefined : followed(catheter)
    return folder => ({
        ...(pairsNow && { pairs: pairsNow(folder) }),
        ...(catheterNow && { catheter: catheterNow(folder) }),
    })
}
