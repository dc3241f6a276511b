// Opens the stage of a run: its geometry, and what is needed for the beamforming of channel data.

import type { Description } from "../../../shared/protocol/messages"
import type { FrameMark } from "../../frames/assembled-frame"
import { checkGeometry } from "../../picture/picture"
import { asRunError, beamformerOf, type SentData } from "../channel-data-frames"
import { geometryOf, isFixedDirection } from "../picture-frames"
import type { ChannelFrames } from "./channel-frames"
import { ImageStage } from "./image-stage"
import type { PipelineOptions } from "./run-pipeline"

/**
 * @param marks of all frames, which grow
 * @param channelData undefined for A-lines
 * @throws RunError for a run of which no pictures can be made, or an error of the disk
 */
export function openStage(
    description: Description,
    marks: readonly FrameMark[],
    { choice: all, folder, workers }: PipelineOptions,
    channelData: { readonly frames: ChannelFrames; readonly sent: SentData } | undefined
): ImageStage {
    const { apodisation, soundSpeedMPerS } = all
    const choice = {
        ...(apodisation && { apodisation }),
        ...(soundSpeedMPerS !== undefined && { soundSpeedMPerS }),
    }
    const geometry = channelData
        ? beamformerOf(description, choice, channelData.sent).geometry
        : geometryOf(description)
    asRunError(() => checkGeometry(geometry))
    return new ImageStage({
        ...{ description, geometry, fixedDirection: isFixedDirection(description), marks },
        ...{ folder, workers },
        channelData: channelData && {
            ...{ raw: channelData.frames.file.shape, description, choice, sent: channelData.sent },
        },
    })
}
