// Responsible for: the one entry to the vessel room: what others may import.
// Not for: any work of its own.

export type { EchoSource, PhantomOptions } from "./phantom"
export { phantom } from "./phantom"
export type { ElementArray } from "./channel-data-echo"
export type { ChannelDataSource } from "./channel-data-vessel"
export { channelDataVessel } from "./channel-data-vessel"
export type { Vessel } from "./vessel-model"
export { generatedVein } from "./generated-vein"
export type { VesselFileLimits } from "./vessel-check"
export { vesselFromCsv } from "./vessel-csv"
export type { VesselFileErrorCode } from "./vessel-file-error"
export { VesselFileError } from "./vessel-file-error"
export type { RecordedEchoOptions, EchoFileErrorCode } from "./recorded-echo"
export { EchoFileError, echoFromPng } from "./recorded-echo"
