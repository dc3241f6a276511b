// `ivus replay`: the results of a run, made again from its capture.

import { closeSync, fstatSync, openSync, readSync } from "node:fs"
import { type Command, Option } from "commander"
import { Interrupted, UsageError } from "../../errors"
import { RunReceiver } from "../../run/run-receiver"
import type { ReceivedRun } from "../../run/run-target"
import { sentDataOf, type SentOptions } from "../../runs/sent-files"
import type { RunIo } from "../../targets/run-io"
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
import { produceRun } from "../produce-run"

interface ReplayOptions extends OutputOptions, BeamformOptions, ReferenceOptions, SentOptions {}

/** Bytes of a capture that are read at once. */
const PIECE_BYTES = 1 << 20

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
    addOutputOptions(command)
    command.addHelpText("after", `\n${EXAMPLE}\n\n${EXIT_HELP}\n\n${DISCLAIMER}`).action(replay)
}

async function replay(file: string, options: ReplayOptions): Promise<void> {
    const results = { ...beamformOf(options), ...referencesOf(options, undefined) }
    const capture = openCapture(file)
    try {
        await produceRun(
            options,
            {
                run: async io => {
                    const receiver = await receiveCapture(capture, io)
                    const source = { target: "replay of a capture", seed: null }
                    const sent = sentDataOf(file, receiver.description, options)
                    return { receiver, instruments: undefined, source, ...sent } as ReceivedRun
                },
                sent: options,
                isReplay: true,
            },
            results
        )
    } finally {
        closeSync(capture.fd)
    }
}

interface Capture {
    readonly fd: number
    readonly length: number
}

async function receiveCapture(
    { fd, length }: Capture,
    { progress, onBytes, stop }: Required<RunIo>
): Promise<RunReceiver> {
    const receiver = new RunReceiver()
    for (let done = 0; ;) {
        progress(done / length, "reading the capture")
        if (stop.aborted) throw new Interrupted("The replay was ended with Ctrl-C.")
        await new Promise(resolve => setImmediate(resolve))
        // A new buffer for each piece: the receiver keeps what it is given.
        const piece = Buffer.allocUnsafeSlow(PIECE_BYTES)
        const count = readSync(fd, piece)
        if (count === 0) break
        done += count
        onBytes(piece.subarray(0, count))
        receiver.push(piece.subarray(0, count))
    }
    receiver.finish()
    return receiver
}

function openCapture(file: string): Capture {
    try {
        const fd = openSync(file, "r")
        const stat = fstatSync(fd)
        if (stat.isFile() && stat.size > 0) return { fd, length: stat.size }
        closeSync(fd)
        const code = stat.isFile() ? "it is empty" : "it is not a file"
        throw Object.assign(new Error(), { code })
    } catch (error) {
        throw new UsageError(
            `The capture "${file}" cannot be read (${(error as NodeJS.ErrnoException).code}); name a capture.ivl.`
        )
    }
}
