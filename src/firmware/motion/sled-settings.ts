// Writes every setting of the motor driver once, with the motor switched off.

import * as ds from "@devicescript/core"
import { FAULT_MOVE_LATE } from "../../shared/codes"
import * as reg from "../../shared/devices/tmc5160"
import { CartFault } from "../platform/cart-fault"
import { acceptReadings } from "./guard"
import { disableMotor, holdSled, isStanding, stopSled } from "./sled"
import { beginDriver, pollDriver, vactual, writeRegister } from "./tmc5160"
import { calibration, nmPerMicrostep } from "./units"

/** Polls before a ramp counts as not ending: twice the 120 ms of the longest stop. */
const STOP_TRIES = 24
const STOP_TRY_MS = 10

/** Finds the chip and writes every setting; the motor stays off and nothing moves. @throws CartFault */
export async function configureSled(): Promise<void> {
    await disableMotor()
    await beginDriver()
    await endRamp()
    await writeRegister(reg.GCONF, 0x00000008) // SpreadCycle, filtered steps
    await writeRegister(reg.SHORT_CONF, 0x00010606)
    await writeRegister(reg.DRV_CONF, 0x00080400)
    // With 0.22 ohm sense resistors 0.46 A RMS when moving (76 N at the nut, boards/README.md) and 0.18 A at rest (30 N)
    await writeRegister(reg.GLOBALSCALER, 128)
    await writeRegister(reg.IHOLD_IRUN, 0x00061b0a) // hold 10, run 27
    await writeRegister(reg.TPOWERDOWN, 10)
    await writeRegister(reg.CHOPCONF, 0x000100c3) // 256 microsteps, toff 3
    await writeRegister(
        reg.SW_MODE,
        reg.SW_STOP_L_ENABLE |
            reg.SW_STOP_R_ENABLE |
            reg.SW_LATCH_L_ACTIVE |
            reg.SW_EN_LATCH_ENCODER
    )
    await writeRegister(reg.ENCMODE, 0x00000400) // decimal ENC_CONST
    await writeEncoderScale()
    await pollDriver()
    acceptReadings()
}

/**
 * Ends a ramp that an earlier stop over a dead bus did not reach: the driver stage must not be switched on while the ramp
 * generator runs.
 */
async function endRamp(): Promise<void> {
    await stopSled()
    await pollDriver()
    for (let tries = 0; !isStanding(); ++tries) {
        if (tries === STOP_TRIES) throw new CartFault(FAULT_MOVE_LATE, vactual)
        await ds.sleep(STOP_TRY_MS)
        await pollDriver()
    }
    await holdSled()
}

/** ENC_CONST converts counts to microsteps: whole microsteps in the upper half, ten-thousandths in the lower. */
async function writeEncoderScale(): Promise<void> {
    const per_count = calibration.encoder_nm_per_count / nmPerMicrostep()
    const whole = Math.floor(per_count)
    const fraction = Math.round((per_count - whole) * 10000)
    await writeRegister(reg.ENC_CONST, (whole << 16) | fraction)
}
