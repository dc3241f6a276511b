// A recorded pullback from a multi-frame DICOM file: its calibrated region, its pictures and their positions.

import {
    EchoFileError,
    type PolarGrid,
    type Recording,
} from "../../../../../boards/virtual/vessel/vessel"
import { type Region, type Unroll, unrollTo } from "./cross-section"
import { framePixels } from "./dicom-pixels"

type Dataset = Readonly<Record<string, unknown>>

const SIDE_MIN_PX = 32
const SIDE_MAX_PX = 4096
const FRAMES_MAX = 100_000
/** US Region Calibration, PS3.3 C.8.5.5.1: two-dimensional, centimetres. */
const TWO_D = 1
const CM = 3
/** The catheter is this near to the middle of its region, as a share of the side; another reference pixel is no centre. */
const CENTRE_SHARE = 0.25
/** A cross-section is about as high as it is wide; a longitudinal view is not. */
const SIDES_RATIO_MAX = 1.5
/** Radii that an intravascular picture shows. */
const RADIUS_MM = [1, 50] as const

export function isDicom(bytes: Uint8Array): boolean {
    return bytes.length > 132 && Buffer.from(bytes.subarray(128, 132)).toString("latin1") === "DICM"
}

/** @throws EchoFileError */
export async function dicomRecording(bytes: Uint8Array): Promise<Recording> {
    const { dataset: d, syntax } = await parse(bytes)
    const format = formatOf(d)
    const region = regionOf(d, format.rows, format.columns)
    const pixels = await framePixels(syntax, buffersOf(d.PixelData), format)
    const positionsMm = positionsOf(d, format.frames)
    let unroll: { readonly grid: PolarGrid; readonly to: Unroll } | undefined
    return {
        frames: format.frames,
        ...(positionsMm && { positionsMm }),
        greys: (frame, grid) => {
            if (unroll?.grid !== grid) unroll = { grid, to: unrollTo(grid, region, format.columns) }
            return unroll.to(pixels(frame))
        },
    }
}

async function parse(bytes: Uint8Array): Promise<{ dataset: Dataset; syntax: string }> {
    const { data, log } = (await import("dcmjs")).default
    // It prints bytes of a damaged file as they are.
    const printer = log.getLogger("validation.dcmjs")
    const level = printer.getLevel()
    printer.setLevel("silent", false)
    try {
        const { dict, meta } = data.DicomMessage.readFile(Uint8Array.from(bytes).buffer)
        const syntax = String(meta["00020010"]?.Value[0] ?? "")
        return { dataset: data.DicomMetaDictionary.naturalizeDataset(dict), syntax }
    } catch (error) {
        const why = error instanceof Error ? error.message : String(error)
        throw new EchoFileError(
            "not-dicom",
            `The echo file is a damaged DICOM file (${why.replace(/\s+/g, " ").slice(0, 120)}); use an intact one.`
        )
    } finally {
        printer.setLevel(level, false)
    }
}

function formatOf(d: Dataset) {
    const [rows, columns, samples] = [
        numberOf(d.Rows),
        numberOf(d.Columns),
        numberOf(d.SamplesPerPixel),
    ]
    const frames = d.NumberOfFrames === undefined ? 1 : numberOf(d.NumberOfFrames)
    const colours = String(d.PhotometricInterpretation ?? "")
    const sizes = [rows, columns]
    if (!d.PixelData || !sizes.every(n => n >= SIDE_MIN_PX && n <= SIDE_MAX_PX))
        refuse(
            "size",
            `The echo file has no pictures of ${SIDE_MIN_PX} to ${SIDE_MAX_PX} pixels a side; use a multi-frame DICOM of a pullback.`
        )
    if (!(frames >= 1 && frames <= FRAMES_MAX))
        refuse("no-frames", `The echo file has no pictures; 1 to ${FRAMES_MAX} are allowed.`)
    const isGrey = samples === 1 && /^MONOCHROME[12]$/.test(colours)
    if (numberOf(d.BitsAllocated) !== 8 || !(isGrey || (samples === 3 && colours === "RGB")))
        refuse(
            "not-supported",
            `The pictures of the echo file are ${colours.slice(0, 20) || "without colours"} of ${numberOf(d.BitsAllocated)} bits; MONOCHROME1, MONOCHROME2 and RGB of 8 bits are read.`
        )
    return {
        ...{ frames, rows, columns, samples },
        planar: numberOf(d.PlanarConfiguration) === 1,
        inverted: colours === "MONOCHROME1",
    }
}

/** The calibrated region; without one, all of the picture with its Pixel Spacing. */
function regionOf(d: Dataset, rows: number, columns: number): Region {
    const region = [d.SequenceOfUltrasoundRegions]
        .flat()
        .filter((one): one is Dataset => typeof one === "object" && one !== null)
        .find(
            one =>
                numberOf(one.RegionSpatialFormat) === TWO_D &&
                numberOf(one.PhysicalUnitsXDirection) === CM &&
                numberOf(one.PhysicalUnitsYDirection) === CM
        )
    if (region) return checked(calibrated(region), rows, columns)
    const [mmPerPxY, mmPerPxX] = [d.PixelSpacing].flat().map(numberOf)
    const whole = { fromX: 0, fromY: 0, widthPx: columns, heightPx: rows }
    const centre = { centreX: (columns - 1) / 2, centreY: (rows - 1) / 2 }
    if (mmPerPxX !== undefined && mmPerPxY !== undefined)
        return checked({ ...whole, mmPerPxX, mmPerPxY, ...centre }, rows, columns)
    return refuse(
        "no-scale",
        "The echo file has no scale: neither a two-dimensional ultrasound region in centimetres nor a Pixel Spacing; use a file with cross-sections and their scale."
    )
}

/** C.8.5.5: the reference pixel counts from the region's corner, and the physical values there are those of the reference. */
function calibrated(region: Dataset): Region {
    const [fromX, fromY] = [
        numberOf(region.RegionLocationMinX0),
        numberOf(region.RegionLocationMinY0),
    ]
    const widthPx = numberOf(region.RegionLocationMaxX1) - fromX + 1
    const heightPx = numberOf(region.RegionLocationMaxY1) - fromY + 1
    const [deltaX, deltaY] = [numberOf(region.PhysicalDeltaX), numberOf(region.PhysicalDeltaY)]
    const from = (pixel: unknown, value: unknown, delta: number, side: number): number => {
        const middle = (side - 1) / 2
        const centre = numberOf(pixel) - (value === undefined ? 0 : numberOf(value)) / delta
        return Math.abs(centre - middle) <= CENTRE_SHARE * side ? centre : middle
    }
    const { ReferencePixelX0, ReferencePixelPhysicalValueX } = region
    const { ReferencePixelY0, ReferencePixelPhysicalValueY } = region
    return {
        ...{ fromX, fromY, widthPx, heightPx },
        mmPerPxX: 10 * Math.abs(deltaX),
        mmPerPxY: 10 * Math.abs(deltaY),
        centreX: fromX + from(ReferencePixelX0, ReferencePixelPhysicalValueX, deltaX, widthPx),
        centreY: fromY + from(ReferencePixelY0, ReferencePixelPhysicalValueY, deltaY, heightPx),
    }
}

function checked(region: Region, rows: number, columns: number): Region {
    const { fromX, fromY, widthPx, heightPx, mmPerPxX, mmPerPxY } = region
    const inside =
        [fromX, fromY].every(n => n >= 0) && fromX + widthPx <= columns && fromY + heightPx <= rows
    if (!inside || !(widthPx >= SIDE_MIN_PX && heightPx >= SIDE_MIN_PX))
        refuse(
            "no-scale",
            `The ultrasound region of the echo file is not inside its picture of ${columns} × ${rows} pixels; use an intact file.`
        )
    const sidesMm = [widthPx * mmPerPxX, heightPx * mmPerPxY]
    if (Math.max(...sidesMm) > SIDES_RATIO_MAX * Math.min(...sidesMm))
        refuse(
            "no-scale",
            `The picture of the echo file is ${sidesMm.map(mm => mm.toFixed(1)).join(" by ")} mm, so it is no cross-section; use a multi-frame DICOM of a pullback.`
        )
    const radiusMm = Math.max(widthPx * mmPerPxX, heightPx * mmPerPxY) / 2
    if (!(radiusMm >= RADIUS_MM[0] && radiusMm <= RADIUS_MM[1]))
        refuse(
            "no-scale",
            `The cross-sections of the echo file have a radius of ${radiusMm.toFixed(2)} mm by their scale; ${RADIUS_MM.join(" to ")} mm are allowed.`
        )
    return region
}

/**
 * The position of each frame: by the pullback rate and the frames' times, by the distance of gated frames, or by the spacing of
 * slices.
 * @returns undefined where the file says nothing of it
 */
function positionsOf(d: Dataset, frames: number): number[] | undefined {
    const numbers = Array.from({ length: frames }, (_, i) => i)
    const times = timesOf(d, frames)
    const rate = numberOf(d.IVUSPullbackRate)
    if (rate > 0 && times) return times.map(ms => (rate * ms) / 1000)
    for (const step of [d.IVUSGatedRate, d.SpacingBetweenSlices].map(numberOf))
        if (step > 0) return numbers.map(i => i * step)
    return undefined
}

/** Of each frame in ms, from the first one. */
function timesOf(d: Dataset, frames: number): number[] | undefined {
    const steps = [d.FrameTimeVector].flat().map(numberOf)
    if (steps.length === frames && steps.every(step => step >= 0)) {
        let sum = 0
        return steps.map((step, i) => (sum += i === 0 ? 0 : step))
    }
    const ms = [numberOf(d.FrameTime), 1000 / numberOf(d.CineRate)].find(
        one => one > 0 && Number.isFinite(one)
    )
    return ms === undefined ? undefined : Array.from({ length: frames }, (_, i) => i * ms)
}

function numberOf(value: unknown): number {
    const [first] = [value].flat()
    return typeof first === "number" || typeof first === "string" ? Number(first) : NaN
}

function buffersOf(value: unknown): ArrayBuffer[] {
    return [value].flat().map(one => {
        if (one instanceof ArrayBuffer) return one
        if (ArrayBuffer.isView(one)) return Uint8Array.from(one as Uint8Array).buffer
        return new ArrayBuffer(0)
    })
}

function refuse(code: EchoFileError["code"], message: string): never {
    throw new EchoFileError(code, message)
}
