// Calculates the force of the motor from StallGuard's load value and the motor current.
// Source: TMC5160 data sheet rev. 1.17, chapter 13 (StallGuard2), and its model in boards/virtual/sled. The constants belong to
// the modelled motor; for a real motor they must be measured with a spring balance.

import * as reg from "../../shared/devices/tmc5160"

/**
 * Below this speed the load value is not valid: the data sheet requires about one revolution per second, which is 1 mm/s here;
 * a tenth less, so that 1 mm/s is well above it.
 */
export const FORCE_MIN_NM_S = 900000
/** COOLCONF: SGT 0, no filter. The filter's four full steps are 80 um, longer than a stall may last. */
export const COOLCONF_FORCE = 0
/** Load value of a motor without load. */
const SG_FREE = 450
/** Load value 0 is this part of the pull-out force. */
const SG_FULL_RATIO = 0.9
/** Pull-out force at full current, and the speed at which it has fallen by 1/sqrt(2). */
const PULL_OUT_MN = 40000
const CORNER_NM_S = 20000000
/** GLOBALSCALER value of full current. */
const SCALER_FULL = 256

/** Whether the load value is valid: fast enough, and both coils connected. */
export function forceIsKnown(drv_status: number, speed_nm_s: number): boolean {
    return (
        Math.abs(speed_nm_s) >= FORCE_MIN_NM_S &&
        (drv_status & (reg.DRV_OPEN_LOAD | reg.DRV_STANDSTILL)) === 0
    )
}

/** Force on the nut, all friction included, in mN, up to 90 % of pull-out; valid if {@link forceIsKnown}. */
export function forceMn(drv_status: number, global_scaler: number, speed_nm_s: number): number {
    const current = ((drv_status >>> 16) & 31) + 1
    const full_mn = (PULL_OUT_MN * current * global_scaler) / (32 * SCALER_FULL)
    const ratio = speed_nm_s / CORNER_NM_S
    const pull_out_mn = full_mn / Math.sqrt(1 + ratio * ratio)
    const load = 1 - (drv_status & 0x3ff) / SG_FREE
    return Math.round(pull_out_mn * SG_FULL_RATIO * Math.max(0, load))
}
