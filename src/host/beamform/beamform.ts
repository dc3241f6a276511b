// Responsible for: the one entry to the beamforming room: what others may import.
// Not for: any work of its own.

export type { CircularArray } from "./array"
export { distanceMm, obliquity } from "./array"
export type { Pair } from "./pairs"
export { bothWaysPairs, fullMatrix, reciprocalPairs } from "./pairs"
export type { BeamformSettings, ChannelDataSampling } from "./settings"
export { BeamformError } from "./settings"
export type { BeamformedLines } from "./delay-and-sum"
export { Beamformer } from "./delay-and-sum"
export { beamformRate } from "./rate"
export type { LateralCase } from "./resolution"
export { axialWidthMm, lateralPattern, lateralWidthRad } from "./resolution"
export type { ChannelDataCatheter } from "./channel-data-frame"
export { ChannelDataFrames, pairsOfList } from "./channel-data-frame"
