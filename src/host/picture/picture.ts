// Responsible for: the one entry to the picture room: what others may import.
// Not for: any work of its own.

export type { GreyImage, ImagingGeometry, PolarFrame } from "./geometry"
export { GeometryError, checkFrame, checkGeometry, depthMm } from "./geometry"
export type { RingDownReference } from "./ring-down"
export { estimateRingDown, noRingDown } from "./ring-down"
export type { DisplaySettings, GreyMapper } from "./compression"
export { DEFAULT_DISPLAY, DisplayError, greyMapper } from "./compression"
export type { ScanConverter } from "./scan-conversion"
export { gapGrey, scanConverter } from "./scan-conversion"
export type { LongitudinalOptions } from "./longitudinal"
export { longitudinalView } from "./longitudinal"
export type { LumenBorder } from "./lumen-along"
export { findLumenBorders } from "./lumen-border"
export type { LumenMeasures } from "./lumen-measures"
export { measureLumen } from "./lumen-measures"
export { encodePng } from "./png-image"
