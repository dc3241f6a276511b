// The options of `ivus live`, and what they ask of cart, display and virtual board.

import { type Command, Option } from "commander"
import type { Catheter } from "../../../shared/acquisition/catheters"
import { TRIGGER_RATE_MAX, TRIGGER_RATE_MIN } from "../../../shared/motion/move-terms"
import type { DisplayChoice } from "../../console/display"
import { numberIn } from "../../number-in"
import { DYNAMIC_RANGE_DB, GAIN_DB, shownDepthRangeMm } from "../../picture/picture"
import type { ReferenceStore } from "../../references/reference-store"
import type { PullbackRequest } from "../../sequence/pullback-request"
import { echoSource, type Recording } from "../../targets/virtual/echo-source"
import type { VirtualBoardOptions } from "../../targets/virtual/virtual-cart"
import { type CatheterChoice, catheterOption } from "./catheter-option"
import { type ConsoleOptions, consoleOptions } from "./console-options"
import { frameRateOption, type ImageOptions } from "./image-options"
import { addOperatorOptions, type OperatorOptions } from "./operator-options"
import { addGroup, defaultText, numberOption, virtualOnly, wholeOption } from "./option"
import { jsonOption } from "./output-options"
import { PICTURES, pictureFile } from "./picture-file"
import { pullbackRequestOf } from "./pullback-request"
import { referencesOption } from "./reference-options"
import { addTargetOptions, type TargetOptions } from "./target-options"
import { tgcOption } from "./tgc-option"
import { echoOptions, type EchoOptions, seedOption } from "./virtual-board-options"

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
export function displayOf(
    { gain, dynamicRange, depth }: LiveOptions,
    catheter: Catheter
): DisplayChoice {
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

export function boardOf(
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
