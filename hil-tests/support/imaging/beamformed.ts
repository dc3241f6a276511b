// Beamforms the frames of a run of channel data.

import type { AssembledFrame } from "../../../src/host/frames/assembled-frame"
import type { ImagingGeometry, PolarFrame } from "../../../src/host/picture/picture"
import { beamformerOf, type SentData } from "../../../src/host/results/channel-data-frames"
import type { Description } from "../../../src/shared/protocol/messages"

/** @throws RunError when the run cannot be beamformed */
export function beamformed(
    description: Description,
    frames: readonly AssembledFrame[],
    sent: SentData = {}
): { frames: PolarFrame[]; geometry: ImagingGeometry } {
    const beamformer = beamformerOf(description, {}, sent)
    return {
        frames: frames.map((frame, i) => beamformer.beamform(frame, frames[i - 1], frames[i + 1])),
        geometry: beamformer.geometry,
    }
}
