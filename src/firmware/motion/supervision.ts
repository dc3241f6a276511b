// Checks the motor driver and the sled every 10 ms while the driver is on, and decides which fault it is.
// The order of the checks is their priority: a fault that would mask or cause another one is checked first.

import * as ds from "@devicescript/core"
import { screwErrorNm } from "../../shared/motion/calibration"
import * as codes from "../../shared/codes"
import * as reg from "../../shared/devices/tmc5160"
import { CartFault } from "../platform/cart-fault"
import { COOLCONF_FORCE, forceIsKnown, forceMn, FORCE_MIN_NM_S } from "./force"
import { set_speed_nm_s } from "./set-speed"
import {
    atFarSwitch,
    atHomeSwitch,
    clearHomed,
    follow_check,
    homed,
    isStanding,
    motor_enabled,
    motorNm,
    positionNm,
    rampSpeedNmS,
    surveyed,
} from "./sled"
import {
    drv_status,
    enc_status,
    gstat,
    pollDriver,
    ramp_stat,
    spi_status,
    writeRegister,
    writtenValue,
    xactual,
} from "./tmc5160"
import { calibration, toMicrosteps } from "./units"

/** Motor against encoder: backlash and screw error are below 20 um; a lost full-step period is 20 um. */
const POSITION_LIMIT_NM = 150000
/**
 * Force of the motor, friction of guide and screw included. A catheter of 0.75 to 1.15 mm must withstand 5 N (ISO 10555-1);
 * 2 N +-30 % of friction with run-up measured 3.0 N, so at least 2 N of margin remain before a good sled is stopped.
 */
const FORCE_LIMIT_MN = 5000
/** A blocked sled raises the force by 2.2 N over the 5 um that reveal it; a dead encoder does not raise it. */
const FORCE_RISE_MN = 1200
/** Weight of a new force value in the mean: about the last 80 ms. */
const FORCE_MEAN_WEIGHT = 0.125
/** A homed sled farther out than this has left its home switch. */
const OFF_HOME_NM = 500000
const LOST_STEPS_NM = 15000
/** How long the braking of a sled that does not follow is watched, and the least travel that is conclusive. */
const WATCH_MS = 10
const WATCH_TRAVEL_NM = 3000

/** DRV_STATUS bits of the last loop that do not stop the sled. */
export let driver_warnings = 0
/** The last fault was that the sled did not follow its motor: {@link diagnoseFollowFault} finds the cause. */
export let follow_fault = false
/** Force of the last loop in mN; -1 if unknown. */
let force_mn = -1
let mean_mn = 0

/** Configures what the chip supervises by itself; to be called after configureSled(). */
export async function configureSupervision(): Promise<void> {
    await writeRegister(reg.ENC_DEVIATION, toMicrosteps(POSITION_LIMIT_NM))
    await writeRegister(reg.COOLCONF, COOLCONF_FORCE)
    // Above this speed a load value of 0 stops the ramp even if this program hangs.
    const clocks = Math.floor(calibration.fclk_hz / toMicrosteps(FORCE_MIN_NM_S))
    await writeRegister(reg.TCOOLTHRS, clocks)
    await writeRegister(reg.SW_MODE, writtenValue(reg.SW_MODE) | reg.SW_SG_STOP)
    await writeRegister(reg.RAMP_STAT, reg.RAMP_EVENT_STOP_SG)
}

/** Polls the chip. @throws CartFault for the first fault found */
export async function checkDriver(): Promise<void> {
    await pollDriver() // throws for a dead or stuck bus
    const status = drv_status
    if (gstat & reg.GSTAT_RESET) failUnhomed(codes.FAULT_MOTOR_DRIVER_RESET, gstat)
    if (status & reg.DRV_SHORT) fail(codes.FAULT_DRIVER_SHORT, status | 0)
    if (status & reg.DRV_HOT) fail(codes.FAULT_DRIVER_HOT, status | 0)
    if (gstat & reg.GSTAT_UV_CP) fail(codes.FAULT_DRIVER_SUPPLY, gstat)
    if (gstat & reg.GSTAT_DRV_ERR) fail(codes.FAULT_MOTOR_DRIVER_ERROR, gstat)
    driver_warnings = status & reg.DRV_WARNINGS
    checkSwitches()
    if (!motor_enabled) return
    if (ramp_stat & reg.RAMP_EVENT_STOP_SG) failUnhomed(codes.FAULT_STALL, positionNm())
    measureForce()
    if (!sledFollows()) {
        follow_fault = true
        failUnhomed(codes.FAULT_STALL, positionNm())
    }
    if (force_mn > FORCE_LIMIT_MN) fail(codes.FAULT_FORCE, force_mn)
    checkPosition()
}

function fail(code: number, value: number): void {
    throw new CartFault(code, value)
}

/** Throws a fault after which the position of the sled is unknown. */
function failUnhomed(code: number, value: number): void {
    clearHomed()
    fail(code, value)
}

function checkSwitches(): void {
    if (!homed || set_speed_nm_s === 0) return
    if (atFarSwitch() || (atHomeSwitch() && positionNm() > OFF_HOME_NM))
        fail(codes.FAULT_END_SWITCH, positionNm())
}

function measureForce(): void {
    const speed_nm_s = rampSpeedNmS()
    // The chip stops instantly at a switch: the load value then shows the oscillation of the sled. The SPI status is the
    // newest part of the poll; the speed may be slightly older.
    const stopped = (spi_status & reg.STATUS_STOPPED) !== 0
    if (stopped || !forceIsKnown(drv_status, speed_nm_s)) {
        force_mn = -1
        return
    }
    const now_mn = forceMn(drv_status, writtenValue(reg.GLOBALSCALER), speed_nm_s)
    // The mean does not include the new value, which is compared with it.
    if (force_mn < 0) mean_mn = now_mn
    else mean_mn += (force_mn - mean_mn) * FORCE_MEAN_WEIGHT
    force_mn = now_mn
}

function sledFollows(): boolean {
    const standing = isStanding()
    // The chip stops instantly at a switch, and the sled oscillates.
    if (standing && (atHomeSwitch() || atFarSwitch())) follow_check.restart()
    const screw_known = surveyed && homed
    const screw_nm = screw_known ? screwErrorNm(calibration, xactual) : 0
    return follow_check.step(motorNm() + screw_nm, positionNm(), standing, screw_known)
}

function checkPosition(): void {
    if (!homed) return
    const difference_nm = positionNm() - motorNm()
    if (enc_status & reg.ENC_STATUS_DEVIATION || Math.abs(difference_nm) > POSITION_LIMIT_NM)
        failUnhomed(codes.FAULT_POSITION, difference_nm)
}

/**
 * Finds out why the sled did not follow, after its stop was commanded: how it brakes shows what one loop cannot. At speeds too
 * low for a braking distance, the last loop decides.
 * @returns the FAULT_ code
 */
export async function diagnoseFollowFault(): Promise<number> {
    follow_fault = false
    const last_driven_nm = follow_check.driven_nm
    const last_moved_nm = follow_check.moved_nm
    const motor_nm = motorNm()
    const encoder_nm = positionNm()
    await ds.sleep(WATCH_MS)
    await pollDriver()
    let driven_nm = motorNm() - motor_nm
    let moved_nm = positionNm() - encoder_nm
    if (Math.abs(driven_nm) < WATCH_TRAVEL_NM) {
        driven_nm = last_driven_nm
        moved_nm = last_moved_nm
    }
    // Below the speed of a valid load value, 6 to 12 um mean a blocked sled; a lost full-step period is 20 um.
    const difference_nm = Math.abs(follow_check.difference_nm)
    if (force_mn < 0 && difference_nm > LOST_STEPS_NM) return codes.FAULT_POSITION
    const ratio = moved_nm / driven_nm
    const pushed = force_mn > FORCE_LIMIT_MN
    if (ratio >= 0.5 || ratio < -1.5) return pushed ? codes.FAULT_FORCE : codes.FAULT_POSITION
    if (ratio <= -0.5) return pushed ? codes.FAULT_FORCE : codes.FAULT_ENCODER_REVERSED
    return force_mn >= 0 && force_mn - mean_mn < FORCE_RISE_MN
        ? codes.FAULT_ENCODER_DEAD
        : codes.FAULT_STALL
}
