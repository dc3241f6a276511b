// The calibration in use, from a register dump.

import { type Calibration, SCREW_POINTS } from "../../shared/motion/calibration"
import * as dump from "../../shared/protocol/register-dump"
import type { Dump } from "./dump"

/** @param registers a complete dump */
export function calibrationOf(registers: Dump): Calibration {
    const value = (address: number): number => registers.read(dump.DUMP_CART, address) ?? 0
    const measured = value(dump.CART_SCREW_POINTS) === SCREW_POINTS
    return {
        fclk_hz: value(dump.CART_FCLK_HZ),
        microsteps_per_m: value(dump.CART_MICROSTEPS_PER_M),
        encoder_nm_per_count: value(dump.CART_ENCODER_NM_PER_COUNT),
        backlash_nm: value(dump.CART_BACKLASH_NM),
        screw_nm: Array.from({ length: measured ? SCREW_POINTS : 0 }, (_, i) =>
            dump.signedOf(value(dump.CART_SCREW_0 + i), 32)
        ),
    }
}
