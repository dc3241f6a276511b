// Responsible for: the options of `ivus live`: their ranges and refusals.
// Not for: what the command does (live.ts).

import type { Catheter } from "../../../shared/acquisition/catheters"
import type { DisplayChoice } from "../../console/display"
import { DYNAMIC_RANGE_DB, GAIN_DB, shownDepthRangeMm } from "../../picture/picture"
import type { PullbackRequest } from "../../sequence/pullback-request"
import { type LinkOptions, parseTls } from "./link-options"
import { type TlsIdentity } from "../../targets/tcp/link-server"
import { numberIn } from "../../number-in"
import { parsePort, parseRequest, parseSeed, parseTarget, type Target } from "./pullback-options"
import { UsageError } from "../../errors"

/** Texts as typed. */
export interface LiveOptions extends LinkOptions {
    target: string
    port: string
    catheter: string
    frameRate?: string
    tgc?: string
    seed: string
    vessel?: string
    echo?: string
    gain?: string
    dynamicRange?: string
    depth?: string
    heartRate?: string
    references?: string
    captureRingDown?: boolean
    frames?: string
    consolePort: string
    out: string
    json?: boolean
}

export interface ParsedLive {
    readonly request: PullbackRequest
    readonly catheter: Catheter
    readonly target: Target
    readonly port: number
    readonly tls: TlsIdentity | undefined
    readonly consolePort: number
    readonly seed: number
    readonly display: DisplayChoice
    readonly heartRatePerMin: number | undefined
    readonly frames: number | undefined
    readonly out: string
}

/** A vein of this length lies before the catheter; live it stays where it is. */
export const VEIN_MM = 25
/** An hour at 90 frames/s. */
const FRAMES_MAX = 324_000

/** @throws UsageError with one sentence: what was wrong, what is allowed */
export function parseLive(options: LiveOptions): ParsedLive {
    const target = parseTarget(options.target)
    if (target.kind !== "virtual")
        for (const [given, name] of [
            [options.vessel, "--vessel"],
            [options.echo, "--echo"],
            [options.heartRate, "--heart-rate"],
        ] as const)
            if (given !== undefined)
                throw new UsageError(
                    `${name} needs the virtual board; leave it out or use --target virtual.`
                )
    if (!options.out.endsWith(".png"))
        throw new UsageError(`--out ${options.out} is no picture; name a file that ends in .png.`)
    // The cart wants a whole pullback set up; that it fits here says nothing about one that is made later.
    const { target: where, catheter: id, frameRate, tgc } = options
    const { request, catheter } = parseRequest({
        ...{ target: where, catheter: id },
        ...(frameRate !== undefined && { frameRate }),
        ...(tgc !== undefined && { tgc }),
        ...{ speed: "1", length: String(VEIN_MM), mode: "continuous" },
        ...{ changeSpeed: [], bus: "single" },
    })
    const [depthMin, depthMax] = shownDepthRangeMm({
        linesPerFrame: catheter.lines_per_frame,
        samplesPerLine: catheter.samples_per_line,
        sampleSpacingMm: catheter.depth_um / 1000 / catheter.samples_per_line,
        catheterRadiusMm: catheter.catheter_radius_um / 1000,
        ringDownMm: catheter.ring_down_um / 1000,
        centreFrequencyMhz: catheter.centre_frequency_khz / 1000,
    })
    const { gain, dynamicRange, depth, heartRate, frames } = options
    return {
        request,
        catheter,
        target,
        port: parsePort(options.port),
        tls: parseTls(options),
        consolePort: parsePort(options.consolePort, "console-port"),
        seed: parseSeed(options.seed),
        display: {
            ...(gain !== undefined && {
                gainDb: numberIn(gain, "gain", ...GAIN_DB, "dB"),
            }),
            ...(dynamicRange !== undefined && {
                dynamicRangeDb: numberIn(dynamicRange, "dynamic-range", ...DYNAMIC_RANGE_DB, "dB"),
            }),
            ...(depth !== undefined && {
                depthMm: numberIn(depth, "depth", depthMin, depthMax, "mm"),
            }),
        },
        heartRatePerMin:
            heartRate === undefined
                ? undefined
                : numberIn(heartRate, "heart-rate", 30, 240, "beats a minute"),
        frames: frames === undefined ? undefined : wholeFrames(frames),
        out: options.out,
    }
}

function wholeFrames(text: string): number {
    const frames = numberIn(text, "frames", 1, FRAMES_MAX, "frames")
    if (!Number.isInteger(frames))
        throw new UsageError(
            `--frames ${text} is no whole number; 1 to ${FRAMES_MAX} frames are allowed.`
        )
    return frames
}
