// Moves the pullback sled and reports its position. Every move is a position move of the TMC5160.

import { screwErrorNm, screwSpeedFactor } from "../../shared/motion/calibration"
import { ACCEL_NM_S2, amaxOf, rampLengthNm, TRAVERSE_MAX_NM_S } from "../../shared/motion/ramp"
import { PIN_DRV_ENN } from "../../shared/devices/pins"
import * as reg from "../../shared/devices/tmc5160"
import { FAULT_ZERO } from "../../shared/codes"
import { Board } from "../platform/board"
import { CartFault } from "../platform/cart-fault"
import { FollowCheck } from "./follow-check"
import { addSurveySample } from "./screw-survey"
import { acceptReadings, guardChange, guardMove, guardRest, guardStop } from "./guard"
import { set_speed_nm_s, setSpeed } from "./set-speed"
import {
    openDriver,
    pollDriver,
    ramp_stat,
    readEncoder,
    readRegister,
    vactual,
    TRIES,
    writeRamp,
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
/** Every stop is the hardest that the 16 bits of AMAX allow: 84 mm/s² at 12 MHz, so 10 mm/s end in 120 ms and 0.6 mm. */
const AMAX_MAX = 0xffff
/**
 * Largest travel from the latched position of the home switch to the stop: the chip stops at once from 0.25 mm/s, the sled
 * rings.
 */
const LATCH_TRAVEL_NM = 50000
/** Motor and encoder may disagree on that travel by this: ringing, and rounding of the encoder. */
const LATCH_ERROR_NM = 20000
/** X_ENC may change by two counts between its write and its reading. */
const ENCODER_READ_NM = 2000

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
/** XTARGET of the last move. */
let target = 0

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
    return vactual === 0
}

/** Both the counter and the flag must say so, which are separate replies. */
export function hasArrived(): boolean {
    return vactual === 0 && xactual === target && (ramp_stat & reg.RAMP_POSITION_REACHED) !== 0
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

/**
 * Highest speed of return and jog, in nm/s. A clock that no survey has confirmed may be 16 instead of 12 MHz, which makes
 * every move a third faster.
 */
export function traverseLimit(): number {
    return surveyed ? TRAVERSE_MAX_NM_S : TRAVERSE_MAX_NM_S * 0.75
}

function moveAccel(): number {
    return Math.min(AMAX_MAX, amaxOf(ACCEL_NM_S2, microstepsPerMm(), calibration.fclk_hz))
}

async function enableMotor(): Promise<void> {
    if (motor_enabled) return
    await board.setPin(PIN_DRV_ENN, 0)
    motor_enabled = true
}

/** Switches the motor stage off by pin. The sled is then free, and its zero unknown to the motor. */
export async function disableMotor(): Promise<void> {
    await board.setPin(PIN_DRV_ENN, 1)
    motor_enabled = false
    homed = false
    guardRest()
    setSpeed(0)
}

/**
 * Starts a move to `to_nm` from rest, which the chip ends by itself even if this program stops. The ramp is written in hold mode
 * and starts with the last write, so that no disturbed write before it can move the sled.
 */
export async function moveTo(to_nm: number, speed_nm_s: number): Promise<void> {
    await writeRegister(reg.RAMPMODE, reg.RAMPMODE_HOLD)
    target = toMicrosteps(to_nm)
    await writeRegister(reg.XTARGET, target)
    vmax = vmaxFor(speed_nm_s)
    await writeRamp(vmax, moveAccel(), true)
    await enableMotor()
    guardMove(target, speed_nm_s)
    follow_check.restart()
    await writeRegister(reg.RAMPMODE, reg.RAMPMODE_POSITION)
    setSpeed(target < xactual ? -speed_nm_s : speed_nm_s)
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
    target = toMicrosteps(to_nm)
    vmax = vmaxFor(speed_nm_s)
    guardChange(target, speed_nm_s)
    if (target_first) await writeRegister(reg.XTARGET, target)
    await writeRegister(reg.VMAX, vmax)
    // Again, since a disturbed address is not visible in the echo.
    await writeRegister(reg.VMAX, vmax)
    if (!target_first) await writeRegister(reg.XTARGET, target)
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
    const left_nm = Math.abs(toNm(target - xactual))
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

/** Brakes as hard as AMAX allows. Every loop repeats it until standstill is seen; {@link holdSled} follows. */
export async function stopSled(): Promise<void> {
    guardStop()
    await writeRamp(0, AMAX_MAX, false)
    await writeRegister(reg.RAMPMODE, reg.RAMPMODE_VELOCITY_POSITIVE)
    setSpeed(0)
}

/** Holds the position of a sled at rest. XTARGET stays: in motion, a target within the braking distance would reverse the ramp. */
export async function holdSled(): Promise<void> {
    await writeRegister(reg.RAMPMODE, reg.RAMPMODE_HOLD)
    guardRest()
    setSpeed(0)
}

/**
 * Makes the position at which the home switch was reached the zero of motor and encoder. Both latches must agree with their
 * counters and with each other, and both zeros are read back.
 * @returns the measured position now, in nm
 * @throws CartFault
 */
export async function zeroAtLatch(): Promise<number> {
    await holdSled()
    for (let tries = 1; ; ++tries) {
        // Everything is read twice: a bit of 20 um would be plausible.
        const xlatch = (await readRegister(reg.XLATCH)) | 0
        const enc_latch = (await readRegister(reg.ENC_LATCH)) | 0
        await pollDriver()
        const motor_usteps = xactual - xlatch
        const sled_usteps = x_enc - enc_latch
        const again = (await readRegister(reg.XLATCH)) === xlatch >>> 0
        const encoder_again = (await readRegister(reg.ENC_LATCH)) === enc_latch >>> 0
        await pollDriver()
        const same =
            again &&
            encoder_again &&
            xactual - xlatch === motor_usteps &&
            Math.abs(toNm(x_enc - enc_latch - sled_usteps)) <= ENCODER_READ_NM
        const motor_nm = toNm(motor_usteps)
        const apart_nm = toNm(motor_usteps - sled_usteps)
        if (same && Math.abs(motor_nm) <= LATCH_TRAVEL_NM && Math.abs(apart_nm) <= LATCH_ERROR_NM) {
            await writeRegister(reg.XACTUAL, motor_usteps)
            await setEncoder(sled_usteps)
            break
        }
        if (tries === TRIES) throw new CartFault(FAULT_ZERO, apart_nm)
    }
    follow_check.restart()
    homed = true
    return positionNm()
}

/** Writes X_ENC, which cannot be read back exactly as it counts on. */
async function setEncoder(usteps: number): Promise<void> {
    for (let tries = 1; ; ++tries) {
        await writeRegister(reg.X_ENC, usteps)
        await pollDriver()
        acceptReadings()
        if (Math.abs(toNm(x_enc - usteps)) <= ENCODER_READ_NM) return
        if (tries === TRIES) throw new CartFault(FAULT_ZERO, toNm(x_enc - usteps))
    }
}

/** Clears an earlier latch event, so that the next closing of the switch is latched. */
export async function armLatch(): Promise<void> {
    await writeRegister(reg.RAMP_STAT, reg.RAMP_LATCH_L)
}
