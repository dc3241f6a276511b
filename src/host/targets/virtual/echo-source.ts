// The echoes of the virtual transducer: from the generated vein, a vessel file or a recording.

import {
    EchoFileError,
    echoFromRecording,
    type EchoSource,
    type ChannelDataSource,
    channelDataVessel,
    generatedVein,
    phantom,
    type PhantomOptions,
    type Recording,
    type Vessel,
    VesselFileError,
    vesselFromCsv,
    vesselFromJson,
} from "../../../../boards/virtual/vessel/vessel"
import { ENVELOPE_SAMPLES } from "../../../../boards/virtual/un0rick/echo"
import {
    type Catheter,
    FRONT_END_UN0RICK,
    SOUND_SPEED_MM_S,
} from "../../../shared/acquisition/catheters"
import { UsageError } from "../../errors"
import { readInput } from "./read-input"

export type { Recording }

/** The vessel or recording that gives the echoes; without either, a generated vein. */
export interface EchoChoice {
    readonly vesselFile?: string | undefined
    /** From {@link readEcho}. */
    readonly recording?: Recording | undefined
    readonly seed: number
    readonly lengthMm: number
}

/** Two-way bandwidth of the virtual transducer as a fraction of its frequency, and the active fraction of the pitch. */
const TRANSDUCER = { bandwidth: 0.6, fillFactor: 0.9 }

/** The shortest vein that has room for its compression. */
const VEIN_MIN_MM = 5

/** Imaging depth that shows a whole vein. Catheters with less depth get a smaller vessel: a coronary one for 40 and 60 MHz. */
const VEIN_DEPTH_UM = 10000

/** The phantom's geometry for a catheter. Its echoes are made for the catheter's own TGC, so another TGC shows. */
export function phantomOptions(catheter: Catheter, seed: number): PhantomOptions {
    // For an un0rick the vessel gives envelopes, from which the board makes RF.
    const samples =
        catheter.front_end === FRONT_END_UN0RICK ? ENVELOPE_SAMPLES : catheter.samples_per_line
    return {
        linesPerFrame: catheter.lines_per_frame,
        samplesPerLine: samples,
        sampleSpacingMm: catheter.depth_um / 1000 / samples,
        catheterRadiusMm: catheter.catheter_radius_um / 1000,
        ringDownMm: catheter.ring_down_um / 1000,
        centreFrequencyMhz: catheter.centre_frequency_khz / 1000,
        seed,
        oneTransducer: catheter.elements === 1,
        tgcDb: radiusMm =>
            (catheter.tgc_start_cdb + catheter.tgc_slope_cdb_per_mm * radiusMm) / 100,
    }
}

/** @throws UsageError when a file cannot be used */
export function echoSource(catheter: Catheter, choice: EchoChoice): EchoSource {
    const options = phantomOptions(catheter, choice.seed)
    try {
        if (choice.recording) return echoFromRecording(choice.recording, options, choice.lengthMm)
        return phantom(vesselOf(catheter, choice), options, true)
    } catch (error) {
        if (error instanceof VesselFileError || error instanceof EchoFileError)
            throw new UsageError(error.message)
        throw error
    }
}

/** The channel data of an array's element pairs in the same vessel. @throws UsageError when a file cannot be used */
export function channelDataSource(catheter: Catheter, choice: EchoChoice): ChannelDataSource {
    const centreFrequencyMhz = catheter.centre_frequency_khz / 1000
    try {
        return channelDataVessel(vesselOf(catheter, choice), {
            array: {
                elements: catheter.elements,
                radiusMm: catheter.catheter_radius_um / 1000,
                centreFrequencyMhz,
                pulseCycles: catheter.pulse_cycles,
                ...TRANSDUCER,
            },
            soundSpeedMPerS: SOUND_SPEED_MM_S / 1000,
            attenuationDbPerMm: catheter.tgc_slope_cdb_per_mm / 100,
            seed: choice.seed,
        })
    } catch (error) {
        if (error instanceof VesselFileError) throw new UsageError(error.message)
        throw error
    }
}

function vesselOf(catheter: Catheter, choice: EchoChoice): Vessel {
    if (choice.vesselFile === undefined)
        return generatedVein(choice.seed, Math.max(VEIN_MIN_MM, choice.lengthMm), {
            scale: Math.min(1, catheter.depth_um / VEIN_DEPTH_UM),
            catheterRadiusMm: catheter.catheter_radius_um / 1000,
        })
    const text = readInput(choice.vesselFile, "vessel").toString("utf8")
    const read = /\.json$/i.test(choice.vesselFile) ? vesselFromJson : vesselFromCsv
    return read(text, {
        pullbackMm: choice.lengthMm,
        catheterRadiusMm: catheter.catheter_radius_um / 1000,
        depthMm: catheter.depth_um / 1000,
    })
}
