// Responsible for: `ivus pullback` and `ivus replay`: from options to files, summary and exit status.
// Not for: targets or results, which it only puts together.

import { closeSync, existsSync, fstatSync, openSync, readSync, writeSync } from "node:fs"
import type { VirtualBoardOptions } from "../../targets/virtual/virtual-cart"
import { OutFolder, OutFolderError } from "../../runs/out-folder"
import { type ResultsChoice, resultsOf } from "../../results/run-results"
import { summaryText } from "../../results/summary"
import { writeResults } from "../../results/write-results"
import type { Catheter } from "../../../shared/acquisition/catheters"
import { RunReceiver } from "../../run/run-receiver"
import type { ReceivedRun, TakeBytes } from "../../run/run-target"
import { Interrupted } from "../../errors"
import { RunError } from "../../errors"
import { keepCapture, keepCutRun, replayHint } from "../../runs/cut-capture"
import { onStop } from "../on-stop"
import { bytecodeOf } from "../../targets/virtual/bytecode"
import { type BeamformOptions, parseBeamform } from "../options/channel-data-options"
import { echoSource, channelDataSource } from "../../targets/virtual/echo-source"
import { checkFaults, parseFault } from "../../targets/virtual/timed-faults"
import { numberIn } from "../../number-in"
import {
    parseBus,
    parsePort,
    parseRequest,
    parseSeed,
    parseTarget,
    type PullbackOptions,
} from "../options/pullback-options"
import { report } from "../../terminal"
import { storedIdentity } from "../../link/stored-identity"
import { parseTls } from "../options/link-options"
import { progressBar, type ProgressBar } from "../progress-bar"
import { type Produced, review } from "../show-review"
import { runTcpPullback } from "../../targets/tcp/tcp-pullback"
import { referencesOf, type ReferenceOptions } from "../options/reference-options"
import { dateMs } from "../../clock"
import { fileOptions, sentDataOf, sentFiles, type SentOptions } from "../../runs/sent-files"
import { UsageError } from "../../errors"
import { engineOn } from "../../targets/virtual/virtual-cart"
import { runVirtualPullback } from "../../targets/virtual/virtual-pullback"

/** Uneven rotation beyond this would be a shaft that stands and jumps: --fault rotor-stall. */
const NURD_MAX_DEG = 30

/** Bytes of a capture that are read at once. */
const PIECE_BYTES = 1 << 20

/** Runs a whole pullback, writes its results, and shows them until Ctrl-C unless it is to end at once. */
export async function pullbackCommand(options: PullbackOptions): Promise<void> {
    const consolePort = parsePort(options.consolePort, "console-port")
    const done = await pulledBack(options)
    if (!options.once) await review(done, consolePort)
}

async function pulledBack(options: PullbackOptions): Promise<Produced> {
    const results = {
        ...parseBeamform(options),
        ...referencesOf(options, dateMs()),
    }
    const { request, catheter } = parseRequest(options)
    const target = parseTarget(options.target)
    const port = parsePort(options.port)
    const seed = parseSeed(options.seed)
    const faults = options.fault.map(parseFault)
    checkFaults(faults, catheter)
    const nurdDeg = parseNurd(options.nurd, catheter)
    const tls = parseTls(options)
    if (target.kind !== "virtual") {
        const virtualOnly = [
            [options.vessel, "--vessel"],
            [options.echo, "--echo"],
            [options.traceSpi, "--trace-spi"],
            [faults[0], "--fault"],
            [options.nurd, "--nurd"],
            [options.bus === "single" ? undefined : options.bus, "--bus"],
        ] as const
        for (const [given, name] of virtualOnly)
            if (given !== undefined)
                throw new UsageError(
                    `${name} needs the virtual board; leave it out or use --target virtual.`
                )
        return produce(
            options,
            (bar, onBytes, stop) =>
                runTcpPullback(
                    {
                        ...{ kind: "tcp", host: target.host, port, tls },
                        identity: storedIdentity(options.insecure ?? false, report),
                    },
                    request,
                    { onBytes, progress: bar.show, stop }
                ),
            results
        )
    }
    const choice = {
        vesselFile: options.vessel,
        echoFile: options.echo,
        seed,
        lengthMm: request.lengthMm,
    }
    const elements = request.channelDataPairs && channelDataSource(catheter, choice)
    const echo = echoSource(catheter, choice)
    const bytecodeFile = bytecodeOf(catheter.id)
    if (!existsSync(bytecodeFile))
        throw new RunError("The firmware has not been built; run `npm run build` first.")
    const trace = options.traceSpi === undefined ? undefined : openTrace(options.traceSpi)
    try {
        return await produce(
            options,
            (bar, onBytes, stop) =>
                runVirtualPullback(
                    {
                        board: {
                            ...{ seed, echo, faults, engine: engineOn(parseBus(options.bus)) },
                            ...(elements && { channelData: elements }),
                            ...(nurdDeg !== undefined && { nurdDeg }),
                            ...(trace && { onSpi: trace.take }),
                        },
                    },
                    request,
                    { onBytes, progress: bar.show, stop }
                ),
            results
        )
    } finally {
        trace?.close()
    }
}

/** @throws UsageError for a catheter that does not turn */
function parseNurd(text: string | undefined, catheter: Catheter): number | undefined {
    if (text === undefined) return undefined
    if (!catheter.rotor_sign)
        throw new UsageError(
            `--nurd needs a catheter that turns, which ${catheter.id} does not; leave it out or name another --catheter.`
        )
    return numberIn(text, "nurd", 0, NURD_MAX_DEG, "degrees")
}

/** Makes the same results from the bytes of an earlier run. */
export async function replayCommand(
    file: string,
    options: { out: string; json?: boolean } & BeamformOptions & ReferenceOptions & SentOptions
): Promise<void> {
    const results = {
        ...parseBeamform(options),
        ...referencesOf(options, undefined),
    }
    const capture = openCapture(file)
    try {
        await produce(
            options,
            async (bar, onBytes, stop) => {
                const receiver = new RunReceiver()
                for (let done = 0; ;) {
                    bar.show(done / capture.length, "reading the capture")
                    if (stop.aborted) throw new Interrupted("Ended before its time.")
                    await new Promise(resolve => setImmediate(resolve))
                    // A new one each time: what was pushed is the receiver's.
                    const piece = Buffer.allocUnsafeSlow(PIECE_BYTES)
                    const count = readSync(capture.fd, piece)
                    if (count === 0) break
                    done += count
                    onBytes(piece.subarray(0, count))
                    receiver.push(piece.subarray(0, count))
                }
                receiver.finish()
                const source = { target: "replay of a capture", seed: null }
                const sent = sentDataOf(file, receiver.description, options)
                return { receiver, instruments: undefined, source, ...sent }
            },
            results,
            true
        )
    } finally {
        closeSync(capture.fd)
    }
}

function openCapture(file: string): { fd: number; length: number } {
    try {
        const fd = openSync(file, "r")
        const about = fstatSync(fd)
        if (about.isFile() && about.size > 0) return { fd, length: about.size }
        closeSync(fd)
        const code = about.isFile() ? "it is empty" : "it is not a file"
        throw Object.assign(new Error(), { code })
    } catch (error) {
        throw new UsageError(
            `The capture "${file}" cannot be read (${(error as NodeJS.ErrnoException).code}); name a capture.ivl.`
        )
    }
}

/**
 * Checks the out folder, runs, writes, tells. A run that fails leaves no results, and of what came from the vessel the
 * capture alone.
 */
async function produce(
    options: { out: string; json?: boolean } & SentOptions,
    run: (bar: ProgressBar, onBytes: TakeBytes, stop: AbortSignal) => Promise<ReceivedRun>,
    choice: ResultsChoice,
    isReplay = false
): Promise<Produced> {
    const out = openOut(options.out)
    const bar = progressBar(false)
    const capture = out.stream("capture.ivl")
    let hasBytes = false
    let received: ReceivedRun | undefined
    let isOver = false
    const leave = (): void => {
        if (isOver) return
        bar.stop()
        if (hasBytes && !isReplay)
            report(`what had come is kept: ${replayHint(keepCapture(out), fileOptions(options))}`)
        out.discard()
    }
    const stopping = new AbortController()
    const stop = onStop(() => {
        if (!received) return stopping.abort()
        // Making the results has no good order to end in: they can be made again.
        if (isOver) return
        leave()
        process.exit(130)
    }, leave)
    try {
        const onBytes: TakeBytes = bytes => {
            hasBytes = true
            capture(bytes)
        }
        received = await run(bar, onBytes, stopping.signal)
        if (stopping.signal.aborted) throw new Interrupted("Ended before its results were made.")
        const results = await resultsOf(received, bar.show, choice)
        const summary = await writeResults(received, out, bar.show, results)
        for (const [name, text] of sentFiles(received)) out.write(name, text)
        const files = out.commit()
        bar.stop()
        process.stdout.write(
            options.json
                ? JSON.stringify({
                      ...summary,
                      out: out.path,
                      files: files.length,
                  }) + "\n"
                : `${summaryText(summary)}\n${files.length} files in ${out.path}\n`
        )
        return { results, summary, target: received.source?.target ?? "cart" }
    } catch (error) {
        if (!(error instanceof RunError)) throw error
        // Of a replay the capture is there already.
        if (isReplay) throw error
        const receiver = error.receiver ?? received?.receiver
        if (!receiver?.assembler?.counts.received) throw error
        throw keepCutRun(error, receiver, out, fileOptions(options))
    } finally {
        isOver = true
        bar.stop()
        out.discard()
        stop.off()
    }
}

export function openOut(path: string): OutFolder {
    try {
        return new OutFolder(path)
    } catch (error) {
        if (error instanceof OutFolderError) throw new UsageError(error.message)
        throw error
    }
}

/** JSON lines, one a chip select, so that a logic analyser's trace can be laid beside them. */
function openTrace(file: string): {
    take: NonNullable<VirtualBoardOptions["onSpi"]>
    close: () => void
} {
    let fd: number
    try {
        fd = openSync(file, "w")
    } catch (error) {
        throw new UsageError(
            `The trace "${file}" cannot be written (${(error as NodeJS.ErrnoException).code}); name a file that can with --trace-spi.`
        )
    }
    const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex")
    return {
        take: t =>
            void writeSync(
                fd,
                JSON.stringify({
                    t_us: t.timeUs,
                    device: t.device,
                    mosi: hex(t.mosi),
                    miso: hex(t.miso),
                }) + "\n"
            ),
        close: () => closeSync(fd),
    }
}
