// What a cart reports during the guided check of its wires: inputs of the motor driver, and its state.

import { STATE_FAULT, STATE_STOPPED } from "../../shared/cart-machine"
import { GOOD } from "../../shared/codes"
import * as reg from "../../shared/devices/tmc5160"
import { DUMP_MOTOR, SOURCE_SHADOW } from "../../shared/protocol/register-dump"
import type { Dump } from "./dump"

/** What the motor driver reads, taken from a register dump. */
export interface DriverReading {
    /** High levels: reached, or the wire is cut. */
    readonly home: boolean
    readonly far: boolean
    /** Pin DRV_ENN is high: the motor has no current. */
    readonly stageOff: boolean
    readonly positionMm: number
}

/** What the cart reports about itself. */
export interface CartReading {
    /** The emergency stop's state, which only a reset ends. */
    readonly stopped: boolean
    /** SAFE: the safety circuit allows motor and transmit. */
    readonly safe: boolean
    /** The latched fault, GOOD if there is none. */
    readonly fault: number
}

export type WiringReading = DriverReading & CartReading

/** Steps of X_ENC per count of the encoder while ENC_CONST was never written: its value after a reset of the chip. */
const PER_COUNT_RESET = 1
/** The firmware writes ENC_CONST in the decimal format of ENCMODE. */
const DECIMALS = 10_000

/**
 * @param encoderNmPerCount of the calibration in use
 * @returns undefined until the dump holds the registers; null if the chip does not answer
 */
export function readingOf(dump: Dump, encoderNmPerCount: number): DriverReading | null | undefined {
    const scale = dump.find(DUMP_MOTOR, reg.ENC_CONST)
    if (!scale) return undefined
    const inputs = dump.read(DUMP_MOTOR, reg.IOIN)
    const position = dump.read(DUMP_MOTOR, reg.X_ENC)
    if (inputs === undefined || position === undefined || inputs >>> 24 !== reg.IOIN_VERSION)
        return null
    // A self test that fails early leaves the scale unwritten.
    const perCount =
        scale.source === SOURCE_SHADOW
            ? (scale.value >> 16) + (scale.value & 0xffff) / DECIMALS
            : PER_COUNT_RESET
    return {
        home: (inputs & reg.RAMP_STOP_L) !== 0,
        far: (inputs & reg.RAMP_STOP_R) !== 0,
        stageOff: (inputs & reg.IOIN_DRV_ENN) !== 0,
        positionMm: (((position | 0) / perCount) * encoderNmPerCount) / 1e6,
    }
}

/** @param fault the last one that was reported */
export function cartReadingOf(state: number, safe: boolean, fault: number): CartReading {
    return {
        ...{ stopped: state === STATE_STOPPED, safe },
        fault: state === STATE_FAULT ? fault : GOOD,
    }
}
