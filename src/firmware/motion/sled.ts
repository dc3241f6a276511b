// Moves the pullback sled and reports its position. Every move is a position move of the TMC5160.

import { screwErrorNm, screwSpeedFactor } from "../../shared/motion/calibration"
import { ACCEL_NM_S2, amaxOf, rampLengthNm } from "../../shared/motion/ramp"
import { PIN_DRV_ENN } from "../../shared/devices/pins"
import * as reg from "../../shared/devices/tmc5160"
import { Board } from "../platform/board"
import { FollowCheck } from "./follow-check"
import { addSurveySample } from "./screw-survey"
import { set_speed_nm_s, setSpeed } from "./set-speed"
import {
    openDriver,
    pollDriver,
    ramp_stat,
    readEncoder,
    readRegister,
    vactual,
    writeRegister,
    x_enc,
    xactual,
} from "./tmc5160"
import {
    calibration,
    microstepsPerMm,
    nmPerMicrostep,
    speedFor,
    toMicrosteps,
    toNm,
    vmaxFor,
} from "./units"

/** VMAX is trimmed for the position of the motor in the middle of the next loop. */
const TRIM_AHEAD_S = 0.006
/** The motor may be 3 % above the set speed where the screw is slow: its ramp is then 6 % longer. */
const BRAKING_SLACK = 1.1
/**
 * Above this speed VMAX is not trimmed: that would take more than the acceleration limit,
 * and over 100 ms the error of nearly a whole revolution averages out (0.7 % at 8 mm/s and 10 um).
 */
const TRIM_MAX_NM_S = 8000000
/** Unplanned stop, the hardest that AMAX allows: 84 mm/s² at 12 MHz, so 10 mm/s end in 120 ms and 0.6 mm. */
const STOP_ACCEL_NM_S2 = 200000000
/** AMAX, DMAX, A1 and D1 have 16 bits. */
const AMAX_MAX = 0xffff

let board: Board

/** The zero of motor and encoder is the edge of the home switch. */
export let homed = false
/** The survey of the last homing found screw and scale as calibrated. */
export let surveyed = false
/** The driver stage is switched on. */
export let motor_enabled = false
/** Restarted by every move; evaluated by supervision.ts. */
export const follow_check = new FollowCheck()
let vmax = 0
let target_nm = 0

/** To be called once, before any other function of this file. */
export function openSled(opened: Board): void {
    board = opened
    openDriver(board.motor)
}

/** Measured position in nm from the edge of the home switch, as of the last poll. */
export function positionNm(): number {
    return toNm(x_enc)
}

/** The measured position now; may be called from another fiber than the control loop's. */
export async function measureNm(): Promise<number> {
    return toNm(await readEncoder())
}

/** Position to which the motor was driven, in nm, as of the last poll. */
export function motorNm(): number {
    return toNm(xactual)
}

/** Current speed of the ramp generator in nm/s. */
export function rampSpeedNmS(): number {
    return speedFor(vactual)
}

export function isStanding(): boolean {
    return (ramp_stat & reg.RAMP_VZERO) !== 0
}

export function hasArrived(): boolean {
    return (ramp_stat & reg.RAMP_POSITION_REACHED) !== 0 && isStanding()
}

export function atHomeSwitch(): boolean {
    return (ramp_stat & reg.RAMP_STOP_L) !== 0
}

export function atFarSwitch(): boolean {
    return (ramp_stat & reg.RAMP_STOP_R) !== 0
}

/** The zero of the sled is no longer known. */
export function clearHomed(): void {
    homed = false
}

export function setSurveyed(good: boolean): void {
    surveyed = good
}

export async function setAccel(accel_nm_s2: number): Promise<void> {
    const value = Math.min(AMAX_MAX, amaxOf(accel_nm_s2, microstepsPerMm(), calibration.fclk_hz))
    await writeRegister(reg.AMAX, value)
    await writeRegister(reg.DMAX, value)
    await writeRegister(reg.A1, value)
    await writeRegister(reg.D1, value) // must not be 0 (data sheet)
}

async function enableMotor(): Promise<void> {
    if (motor_enabled) return
    follow_check.restart()
    await board.setPin(PIN_DRV_ENN, 0)
    motor_enabled = true
}

export async function disableMotor(): Promise<void> {
    await board.setPin(PIN_DRV_ENN, 1)
    motor_enabled = false
}

/** Starts a move to `to_nm`, which the chip ends by itself even if this program stops. */
export async function moveTo(to_nm: number, speed_nm_s: number): Promise<void> {
    await enableMotor()
    follow_check.restart()
    await setAccel(ACCEL_NM_S2)
    target_nm = to_nm
    vmax = vmaxFor(speed_nm_s)
    await writeRegister(reg.VMAX, vmax)
    await writeRegister(reg.XTARGET, toMicrosteps(to_nm))
    await writeRegister(reg.RAMPMODE, reg.RAMPMODE_POSITION)
    setSpeed(to_nm < motorNm() ? -speed_nm_s : speed_nm_s)
    // The flags of the last poll belong to the move before this one, which has arrived.
    await pollDriver()
}

/**
 * Changes speed and target of the move in progress. The chip is never set to more speed than its target allows: a faster move
 * gets its farther target first, a slower one its speed.
 */
export async function changeMove(
    to_nm: number,
    speed_nm_s: number,
    target_first: boolean
): Promise<void> {
    target_nm = to_nm
    vmax = vmaxFor(speed_nm_s)
    const xtarget = toMicrosteps(to_nm)
    if (target_first) await writeRegister(reg.XTARGET, xtarget)
    await writeRegister(reg.VMAX, vmax)
    if (!target_first) await writeRegister(reg.XTARGET, xtarget)
    setSpeed(set_speed_nm_s < 0 ? -speed_nm_s : speed_nm_s)
}

/** Motor position that brings the sled to `sled_nm` in a move away from home, with backlash and screw error compensated. */
export function motorTargetFor(sled_nm: number): number {
    const error_nm = screwErrorNm(calibration, toMicrosteps(sled_nm)) - screwErrorNm(calibration, 0)
    return Math.round(sled_nm + calibration.backlash_nm - error_nm)
}

/**
 * Trims VMAX so that the sled, not the motor, has the set speed: the screw error makes the sled faster or slower than the
 * motor. Called by every loop of a constant-speed move, after the poll.
 */
export async function trimSpeed(): Promise<void> {
    const speed_nm_s = Math.abs(set_speed_nm_s)
    if (speed_nm_s > TRIM_MAX_NM_S) return
    const left_nm = Math.abs(target_nm - motorNm())
    // VMAX must not rise once the chip brakes for its target.
    if (left_nm < BRAKING_SLACK * rampLengthNm(speed_nm_s) + speed_nm_s * TRIM_AHEAD_S) return
    const ahead_nm = set_speed_nm_s * TRIM_AHEAD_S
    const factor = screwSpeedFactor(calibration, xactual + toMicrosteps(ahead_nm))
    const trimmed = vmaxFor(speed_nm_s / factor)
    if (trimmed === vmax) return
    vmax = trimmed
    await writeRegister(reg.VMAX, vmax)
}

/** Adds the positions of the last poll to the survey; `tick_us` is the line clock right after it. */
export function surveyPosition(tick_us: number): void {
    const nm_per_microstep = nmPerMicrostep()
    const commanded_usteps_s = speedFor(vmax) / nm_per_microstep
    addSurveySample(xactual, positionNm(), tick_us, commanded_usteps_s, nm_per_microstep)
}

/** Brakes as hard as AMAX allows; the sled then holds its position. */
export async function stopSled(): Promise<void> {
    await setAccel(STOP_ACCEL_NM_S2)
    await writeRegister(reg.VMAX, 0)
    await writeRegister(reg.RAMPMODE, reg.RAMPMODE_VELOCITY_POSITIVE)
    setSpeed(0)
}

/** Holds the position of the sled after a move or a stop. */
export async function holdSled(): Promise<void> {
    await writeRegister(reg.RAMPMODE, reg.RAMPMODE_HOLD)
    await writeRegister(reg.XTARGET, xactual)
    setSpeed(0)
}

/**
 * Makes the position at which the home switch closed the zero of motor and encoder.
 * @returns the measured position now, in nm
 */
export async function zeroAtLatch(): Promise<number> {
    await writeRegister(reg.RAMPMODE, reg.RAMPMODE_HOLD)
    const xlatch = (await readRegister(reg.XLATCH)) | 0
    const enc_latch = (await readRegister(reg.ENC_LATCH)) | 0
    await pollDriver()
    await writeRegister(reg.XACTUAL, xactual - xlatch)
    await writeRegister(reg.X_ENC, x_enc - enc_latch)
    await writeRegister(reg.XTARGET, xactual - xlatch)
    // Between the two writes above, motor and encoder differed by more than ENC_DEVIATION.
    await writeRegister(reg.ENC_STATUS, reg.ENC_STATUS_ALL)
    await pollDriver()
    follow_check.restart()
    homed = true
    return positionNm()
}

/** Clears an earlier latch event, so that the next closing of the switch is latched. */
export async function armLatch(): Promise<void> {
    await writeRegister(reg.RAMP_STAT, reg.RAMP_LATCH_L)
}
