// Responsible for: what whoever reads pictures of element data has to know of them: how wide the beams are, how far the sled moves in a frame.
// Not for: making them (channel-data-frames.ts). Derivations: ../beamform/README.md, "What it means for a lumen".

import { catheterOf, SOUND_SPEED_MM_S } from "../../shared/acquisition/catheters"
import { PAIRS_NONE } from "../../shared/acquisition/line-record"
import type { Description } from "../../shared/protocol/messages"
import { distanceMm, lateralWidthRad, obliquity, reciprocalPairs } from "../beamform/beamform"
import { APERTURE, REACH } from "./channel-data-frames"

export interface ChannelDataLimits {
    /** -6 dB width of a beam half-way to the picture's edge, by theory, with Hann's weights. */
    readonly beamDeg: number
    /** Way of the sled while all pairs of a frame are fired. */
    readonly frameWayMm: number
    /** How far aside a wall is shown that comes nearer by a millimetre in {@link LEAN}. */
    readonly asideDeg: number
}

/** A vessel that leans so against the catheter is nothing unusual. */
const LEAN = 4
const DEG = 180 / Math.PI

/** @returns null for a run of A-lines */
export function channelDataLimits(d: Description): ChannelDataLimits | null {
    const catheter = catheterOf(d.catheter)
    if (d.pair_list === PAIRS_NONE || !catheter) return null
    const { elements } = catheter
    const radiusMm = d.catheter_radius_um / 1000
    const array = { elements, radiusMm }
    const placeMm = catheter.depth_um / 2000
    const beamRad = lateralWidthRad({
        array,
        settings: {
            apertureElements: APERTURE,
            apodisation: "hann",
            soundSpeedMPerS: SOUND_SPEED_MM_S / 1000,
        },
        pairs: reciprocalPairs(elements, REACH),
        centreFrequencyMhz: d.centre_frequency_khz / 1000,
        radiusMm: placeMm,
        // A narrow element in a soft baffle, and spreading; behind itself it hears nothing.
        elementGain: angle =>
            Math.max(0, obliquity(array, placeMm, angle)) / distanceMm(array, placeMm, angle),
    })
    const frameWayMm = d.speed_nm_s / d.frame_rate_mhz / 1000
    const asideRad = frameWayMm / LEAN / (2 * Math.PI * radiusMm)
    const round = (value: number, digits: number): number => Number(value.toFixed(digits))
    return {
        beamDeg: round(beamRad * DEG, 1),
        frameWayMm: round(frameWayMm, 3),
        asideDeg: round(asideRad * DEG, 1),
    }
}

/** One sentence for people. */
export function channelDataLimitsText(limits: ChannelDataLimits): string {
    return `element data: beams are ${limits.beamDeg}° wide, so a flat lumen reads too small at its corners; the sled moves ${limits.frameWayMm} mm while a frame is fired, so a wall that comes nearer by 1 mm in ${LEAN} is shown ${limits.asideDeg}° aside (pull more slowly for less)`
}
