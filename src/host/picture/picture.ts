// Re-exports what other folders use of this folder.

export type { GreyImage, ImagingGeometry, PolarFrame } from "./geometry"
export {
    GeometryError,
    checkFrame,
    checkGeometry,
    checkShownDepth,
    depthMm,
    shownDepthRangeMm,
} from "./geometry"
export type { FramePlace, PolarFrames } from "./polar-frames"
export { copyLine, countPresent, polarFrames } from "./polar-frames"
export type { RingDownReference } from "./ring-down"
export {
    estimateRingDown,
    framesForEstimate,
    MAX_FRAMES as RING_DOWN_FRAMES,
    noRingDown,
    RingDownEstimate,
} from "./ring-down"
export { captureRingDown, RingDownError, ringDownResidualDb } from "./ring-down-capture"
export type { DisplaySettings, GreyMapper } from "./compression"
export { DEFAULT_DISPLAY, DisplayError, DYNAMIC_RANGE_DB, GAIN_DB, greyMapper } from "./compression"
export type { ScanConverter } from "./scan-conversion"
export { gapGrey, scanConverter } from "./scan-conversion"
export type { LongitudinalOptions } from "./longitudinal"
export { longitudinalView } from "./longitudinal"
export type { RotationUnevenness } from "./rotation"
export { rotationUnevenness } from "./rotation"
export { encodePng, pngOf } from "./png-image"
