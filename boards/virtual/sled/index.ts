// Public exports of this folder; everything else is internal.
export { SLED_FAULT_NAMES, SLED_FAULTS, type SledFault } from "./faults"
export { createSledRig, SledRig, USTEPS_PER_REVOLUTION as USTEPS_PER_TURN } from "./rig"
export { Tmc5160 } from "./tmc5160"
export { DRV_STATUS, GSTAT, RAMP_STAT, REG, SPI_STATUS, SW_MODE } from "./registers"
export {
    SledError,
    type Edge,
    type EdgeSignal,
    type EncoderOptions,
    type QuadratureListener,
    type SledErrorCode,
    type SledOptions,
    type SledRigOptions,
    type SpiDevice,
} from "./types"
