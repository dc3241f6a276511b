// Responsible for: the one entry to the vessel room: what others may import.
// Not for: any work of its own.

export type { EchoSource, PhantomOptions } from "./phantom"
export { phantom } from "./phantom"
export type { Vessel } from "./vessel-model"
export { generatedVein } from "./generated-vein"
export type { VesselFileErrorCode, VesselFileLimits } from "./vessel-csv"
export { VesselFileError, vesselFromCsv } from "./vessel-csv"
export type { RecordedEchoOptions, EchoFileErrorCode } from "./recorded-echo"
export { EchoFileError, echoFromPng } from "./recorded-echo"
