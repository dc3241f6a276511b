// The pullback that the options ask for, checked as a whole.

import type { Catheter } from "../../../shared/acquisition/catheters"
import { hasEcgInput } from "../../../shared/acquisition/catheters"
import { hasElements } from "../../../shared/acquisition/channel-data"
import {
    budgetOverPath,
    CHANNEL_DATA_RATE_MIN_MHZ,
    FRAME_RATE_MAX_MHZ,
    FRAME_RATE_MIN_MHZ,
    type LinePath,
} from "../../../shared/acquisition/sequence-budget"
import { setImageFormat } from "../../../shared/acquisition/image-format"
import { tableEntries } from "../../../shared/acquisition/firing-table"
import { GOOD, REFUSED_NO_TRIGGERS, REFUSED_PRF, sentenceOf } from "../../../shared/codes"
import { LENGTH_MAX_NM, LENGTH_MIN_NM } from "../../../shared/motion/ramp"
import { UsageError } from "../../errors"
import { numberIn } from "../../number-in"
import { BUSES } from "../../sequence/buses"
import { refusedSpeedChange, planOf } from "../../sequence/pullback-plan"
import {
    catheterFor,
    type ChannelDataPairs,
    type PullbackRequest,
} from "../../sequence/pullback-request"
import { refusalText } from "../../sequence/refusal-text"
import { defaultFrameRateHz } from "../../sequence/default-frame-rate"
import { tgcCurve } from "../../sequence/tgc"
import type { CatheterChoice } from "./catheter-option"
import { type ChannelDataOptions, channelDataPairsOf } from "./channel-data-options"
import type { ImageOptions } from "./image-options"
import { type MotionOptions, motionOf } from "./motion-options"
import type { TargetChoice } from "./target-options"
import { tgcPoints } from "./tgc-option"

export interface RequestOptions extends MotionOptions, ImageOptions, ChannelDataOptions {
    readonly target: TargetChoice
    readonly catheter: CatheterChoice
    readonly bus: string
}

/** @throws UsageError that says what does not fit and what would */
export function pullbackRequestOf(options: RequestOptions): PullbackRequest {
    const { catheter, spec } = options.catheter
    const channelDataPairs = channelDataPairsOf(options, catheter.elements)
    if (channelDataPairs) checkChannelData(options, catheter)
    const image = imageOf(options, catheter)
    const sent = { catheterId: catheter.id, ...(spec && { spec }) }
    const fired = firedCatheter(options, {
        ...image,
        ...sent,
        ...(channelDataPairs && { channelDataPairs }),
    })
    // The points of a catheter's file, unless others are given.
    const points = options.tgc === undefined ? spec?.tgc_points : tgcPoints(options.tgc, catheter)
    const request: PullbackRequest = {
        ...sent,
        speedMmPerS: options.speed,
        lengthMm: lengthFor(options.length, catheter),
        frameRateHz: frameRateOf(options, fired, channelDataPairs),
        ...image,
        ...(points && { tgcCdb: tgcCurve(points, catheter) }),
        ...motionOf(options),
        ...(channelDataPairs && { channelDataPairs }),
    }
    checkPlan(request, catheter)
    checkFrameRate(options, request, fired)
    return request
}

/** The catheter's stroke may be shorter than the longest pullback. */
function lengthFor(length: number, { stroke_um }: Catheter): number {
    return numberIn(
        String(length),
        "length",
        LENGTH_MIN_NM / 1e6,
        Math.min(LENGTH_MAX_NM / 1e6, stroke_um / 1000),
        "mm"
    )
}

function checkChannelData(options: RequestOptions, catheter: Catheter): void {
    if (!hasElements(catheter))
        throw new UsageError(`--data elements needs an array; ${catheter.id} has one element.`)
    for (const [given, flag] of [
        [options.lines, "--lines"],
        [options.samples, "--samples"],
    ] as const)
        if (given !== undefined)
            throw new UsageError(`${flag} does not apply to channel data; leave it out.`)
}

function imageOf(
    { lines, samples }: RequestOptions,
    catheter: Catheter
): Pick<PullbackRequest, "lines" | "samples"> {
    const { reason, nearest } = setImageFormat(catheter, lines ?? 0, samples ?? 0)
    if (reason !== GOOD)
        throw new UsageError(
            `${catheter.id} cannot acquire this picture: ${refusalText(reason, nearest)}.`
        )
    return {
        ...(lines !== undefined && { lines }),
        ...(samples !== undefined && { samples }),
    }
}

function firedCatheter(
    options: RequestOptions,
    request: Parameters<typeof catheterFor>[0]
): Catheter {
    const fired = catheterFor(request)
    const { catheter } = options.catheter
    if (!fired)
        throw new UsageError(
            `--pairs ${options.pairs ?? "reciprocal-14"} has more receivers than the ${catheter.elements} elements of ${catheter.id}; name a FILE.json with [[tx, rx], …].`
        )
    return fired
}

/** The path of the A-lines that the frame rate is planned for: without a choice, one that every cart has. */
function plannedPath({ target, bus }: RequestOptions): LinePath {
    return BUSES[target.kind === "virtual" ? bus : "single"]!
}

function frameRateOf(
    options: RequestOptions,
    fired: Catheter,
    channelDataPairs: ChannelDataPairs | undefined
): number {
    const { spec } = options.catheter
    // A catheter's file states the rate for A-lines.
    const rateHz =
        options.frameRate ??
        (spec && !channelDataPairs
            ? spec.frame_rate_mhz / 1000
            : defaultFrameRateHz(
                  rateMhz => budgetOf(fired, rateMhz, plannedPath(options)).reason === GOOD
              ))
    const min = channelDataPairs ? CHANNEL_DATA_RATE_MIN_MHZ : FRAME_RATE_MIN_MHZ
    return numberIn(String(rateHz), "frame-rate", min / 1000, FRAME_RATE_MAX_MHZ / 1000, "frames/s")
}

function budgetOf(
    fired: Catheter,
    rateMhz: number,
    path: LinePath
): ReturnType<typeof budgetOverPath> {
    return budgetOverPath(fired, rateMhz, tableEntries(fired), path)
}

function checkPlan(request: PullbackRequest, catheter: Catheter): void {
    if (request.steps?.gate && !hasEcgInput(catheter))
        throw new UsageError(
            `${catheter.id} cannot do a gated pullback: ${sentenceOf(REFUSED_NO_TRIGGERS)}; use --mode stepped or continuous.`
        )
    const plan = planOf(request, catheter)
    if (!plan.plan)
        throw new UsageError(`This pullback does not fit: ${refusalText(plan.reason, plan.value)}.`)
    const misfit = refusedSpeedChange(request, plan.plan)
    if (misfit)
        throw new UsageError(
            `--change-speed ${misfit.change.speedMmPerS}@${misfit.change.atMm} does not fit: ${refusalText(misfit.reason, misfit.value)}.`
        )
}

function checkFrameRate(
    options: RequestOptions,
    { frameRateHz, catheterId }: PullbackRequest,
    fired: Catheter
): void {
    // A real cart checks the rate against its own front end; here only what no cart can do is refused.
    const path = options.target.kind === "virtual" ? plannedPath(options) : BUSES.quad!
    const rateMhz = Math.round(frameRateHz * 1000)
    const { reason, nearest } = budgetOf(fired, rateMhz, path)
    if (reason === GOOD) return
    const why =
        reason === REFUSED_PRF
            ? "its firings take longer than a frame"
            : sentenceOf(reason).replace(/: lower the frame rate.*$/, "")
    const limit = `${nearest < rateMhz ? "up to" : "from"} ${(Math.floor(nearest / 10) / 100).toFixed(2)}`
    throw new UsageError(
        `--frame-rate ${frameRateHz} does not fit ${catheterId}: ${why}; ${limit} frames/s fit.`
    )
}
