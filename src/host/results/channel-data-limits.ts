// Accuracy limits of channel data pictures: beam width, and sled motion within a frame. Derivations: ../beamform/README.md.

import { catheterOf, SOUND_SPEED_MM_S } from "../../shared/acquisition/catheters"
import { PAIRS_NONE } from "../../shared/acquisition/line-record"
import type { Description } from "../../shared/protocol/messages"
import { distanceMm, lateralWidthRad, obliquity, reciprocalPairs } from "../beamform/beamform"
import { APERTURE, REACH } from "./channel-data-frames"

export interface ChannelDataLimits {
    /** Theoretical -6 dB beam width at half the imaging depth, with Hann weights. */
    readonly beamDeg: number
    /** Distance that the sled moves while all pairs of a frame are fired. */
    readonly frameWayMm: number
    /** Angular error of a wall that approaches the catheter by 1 mm in {@link SLOPE} mm. */
    readonly asideDeg: number
}

/** Slope of a vessel against the catheter, 1 in 4; such slopes are common. */
const SLOPE = 4
const DEG = 180 / Math.PI

/** @returns null for a run of A-lines */
export function channelDataLimits(d: Description): ChannelDataLimits | null {
    const catheter = catheterOf(d.catheter)
    if (d.pair_list === PAIRS_NONE || !catheter) return null
    const { elements } = catheter
    const radiusMm = d.catheter_radius_um / 1000
    const array = { elements, radiusMm }
    const focusMm = catheter.depth_um / 2000
    const beamRad = lateralWidthRad({
        array,
        settings: {
            apertureElements: APERTURE,
            apodisation: "hann",
            soundSpeedMPerS: SOUND_SPEED_MM_S / 1000,
        },
        pairs: reciprocalPairs(elements, REACH),
        centreFrequencyMhz: d.centre_frequency_khz / 1000,
        radiusMm: focusMm,
        // Directivity of a narrow element in a soft baffle, and spreading; zero behind the element.
        elementGain: angle =>
            Math.max(0, obliquity(array, focusMm, angle)) / distanceMm(array, focusMm, angle),
    })
    const frameWayMm = d.speed_nm_s / d.frame_rate_mhz / 1000
    const errorRad = frameWayMm / SLOPE / (2 * Math.PI * radiusMm)
    const round = (value: number, digits: number): number => Number(value.toFixed(digits))
    return {
        beamDeg: round(beamRad * DEG, 1),
        frameWayMm: round(frameWayMm, 3),
        asideDeg: round(errorRad * DEG, 1),
    }
}

/** The limits as one sentence of the summary. */
export function channelDataLimitsText(limits: ChannelDataLimits): string {
    return `channel data: beams are ${limits.beamDeg}° wide, so the area of a flat lumen is underestimated; the sled moves ${limits.frameWayMm} mm during a frame, so a wall that approaches by 1 mm in ${SLOPE} mm is displaced by ${limits.asideDeg}° (a lower speed reduces this)`
}
