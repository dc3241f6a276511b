// `ivus replay`: the results of a run, made again from its capture.

import { type Command, Option } from "commander"
import type { ReceivedRun } from "../../run/run-target"
import { checkCapture, readCapture } from "../../runs/read-capture"
import { sentDataOf, type SentOptions } from "../../runs/sent-files"
import { aboutOf, type AboutOptions, addAboutOptions } from "../options/about-options"
import { beamformOf, beamformOptions, type BeamformOptions } from "../options/channel-data-options"
import { addGroup, defaultText } from "../options/option"
import {
    addOutputOptions,
    DISCLAIMER,
    EXIT_HELP,
    type OutputOptions,
} from "../options/output-options"
import {
    addReferenceOptions,
    type ReferenceOptions,
    referencesOf,
} from "../options/reference-options"
import { type CommandIo, produceRun } from "../produce-run"

interface ReplayOptions
    extends AboutOptions, OutputOptions, BeamformOptions, ReferenceOptions, SentOptions {}

const EXAMPLE = `Example:
  npm run ivus -- replay out/capture.ivl --out again`

export function addReplayCommand(ivus: Command): void {
    const command = ivus
        .command("replay")
        .description("make the results of a run again from its capture")
        .argument("<file>", "capture.ivl of a run, or capture-cut.ivl of one that was cut short")
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
    addAboutOptions(command)
    addOutputOptions(command)
    command.addHelpText("after", `\n${EXAMPLE}\n\n${EXIT_HELP}\n\n${DISCLAIMER}`).action(replay)
}

async function replay(file: string, options: ReplayOptions): Promise<void> {
    const results = { ...beamformOf(options), ...referencesOf(options, undefined) }
    checkCapture(file)
    const run = async (io: CommandIo): Promise<ReceivedRun> => {
        const receiver = await readCapture(file, io)
        const source = { target: "replay of a capture", seed: null }
        const sent = sentDataOf(file, receiver.description, options)
        return { receiver, instruments: undefined, source, ...sent }
    }
    await produceRun(
        options,
        {
            ...{ asked: "replay of a capture", about: aboutOf(options) },
            ...{ run, sent: options, isReplay: true },
        },
        results
    )
}
