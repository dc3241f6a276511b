// Options for the picture that is acquired: frame rate, A-lines, samples and TGC.

import { type Command, type Option } from "commander"
import { FRAME_RATE_MAX_MHZ, FRAME_RATE_MIN_MHZ } from "../../../shared/acquisition/sequence-budget"
import { PICTURE_LINES_MAX, PICTURE_LINES_MIN } from "../../../shared/acquisition/image-format"
import { SAMPLES_MAX, SAMPLES_MIN } from "../../../shared/devices/line-engine"
import { DEFAULT_FRAME_RATE_TEXT } from "../../sequence/default-frame-rate"
import { addGroup, defaultText, numberOption, type Range, wholeOption } from "./option"
import { type TgcChoice, tgcOption } from "./tgc-option"

export interface ImageOptions {
    /** frames/s; left out, the standard rate that fits (../../sequence/default-frame-rate.ts). */
    readonly frameRate?: number
    readonly lines?: number
    readonly samples?: number
    readonly tgc?: TgcChoice
}

/** @param min lowest frame rate: that of channel data is lower than that of A-lines */
export function frameRateOption(min = FRAME_RATE_MIN_MHZ / 1000): Option {
    const range: Range = [min, FRAME_RATE_MAX_MHZ / 1000, "frames/s"]
    return defaultText(numberOption("--frame-rate <n>", "frames/s", range), DEFAULT_FRAME_RATE_TEXT)
}

/** @param ofLines what --lines counts */
export function addImageOptions(command: Command, ofLines: string, ...more: Option[]): Command {
    return addGroup(
        command,
        "Picture:",
        ...more,
        defaultText(
            wholeOption("--lines <n>", ofLines, [
                PICTURE_LINES_MIN,
                PICTURE_LINES_MAX,
                "lines a frame",
            ]),
            "the catheter's"
        ),
        defaultText(
            wholeOption("--samples <n>", "samples per A-line", [
                SAMPLES_MIN,
                SAMPLES_MAX,
                "samples a line",
            ]),
            "the catheter's"
        ),
        tgcOption()
    )
}
