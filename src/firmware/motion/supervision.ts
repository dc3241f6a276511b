// Checks the motor driver and the sled in every control loop, and decides which fault it is.
// The order of the checks is their priority: a fault that would mask or cause another one is checked first.

import * as ds from "@devicescript/core"
import { BACKLASH_MAX_NM, screwErrorNm } from "../../shared/motion/calibration"
import * as codes from "../../shared/codes"
import * as reg from "../../shared/devices/tmc5160"
import { CartFault } from "../platform/cart-fault"
import {
    acceptReadings,
    commanded,
    isQuiet,
    motionFault,
    setGuardTime,
    stopping,
    switches_before,
} from "./guard"
import {
    clearHomed,
    follow_check,
    holdSled,
    homed,
    isStanding,
    motor_enabled,
    motorNm,
    positionNm,
    stopSled,
    surveyed,
} from "./sled"
import {
    aSettingDiffers,
    drv_status,
    gstat,
    ioin,
    pollDriver,
    pollOnce,
    ramp_stat,
    TRIES,
    vactual,
    xactual,
} from "./tmc5160"
import { calibration } from "./units"

/**
 * Motor against encoder, beside the backlash: windup is below 10 um, the screw table's error at the zero 10 um, a lost full-step
 * period 20 um. The survey accepts 0.15 % of scale. Without it the screw is not known, and the lead may differ by 1 %.
 */
const SURVEYED_LIMIT_NM = 50000
const SURVEYED_SCALE = 0.0015
const POSITION_LIMIT_NM = 150000
const LEAD_ERROR = 0.01
/** A poll takes 0.3 ms, and may wait for one block of the front end: 5 ms with an un0rick. */
const POLL_LIMIT_MS = 9
/** No further poll after this time in one loop: the heartbeat must not stop. */
const LATE_LIMIT_MS = 25
/** A homed sled farther out than this has left its home switch. */
const OFF_HOME_NM = 500000
/** Loops after which SAFE_SENSE has shown why the circuit holds DRV_ENN high; if it has not, the wire of DRV_ENN is at fault. */
const GATE_LOOPS = 10
/** How long the braking of a sled that does not follow is watched, and the least travel that is conclusive. */
const WATCH_MS = 10
const WATCH_TRAVEL_NM = 3000

/** The last fault was that the sled did not follow its motor: {@link diagnoseFollowFault} finds the cause. */
export let follow_fault = false
/** Loops in a row in which the chip's input DRV_ENN differed from what this program commands. */
let gate_loops = 0

/**
 * Polls the chip and checks everything that was read. A fault counts only if three polls in a row show it, since one reply may be
 * disturbed. @throws CartFault for the first fault found
 */
export async function checkDriver(now_ms: number): Promise<void> {
    await checkPolls(now_ms, true)
}

/** Like {@link checkDriver} for a cart in a fault: only that the sled stays at rest or comes to rest. @throws CartFault */
export async function checkRest(now_ms: number): Promise<void> {
    await checkPolls(now_ms, false)
}

async function checkPolls(now_ms: number, all: boolean): Promise<void> {
    setGuardTime(now_ms)
    let code = codes.GOOD
    for (let tries = 0; tries < TRIES; ++tries) {
        const from_ms = ds.millis()
        const last = code
        code = await pollOnce()
        // A switch that chatters stops and starts the ramp between two replies.
        if (code === codes.FAULT_MOTOR_BUS && last === codes.FAULT_END_SWITCH) code = last
        // On a bus this slow the positions of motor and encoder are not of one moment.
        if (ds.millis() - from_ms > POLL_LIMIT_MS) {
            code = codes.FAULT_MOTOR_BUS
            if (ds.millis() - now_ms <= LATE_LIMIT_MS) continue
            // At rest the next loop is soon enough.
            if (commanded === 0 && !stopping) return
            break
        }
        if (code === codes.GOOD && all) code = chipFault()
        if (code === codes.GOOD) code = motionFault(motor_enabled)
        if (code === codes.GOOD && all && motor_enabled) code = sledFault()
        if (code === codes.GOOD) break
    }
    const gate_differs = motor_enabled === ((ioin & reg.IOIN_DRV_ENN) !== 0)
    gate_loops = gate_differs ? gate_loops + 1 : 0
    if (code === codes.GOOD && all && gate_loops > GATE_LOOPS) code = codes.FAULT_MOTOR_GATE
    // A sled whose stage is off does not follow.
    if (code === codes.FAULT_STALL && gate_differs) code = codes.FAULT_MOTOR_GATE
    // A setting that a disturbed write changed, such as the polarity of the switches, looks like another fault.
    if (code > codes.FAULT_MOTOR_DRIVER_MISSING && code !== codes.FAULT_MOTOR_BUS)
        if (await aSettingDiffers()) code = codes.FAULT_MOTOR_DRIVER_WRITE
    if (code !== codes.GOOD) fail(code)
    if (stopping && isQuiet()) await holdSled()
    else if (stopping) await stopSled()
    acceptReadings()
}

/** A cause that a self test cannot clear and that is still there: FAULT_ code, or GOOD. */
export async function presentCause(): Promise<number> {
    const code = await pollOnce()
    if (code === codes.FAULT_MOTOR_DRIVER_MISSING) return code
    return drv_status & reg.DRV_HOT ? codes.FAULT_DRIVER_HOT : codes.GOOD
}

/** What the chip reports about itself. */
function chipFault(): number {
    const status = drv_status
    if (gstat & reg.GSTAT_RESET) return codes.FAULT_MOTOR_DRIVER_RESET
    if (status & reg.DRV_SHORT) return codes.FAULT_DRIVER_SHORT
    if (status & reg.DRV_HOT) return codes.FAULT_DRIVER_HOT
    if (gstat & reg.GSTAT_UV_CP) return codes.FAULT_DRIVER_SUPPLY
    if (gstat & reg.GSTAT_DRV_ERR) return codes.FAULT_MOTOR_DRIVER_ERROR
    return switchFault()
}

/** A switch in the wrong place: swapped, cut, or the end of the travel. */
function switchFault(): number {
    const reached = ramp_stat & reg.RAMP_STOPS
    if (commanded === 0) return codes.GOOD
    if (reached === reg.RAMP_STOPS) return codes.FAULT_SWITCHES
    const fresh = reached & ~switches_before
    const far = commanded > 0 ? reached : fresh
    if (far & reg.RAMP_STOP_R) return codes.FAULT_END_SWITCH
    const home = homed && positionNm() > OFF_HOME_NM ? reached : commanded > 0 ? fresh : 0
    if (home & reg.RAMP_STOP_L) return codes.FAULT_END_SWITCH
    return codes.GOOD
}

/** Whether sled and motor agree. */
function sledFault(): number {
    const standing = isStanding()
    // The chip stops instantly at a switch, and the sled oscillates.
    if (standing && ramp_stat & reg.RAMP_STOPS) follow_check.restart()
    const screw_known = surveyed && homed
    const screw_nm = screw_known ? screwErrorNm(calibration, xactual) : 0
    const backlash_nm = screw_known ? calibration.backlash_nm : BACKLASH_MAX_NM
    const motor_nm = motorNm()
    const sled_nm = positionNm()
    if (!follow_check.step(motor_nm + screw_nm, sled_nm, standing, screw_known, backlash_nm))
        return codes.FAULT_STALL
    const limit_nm = screw_known
        ? SURVEYED_LIMIT_NM + sled_nm * SURVEYED_SCALE
        : POSITION_LIMIT_NM + sled_nm * LEAD_ERROR
    if (homed && Math.abs(sled_nm - motor_nm - screw_nm) > limit_nm + backlash_nm)
        return codes.FAULT_POSITION
    return codes.GOOD
}

/** @throws CartFault with the value that an engineer needs */
function fail(code: number): void {
    if (
        code === codes.FAULT_MOTOR_DRIVER_RESET ||
        code === codes.FAULT_POSITION ||
        code === codes.FAULT_COUNTER ||
        code === codes.FAULT_STALL
    )
        clearHomed()
    follow_fault = code === codes.FAULT_STALL
    const value =
        code === codes.FAULT_UNCOMMANDED || code === codes.FAULT_NO_STOP
            ? vactual
            : code >= codes.FAULT_DRIVER_SHORT && code <= codes.FAULT_DRIVER_SUPPLY
              ? drv_status | 0
              : positionNm()
    throw new CartFault(code, value)
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
    const ratio = moved_nm / driven_nm
    if (ratio >= 0.5 || ratio < -1.5) return codes.FAULT_POSITION
    return ratio <= -0.5 ? codes.FAULT_ENCODER_REVERSED : codes.FAULT_STALL
}
