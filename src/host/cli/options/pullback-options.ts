// Responsible for: the options of the commands: their text, ranges and refusals.
// Not for: what the commands do.

import { SAMPLES_MAX, SAMPLES_MIN } from "../../../shared/devices/line-engine"
import { BUSES } from "../../sequence/buses"
import { hasEcgInput, type Catheter } from "../../../shared/acquisition/catheters"
import { hasElements } from "../../../shared/acquisition/channel-data"
import { catheterFrom, type CatheterSpec } from "../../sequence/catheter-spec"
import { GOOD, REFUSED_NO_TRIGGERS, REFUSED_PRF, sentenceOf } from "../../../shared/codes"
import {
    LENGTH_MAX_NM,
    LENGTH_MIN_NM,
    SPEED_MAX_NM_S,
    SPEED_MIN_NM_S,
} from "../../../shared/motion/ramp"
import {
    budgetOverPath,
    CHANNEL_DATA_RATE_MIN_MHZ,
    FRAME_RATE_MAX_MHZ,
    FRAME_RATE_MIN_MHZ,
    imageWith,
    type LinePath,
    PICTURE_LINES_MAX,
    PICTURE_LINES_MIN,
    tableEntries,
} from "../../../shared/acquisition/sequence"
import { catheterFor } from "../../sequence/pullback-request"
import { type PullbackRequest } from "../../sequence/pullback-request"
import { standardRateHz } from "../../sequence/standard-rate"
import { misfitOf, planOf } from "../../sequence/pullback-plan"
import { refusalText } from "../../sequence/refusal-text"
import type { LinkOptions } from "./link-options"
import { type ChannelDataOptions, parseChannelData } from "./channel-data-options"
import { type MoveOptions, parseMoves } from "./move-options"
import { numberIn, wholeIn } from "../../number-in"
import { tgcCurve } from "../../sequence/tgc"
import { parseTgc } from "./tgc-option"
import { readSpecToSend } from "../../runs/sent-files"
import { UsageError } from "../../errors"
import { knownCatheter } from "../../sequence/known-catheter"

/** What commander hands over for `pullback`; texts are as typed. */
export interface PullbackOptions extends MoveOptions, LinkOptions, ChannelDataOptions {
    target: string
    port: string
    catheter: string
    speed: string
    length: string
    /** Left out, the standard rate that fits (../sequence/standard-rate.ts). */
    frameRate?: string
    lines?: string
    samples?: string
    tgc?: string
    bus: string
    vessel?: string
    echo?: string
    seed: string
    out: string
    once?: boolean
    consolePort: string
    /** Folder; left out, the user's. */
    references?: string
    /** false for --no-ring-down. */
    ringDown?: boolean
    json?: boolean
    traceSpi?: string
    fault: string[]
    nurd?: string
}

/** Those by which a request is made. */
export type RequestOptions = MoveOptions &
    ChannelDataOptions &
    Pick<
        PullbackOptions,
        | "catheter"
        | "speed"
        | "length"
        | "frameRate"
        | "lines"
        | "samples"
        | "tgc"
        | "bus"
        | "target"
    >

export type Target = { kind: "virtual" } | { kind: "tcp"; host: string }

export function parseTarget(text: string): Target {
    if (text === "virtual") return { kind: "virtual" }
    const tcp = /^tcp:([A-Za-z0-9.:_-]+)$/.exec(text)
    if (tcp) return { kind: "tcp", host: tcp[1]! }
    if (text.startsWith("serial:"))
        throw new UsageError(
            `A pullback over a serial line is not built yet; use --target virtual or --target tcp:HOST.`
        )
    throw new UsageError(
        `There is no target "${text}"; virtual, tcp:HOST and serial:PATH are allowed.`
    )
}

export function parseSeed(text: string): number {
    if (!/^\d{1,10}$/.test(text) || Number(text) > 0x7fffffff)
        throw new UsageError(
            `--seed ${text} is no seed; a whole number from 0 to 2147483647 is allowed.`
        )
    return Number(text)
}

/** 1 to 65535; 0 takes any that is free. */
export function parsePort(text: string, option = "port"): number {
    if (!/^\d{1,5}$/.test(text) || Number(text) > 65535)
        throw new UsageError(`--${option} ${text} is no port; 1 to 65535 are allowed.`)
    return Number(text)
}

export function parseWait(text: string): number {
    return numberIn(text, "wait", 0.1, 600, "s")
}

/** One that the cart knows, or one of a FILE.json, which the cart is sent. */
export function parseCatheter(text: string): {
    catheter: Catheter
    spec?: CatheterSpec
} {
    if (text.endsWith(".json")) {
        const spec = readSpecToSend(text)
        return { catheter: catheterFrom(spec), spec }
    }
    return { catheter: knownCatheter(text, ", and a FILE.json may hold one") }
}

/** What carries the lines of a virtual cart to the host. */
export function parseBus(text: string): LinePath {
    if (!Object.hasOwn(BUSES, text))
        throw new UsageError(
            `There is no bus "${text}"; ${Object.keys(BUSES).join(" and ")} are known.`
        )
    return BUSES[text]!
}

/** Lines and samples as typed; what is left out is the catheter's own. */
function parseImage(
    options: RequestOptions,
    catheter: Catheter
): Pick<PullbackRequest, "lines" | "samples"> {
    const image = {
        ...(options.lines !== undefined && {
            lines: wholeIn(
                options.lines,
                "lines",
                PICTURE_LINES_MIN,
                PICTURE_LINES_MAX,
                "lines a frame"
            ),
        }),
        ...(options.samples !== undefined && {
            samples: wholeIn(
                options.samples,
                "samples",
                SAMPLES_MIN,
                SAMPLES_MAX,
                "samples a line"
            ),
        }),
    }
    const judged = imageWith(catheter, image.lines ?? 0, image.samples ?? 0)
    if (judged.reason !== GOOD)
        throw new UsageError(
            `This picture of ${catheter.id} cannot be: ${refusalText(judged.reason, judged.nearest)}.`
        )
    return image
}

/** @throws UsageError with one sentence: what was wrong, what is allowed */
export function parseRequest(options: RequestOptions): {
    request: PullbackRequest
    catheter: Catheter
} {
    const { catheter, spec } = parseCatheter(options.catheter)
    const channelDataPairs = parseChannelData(options, catheter.elements)
    if (channelDataPairs && !hasElements(catheter))
        throw new UsageError(`--data elements needs an array; ${catheter.id} has one element.`)
    if (channelDataPairs)
        for (const [given, name] of [
            [options.lines, "--lines"],
            [options.samples, "--samples"],
        ] as const)
            if (given !== undefined)
                throw new UsageError(`${name} means nothing to element data; leave it out.`)
    const image = parseImage(options, catheter)
    const sent = { catheterId: catheter.id, ...(spec && { spec }) }
    const fired = catheterFor({
        ...image,
        ...sent,
        ...(channelDataPairs && { channelDataPairs }),
    })
    if (!fired)
        throw new UsageError(
            `--pairs ${options.pairs ?? "reciprocal-14"} has more receivers than ${catheter.id} has elements, ${catheter.elements}; name a FILE.json with [[tx, rx], …].`
        )
    const budgetOf = (path: LinePath, rateMhz: number) =>
        budgetOverPath(fired, rateMhz, tableEntries(fired), path)
    const isVirtual = options.target === "virtual"
    // What nobody chose fits any cart, also one with the least path.
    const usual = parseBus(isVirtual ? options.bus : "single")
    const frameRate =
        options.frameRate ??
        // A file says itself which rate its A-lines are meant for.
        (spec && !channelDataPairs
            ? String(spec.frame_rate_mhz / 1000)
            : String(standardRateHz(rate => budgetOf(usual, rate).reason === GOOD)))
    // Those of a catheter's file, where nobody gives others.
    const tgcPoints = options.tgc === undefined ? spec?.tgc_points : parseTgc(options.tgc, catheter)
    const request: PullbackRequest = {
        ...sent,
        speedMmPerS: numberIn(
            options.speed,
            "speed",
            SPEED_MIN_NM_S / 1e6,
            SPEED_MAX_NM_S / 1e6,
            "mm/s"
        ),
        lengthMm: numberIn(
            options.length,
            "length",
            LENGTH_MIN_NM / 1e6,
            Math.min(LENGTH_MAX_NM / 1e6, catheter.stroke_um / 1000),
            "mm"
        ),
        frameRateHz: numberIn(
            frameRate,
            "frame-rate",
            (channelDataPairs ? CHANNEL_DATA_RATE_MIN_MHZ : FRAME_RATE_MIN_MHZ) / 1000,
            FRAME_RATE_MAX_MHZ / 1000,
            "frames/s"
        ),
        ...image,
        ...(tgcPoints && { tgcCdb: tgcCurve(tgcPoints, catheter) }),
        ...parseMoves(options),
        ...(channelDataPairs && { channelDataPairs }),
    }
    if (request.steps?.gate && !hasEcgInput(catheter))
        throw new UsageError(
            `No gated pullback with ${catheter.id}: ${sentenceOf(REFUSED_NO_TRIGGERS)}; use --mode stepped or continuous.`
        )
    const plan = planOf(request, catheter)
    if (!plan.plan)
        throw new UsageError(`This pullback does not fit: ${refusalText(plan.reason, plan.value)}.`)
    const misfit = misfitOf(request, plan.plan)
    if (misfit)
        throw new UsageError(
            `--change-speed ${misfit.change.speedMmPerS}@${misfit.change.atMm} does not fit: ${refusalText(misfit.reason, misfit.value)}.`
        )
    // What a real cart's front end has, it knows itself, and refuses what does not fit.
    const askedMhz = Math.round(request.frameRateHz * 1000)
    const { reason, nearest } = budgetOf(isVirtual ? usual : parseBus("quad"), askedMhz)
    if (reason !== GOOD)
        throw new UsageError(
            `--frame-rate ${frameRate} does not fit ${catheter.id}: ${
                reason === REFUSED_PRF ? "its firings take longer than a frame" : sentenceOf(reason)
            }; ${nearest < askedMhz ? "up to" : "from"} ${(Math.floor(nearest / 10) / 100).toFixed(2)} frames/s fit.`
        )
    return { request, catheter }
}
