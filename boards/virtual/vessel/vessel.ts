// Public exports of this folder.

export type { EchoSource, PhantomOptions } from "./phantom"
export { phantom } from "./phantom"
export type { ElementArray } from "./channel-data-echo"
export type { ChannelDataSource } from "./channel-data-vessel"
export { channelDataVessel } from "./channel-data-vessel"
export type { Vessel, VesselTruth } from "./vessel-model"
export { withTruth } from "./vessel-truth"
export { vesselFromJson } from "./vessel-json"
export type { VesselDescription } from "./vessel-description"
export { vesselFromDescription } from "./vessel-from-description"
export { generatedVein } from "./generated-vein"
export type { VesselFileLimits } from "./vessel-check"
export { vesselFromCsv } from "./vessel-csv"
export type { VesselFileErrorCode } from "./vessel-file-error"
export { VesselFileError } from "./vessel-file-error"
export type {
    EchoFileErrorCode,
    GreyPng,
    PolarGrid,
    RecordedEchoOptions,
    Recording,
} from "./recorded-echo"
export {
    EchoFileError,
    echoFromPng,
    echoFromRecording,
    polarGreys,
    readGreyPng,
} from "./recorded-echo"
