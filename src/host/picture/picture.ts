// Responsible for: the one entry to the picture room: what others may import.
// Not for: any work of its own.

export type { GreyImage, ImagingGeometry, PolarFrame } from "./geometry"
export {
    GeometryError,
    checkFrame,
    checkGeometry,
    checkShownDepth,
    depthMm,
    shownDepthRangeMm,
} from "./geometry"
export type { RingDownReference } from "./ring-down"
export { estimateRingDown, noRingDown } from "./ring-down"
export { captureRingDown, RingDownError, ringDownResidualDb } from "./ring-down-capture"
export type { DisplaySettings, GreyMapper } from "./compression"
export { DEFAULT_DISPLAY, DisplayError, DYNAMIC_RANGE_DB, GAIN_DB, greyMapper } from "./compression"
export type { ScanConverter } from "./scan-conversion"
export { gapGrey, scanConverter } from "./scan-conversion"
export type { LongitudinalOptions } from "./longitudinal"
export { longitudinalView } from "./longitudinal"
export type { LumenBorder } from "../measure/lumen-along"
export { findLumenBorders } from "../measure/lumen-border"
export type { LumenMeasures } from "../measure/lumen-measures"
export { measureLumen } from "../measure/lumen-measures"
export { leavesView } from "../measure/lumen-view"
export type { RotationUnevenness } from "./rotation"
export { rotationUnevenness } from "./rotation"
export { encodePng } from "./png-image"
