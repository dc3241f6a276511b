// The attributes of pullback.dcm: an Ultrasound Multi-frame Image (DICOM PS3.3 A.7).
//
// Date, patient and study are those that were given; everything else follows from what was received, so that a replay with the
// same ones gives the same file.

import { type Catheter, KIND_ARRAY } from "../../../shared/acquisition/catheters"
import { MOVE_GATED, MOVE_PULLBACK } from "../../../shared/motion/move-terms"
import type { FrameMark } from "../../frames/assembled-frame"
import type { GreyImage } from "../../picture/picture"
import { catheterNamed } from "../../sequence/catheter-spec"
import type { ReceivedRun } from "../../run/run-target"
import { LINE_PX } from "../picture-frames"
import type { RunResults } from "../run-results"
import {
    commonAttributes,
    deviceOf,
    type DicomAbout,
    type DicomAttributes,
    decimal,
    NOT_CLINICAL,
    runStateOf,
} from "./dicom-common"
import { verdictOf } from "../verdict"
import { plateausOf } from "../timing/timing-plateaus"

export const US_MULTI_FRAME = "1.2.840.10008.5.1.4.1.1.3.1"

/** US Region Calibration, C.8.5.5.1.1, .2 and .15. */
const REGION = { TISSUE_2D: 1, M_MODE: 2, TISSUE: 1, CM: 3, SECONDS: 4 }

/** Tags (PS3.6). */
const [FRAME_TIME, FRAME_TIME_VECTOR] = [0x00181063, 0x00181065]
/** Maximum length of a value with a 16-bit length field (PS3.5, 7.1.2). */
const VALUE_MAX_BYTES = 0xfffe
/** Frames are equally spaced, so viewers may stack them, if all steps are within this share of their mean. */
const SPACING_TOLERANCE = 0.1

/** The parts of the results that the attributes depend on. */
export type DicomResults = Pick<
    RunResults,
    "description" | "fixedDirection" | "frames" | "dataHash"
>

/** Size and scale of all pictures. */
export type PictureSize = Omit<GreyImage, "greys">

/** @returns all attributes except the pixels and the SOPInstanceUID, which a `DicomStream` adds */
export function dicomAttributes(
    run: ReceivedRun,
    about: DicomAbout,
    results: DicomResults,
    picture: PictureSize
): DicomAttributes {
    const { description: d, fixedDirection } = results
    const { marks: frames } = results.frames
    const catheter = catheterNamed(d.catheter, run.spec)
    const what = fixedDirection
        ? "Depth lines side by side in the order in which they fired (M-mode): the catheter looks one way, these are no cross-sections."
        : "Cross-sections in the order of the pullback."
    return {
        ...commonAttributes(deviceOf(run), about, results.dataHash, "pullback"),
        ImageType: ["ORIGINAL", "PRIMARY", "INTRAVASCULAR", fixedDirection ? "0002" : "0001"],
        SOPClassUID: US_MULTI_FRAME,
        SeriesDescription: `IVUS pullback, ${fixedDirection ? "depth lines" : "cross-sections"}`,
        InstanceNumber: "1",
        ...{ Laterality: "", PatientOrientation: "" },
        // C.7.4.2, required for IVUS: the line clock is not synchronized with any other clock.
        SynchronizationTrigger: "NO TRIGGER",
        AcquisitionTimeSynchronized: "N",
        ImageComments: `${NOT_CLINICAL} ${runStateOf(verdictOf(run))}${what}`,
        ...timesOf(frames, d.frame_rate_mhz / 1000),
        ...pullbackOf(run, results),
        // The id of an unknown catheter is unchecked data from the link, so it is omitted.
        ...(catheter && {
            TransducerData: catheter.id,
            TransducerType: transducerOf(catheter),
        }),
        DepthOfScanField: String(
            Math.round((picture.heightPx * picture.mmPerPxY) / (fixedDirection ? 1 : 2))
        ),
        SequenceOfUltrasoundRegions: [regionOf(results, picture)],
        ...(!fixedDirection && spacingOf(frames, picture)),
        ...{ SamplesPerPixel: 1, PhotometricInterpretation: "MONOCHROME2" },
        ...{ Rows: picture.heightPx, Columns: picture.widthPx },
        NumberOfFrames: String(frames.length),
        ...{ BitsAllocated: 8, BitsStored: 8, HighBit: 7 },
        ...{ PixelRepresentation: 0, BurnedInAnnotation: "NO" },
        LossyImageCompression: "00",
    }
}

/**
 * C.7.6.5 and C.7.6.6. The true times are in the vector; if one element cannot hold them, only their mean is given. Many viewers
 * know only Frame Time and show one frame a second without it, so the mean is beside the vector. An attribute that the pointer
 * does not name must not be there, so it names both, the true times first.
 */
function timesOf(frames: readonly FrameMark[], frameRateHz: number): DicomAttributes {
    // Differences of rounded times, so that their sum does not drift.
    const us = frames.map(f => Math.round(1000 * f.timeMs))
    const steps = us.map((t, i) => String(i === 0 ? 0 : (t - us[i - 1]!) / 1000))
    const rate = String(Math.max(1, Math.round(frameRateHz)))
    const meanMs =
        us.length > 1 ? (us.at(-1)! - us[0]!) / 1000 / (us.length - 1) : 1000 / frameRateHz
    const cine = {
        ...{ RecommendedDisplayFrameRate: rate, CineRate: rate },
        FrameTime: meanMs.toFixed(3),
    }
    return steps.join("\\").length <= VALUE_MAX_BYTES
        ? {
              ...cine,
              FrameIncrementPointer: [FRAME_TIME_VECTOR, FRAME_TIME],
              FrameTimeVector: steps,
          }
        : { ...cine, FrameIncrementPointer: FRAME_TIME }
}

/** US Image module, C.8.5.6: frames count from 1; without a constant speed the mean rate is given. */
function pullbackOf(
    run: ReceivedRun,
    { description: d, frames: { marks: frames } }: DicomResults
): DicomAttributes {
    const gated = d.mode === MOVE_GATED
    const plateaus = plateausOf(run)
    const even = d.mode === MOVE_PULLBACK && plateaus.length === 1
    const [first, last] = [frames[0]!, frames.at(-1)!]
    const meanMmPerS =
        last.timeMs > first.timeMs
            ? (1000 * (last.positionMm - first.positionMm)) / (last.timeMs - first.timeMs)
            : d.speed_nm_s / 1e6
    const mmPerS = even ? plateaus[0]!.speedMmPerS : meanMmPerS
    return {
        IVUSAcquisition: gated ? "GATED_PULLBACK" : "MOTOR_PULLBACK",
        ...(gated
            ? { IVUSGatedRate: decimal(d.step_um / 1000) }
            : { IVUSPullbackRate: decimal(mmPerS) }),
        IVUSPullbackStartFrameNumber: "1",
        IVUSPullbackStopFrameNumber: String(frames.length),
    }
}

/** Defined terms of C.8.5.6.1.12. */
function transducerOf(catheter: Catheter): string {
    if (catheter.rotor_sign) return "IV_ROT XTAL"
    return catheter.kind === KIND_ARRAY ? "IV_PHASED" : "SINGLE CRYSTAL"
}

/** The whole picture is one region. The reference pixel of a cross-section is at the catheter. */
function regionOf(
    { description: d, fixedDirection }: DicomResults,
    { widthPx, heightPx, mmPerPxX, mmPerPxY }: PictureSize
): DicomAttributes {
    const [x, y] = fixedDirection ? [0, 0] : [widthPx >> 1, heightPx >> 1]
    return {
        RegionSpatialFormat: fixedDirection ? REGION.M_MODE : REGION.TISSUE_2D,
        RegionDataType: REGION.TISSUE,
        RegionFlags: 0,
        ...{ RegionLocationMinX0: 0, RegionLocationMinY0: 0 },
        ...{ RegionLocationMaxX1: widthPx - 1, RegionLocationMaxY1: heightPx - 1 },
        ...{ ReferencePixelX0: x, ReferencePixelY0: y },
        PhysicalUnitsXDirection: fixedDirection ? REGION.SECONDS : REGION.CM,
        PhysicalUnitsYDirection: REGION.CM,
        // With an even number of pixels the centre is between two of them.
        ReferencePixelPhysicalValueX: fixedDirection
            ? 0
            : ((x + 0.5 - widthPx / 2) * mmPerPxX) / 10,
        ReferencePixelPhysicalValueY: fixedDirection
            ? 0
            : ((y + 0.5 - heightPx / 2) * mmPerPxY) / 10,
        PhysicalDeltaX: fixedDirection ? d.line_period_ns / 1e9 / LINE_PX : mmPerPxX / 10,
        PhysicalDeltaY: mmPerPxY / 10,
        TransducerFrequency: d.centre_frequency_khz,
    }
}

/**
 * Pixel spacing for viewers that do not read the region. It is not part of this image's modules; a Standard
 * Extended SOP Class may add attributes of the dictionary (PS3.2, 3.11.1).
 */
function spacingOf(
    frames: readonly FrameMark[],
    { mmPerPxX, mmPerPxY }: PictureSize
): DicomAttributes {
    const steps = frames.slice(1).map((f, i) => f.positionMm - frames[i]!.positionMm)
    const meanMm = steps.reduce((sum, step) => sum + step, 0) / (steps.length || 1)
    const even = meanMm > 0 && steps.every(s => Math.abs(s - meanMm) < SPACING_TOLERANCE * meanMm)
    return {
        PixelSpacing: [decimal(mmPerPxY), decimal(mmPerPxX)],
        ...(even && { SpacingBetweenSlices: decimal(meanMm) }),
    }
}
