// Names of the calibration values that a register dump contains.

import { SCREW_POINTS } from "../../shared/motion/calibration"
import * as dump from "../../shared/protocol/register-dump"
import { whole, type Register } from "../../shared/devices/register"

export const CART_VALUES: readonly Register[] = [
    whole(dump.CART_FCLK_HZ, "FCLK", "R", 32, { unit: "hz" }),
    whole(dump.CART_MICROSTEPS_PER_M, "MICROSTEPS", "R", 32, {
        unit: "per metre",
    }),
    whole(dump.CART_ENCODER_NM_PER_COUNT, "ENCODER", "R", 32, { unit: "nm" }),
    whole(dump.CART_BACKLASH_NM, "BACKLASH", "R", 32, { unit: "nm" }),
    whole(dump.CART_SCREW_POINTS, "SCREW_POINTS", "R", 32),
    whole(dump.CART_CALIBRATION_REASON, "CALIBRATION_FAULT", "R", 32, {
        unit: "reason",
    }),
    ...Array.from({ length: SCREW_POINTS }, (_, i) =>
        whole(dump.CART_SCREW_0 + i, `SCREW_${i}`, "R", 32, {
            unit: "nm",
            signed: true,
        })
    ),
]
