// `ivus send`: sends the DICOM files of a run to an archive (PACS), and what an earlier command had to leave in the queue.

import { setTimeout as wait } from "node:timers/promises"
import { type Command, Option } from "commander"
import { dateMs } from "../../clock"
import { Interrupted, RunError, UsageError } from "../../errors"
import { nameText } from "../../log/log-text"
import { findRun, runsIn } from "../../runs/find-run"
import type { Clock } from "../../send/back-off"
import { SendError } from "../../send/send-error"
import { openArchive } from "../../send/open-archive"
import { note, type Outcome, usableRecord, waitingIn } from "../../send/send-queue"
import { sendRun, type SendOptions, type SendResult } from "../../send/send-run"
import { destinationOf, settingsPath } from "../../send/send-settings"
import { report } from "../../terminal"
import { onStop } from "../on-stop"
import { defaultText, numberOption } from "../options/option"
import {
    DEFAULT_RUNS,
    DISCLAIMER,
    EXIT_HELP,
    jsonOption,
    RUN_HELP,
} from "../options/output-options"

interface Options {
    readonly to?: string
    readonly resume?: true
    readonly cancel?: true
    readonly settings?: string
    readonly retryFor: number
    readonly json?: true
}

/** What is to be sent where. */
interface Job {
    readonly folder: string
    /** An address, or a name in the settings file. */
    readonly to: string
    /** Left out, all files of the run. */
    readonly names?: readonly string[]
}

const HELP = `Examples:
  npm run ivus -- send 2026-11-30T10-39-17-array-20mhz --to https://pacs.example/dicom-web
  npm run ivus -- send 2026-11-30T10-39-17-array-20mhz --to dicom://ORTHANC@pacs.example:4242
  npm run ivus -- send --resume

Sends pullback.dcm, longitudinal.dcm and report.dcm, and asks the archive whether it has them. Outcomes
are in run.json, "sent". What could not be sent waits there: --resume sends it, --cancel takes it out.
Passwords, tokens and certificates belong into the settings file (src/host/send/README.md).`

export function addSendCommand(ivus: Command): void {
    ivus.command("send")
        .description("send the DICOM files of a run to an archive (PACS)")
        .argument("[run]", `${RUN_HELP}; needed without --resume`)
        .option(
            "--to <address>",
            "http(s)://HOST…/dicom-web, dicom://AE@HOST:PORT, or a name in the settings file"
        )
        .option(
            "--resume",
            `send what waits in the queue: of the run, or of all runs in ${DEFAULT_RUNS}`
        )
        .option(
            "--cancel",
            "take what waits out of the queue, for example after a wrong address; sends nothing"
        )
        .addOption(
            defaultText(
                new Option("--settings <file>", "passwords and certificates by destination"),
                "IVUS_SEND, or ivus-cart/send.json in the configuration folder"
            )
        )
        .addOption(
            numberOption("--retry-for <s>", "how long an archive that is away is tried again", [
                ...([0, 86_400, "s"] as const),
            ]).default(60)
        )
        .addOption(jsonOption("print the outcomes as one JSON array"))
        .addHelpText("after", `\n${HELP}\n\n${EXIT_HELP}\n\n${DISCLAIMER}`)
        .action(send)
}

async function send(named: string | undefined, options: Options): Promise<void> {
    const settings = options.settings ?? settingsPath()
    if (options.cancel) return cancel(named, options, settings)
    const jobs = options.resume
        ? waitingJobs(named, options.to, settings)
        : [job(named, options.to)]
    const stopping = new AbortController()
    const stop = onStop(() => stopping.abort())
    try {
        const results = await sendAll(jobs, settings, {
            ...{ clock: CLOCK, signal: stopping.signal, report },
            retryForMs: 1000 * options.retryFor,
        })
        print(results, jobs, options.json === true, waitsText(named))
    } catch (error) {
        if (!stopping.signal.aborted) throw error
        throw new Interrupted(`Stopped; ${waitsText(named)}`)
    } finally {
        stop.off()
    }
}

/** A run that is not in the folder of runs is found only by its name. */
function waitsText(named: string | undefined): string {
    const run = named === undefined ? "" : ` ${nameText(named)}`
    return `what was not sent waits in the queue: "ivus send --resume${run}" sends it.`
}

/** Takes what waits out of the queue. */
async function cancel(
    named: string | undefined,
    { to, json }: Options,
    settings: string
): Promise<void> {
    if (named === undefined)
        throw new UsageError(`--cancel needs the run whose files are not to be sent.`)
    const folder = findRun(named, DEFAULT_RUNS)
    const only = to === undefined ? undefined : destinationOf(to, settings).address.to
    const outcomes = waitingIn(usableRecord(folder), only).map(
        ({ date: _, ...entry }): Outcome => ({
            ...entry,
            outcome: "cancelled",
        })
    )
    if (outcomes.length > 0) await note(folder, outcomes, CLOCK, new AbortController().signal)
    else report("Nothing waits in the queue.")
    show(outcomes, json === true)
}

const CLOCK: Clock = {
    nowMs: dateMs,
    wait: async (ms, signal) => void (await wait(ms, undefined, { signal })),
}

function job(named: string | undefined, to: string | undefined): Job {
    if (named === undefined)
        throw new UsageError(
            `No run is named; "ivus runs" lists them, and --resume sends what waits in the queue.`
        )
    if (to === undefined)
        throw new UsageError(
            `--to is missing; give http(s)://HOST…/dicom-web or dicom://AE@HOST:PORT.`
        )
    return { folder: findRun(named, DEFAULT_RUNS), to }
}

/** @throws UsageError */
function waitingJobs(named: string | undefined, to: string | undefined, settings: string): Job[] {
    const only = to === undefined ? undefined : destinationOf(to, settings).address.to
    const folders =
        named === undefined
            ? runsIn(DEFAULT_RUNS).flatMap(({ folder, record }) => (record ? [folder] : []))
            : [findRun(named, DEFAULT_RUNS)]
    return folders.flatMap(folder => {
        const names = new Map<string, string[]>()
        for (const { to, object } of waitingIn(usableRecord(folder), only))
            names.set(to, [...(names.get(to) ?? []), object])
        return [...names].map(([to, names]) => ({ folder, to, names }))
    })
}

/** An archive that is away, or that has to be set up, is not tried for the next run. */
async function sendAll(
    jobs: readonly Job[],
    settings: string,
    options: SendOptions
): Promise<SendResult[]> {
    const results: SendResult[] = []
    const stopped = new Set<string>()
    for (const { folder, to, names } of jobs) {
        if (stopped.has(to)) continue
        try {
            const destination = destinationOf(to, settings)
            const archive = openArchive(destination)
            const result = await sendRun(folder, destination.address.to, archive, options, names)
            if (result.stoppedBy) stopped.add(to)
            results.push(result)
        } catch (error) {
            // A run that cannot be used does not hold up those behind it.
            if (jobs.length === 1 || !(error instanceof UsageError)) throw error
            results.push({ outcomes: [], stoppedBy: new SendError("setup", withoutEnd(error)) })
        }
    }
    return results
}

function withoutEnd({ message }: Error): string {
    return message.replace(/\.$/, "")
}

/** @throws RunError unless the archives took everything */
function print(
    results: readonly SendResult[],
    jobs: readonly Job[],
    isJson: boolean,
    waits: string
): void {
    const outcomes = results.flatMap(result => result.outcomes)
    show(outcomes, isJson)
    if (jobs.length === 0) report("Nothing waits in the queue.")
    const failure = failureText(results, waits)
    if (failure !== undefined) throw new RunError(failure)
}

function show(outcomes: readonly Outcome[], isJson: boolean): void {
    if (isJson) process.stdout.write(`${JSON.stringify(outcomes, undefined, 4)}\n`)
    else for (const outcome of outcomes) process.stdout.write(`${lineOf(outcome)}\n`)
}

function lineOf({ object, to, outcome, reason }: Outcome): string {
    return `${object} → ${nameText(to)}: ${outcome}${reason === null ? "" : ` (${reason})`}`
}

function failureText(results: readonly SendResult[], waits: string): string | undefined {
    const stopped = results.find(({ stoppedBy }) => stoppedBy)?.stoppedBy
    if (stopped) return `${stopped.message}; ${waits}`
    const failed = results
        .flatMap(({ outcomes }) => outcomes)
        .filter(({ outcome }) => outcome === "refused" || outcome === "missing")
    const [first] = failed
    if (!first) return undefined
    const reason = first.outcome === "missing" ? `${first.object}: ${first.reason}` : first.reason
    return `${reason}; ${failed.length} of the files ${failed.length === 1 ? "was" : "were"} not sent, and "sent" in run.json says why.`
}
