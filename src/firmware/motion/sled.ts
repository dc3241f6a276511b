// Responsible for: the pullback sled on its TMC5160: settings, moves in nm, what it does now.
// Not for: when it may move (../cart), homing (homing.ts) or a whole pullback (pullback.ts).

import * as ds from "@devicescript/core"
import { Calibration, screwErrorNm, screwSpeedFactor } from "../../shared/motion/calibration"
import { ACCEL_NM_S2, amaxOf, rampLengthNm, speedOfVmax, vmaxOf } from "../../shared/motion/ramp"
import { FAULT_MOVE_LATE } from "../../shared/codes"
import { PIN_DRV_ENN } from "../../shared/devices/virtual-board"
import { Board } from "../platform/board"
import { CartFault } from "../platform/cart-fault"
import * as reg from "./tmc5160-registers"
import { FollowCheck } from "./follow-check"
import { ScrewSurvey } from "./screw-survey"
import { Tmc5160 } from "./tmc5160"

const NM_PER_M = 1000000000
/** Speed is trimmed for where the motor will be in the middle of the next loop. */
const TRIM_AHEAD_S = 0.006
/** The motor may be 3 % above the set speed where the screw is slow: its ramp is then 6 % longer. */
const BRAKING_SLACK = 1.1
/**
 * Above it the screw is not followed: that would take more than the acceleration limit,
 * and over 100 ms the error of nearly a whole turn averages out (0.7 % at 8 mm/s and 10 um).
 */
const FOLLOW_MAX_NM_S = 8000000
/** A stop that nobody planned, as hard as AMAX goes: 84 mm/s² at 12 MHz, so 10 mm/s end in 120 ms and 0.6 mm. */
const STOP_ACCEL_NM_S2 = 200000000
/** Changes of speed that can come while a line waits in the FIFO, and a few more; a power of two. */
const SPEEDS_KEPT = 8
/** Twice that time, in tries. */
const STOP_TRIES = 24
const STOP_TRY_MS = 10
/** AMAX, DMAX, A1 and D1 have 16 bits. */
const AMAX_MAX = 0xffff
export class Sled {
    readonly driver: Tmc5160
    homed = false
    enabled = false
    /** Speed that moves are commanded with; the sign is the direction. */
    set_speed_nm_s = 0
    /** Counts every change of the set speed. */
    speed_epoch = 0
    /** A survey since the last homing found screw and scale as calibrated. */
    surveyed = false
    /** Told of every move that begins; asked by supervision.ts. */
    readonly follow = new FollowCheck()
    /** Set speeds by epoch, the latest ones: lines that wait in a FIFO were fired under an earlier one. */
    private speeds: number[] = []
    private vmax = 0
    private target_nm = 0

    constructor(
        private board: Board,
        public calibration: Calibration
    ) {
        this.driver = new Tmc5160(board.motor)
        for (let i = 0; i < SPEEDS_KEPT; ++i) this.speeds.push(0)
    }

    /** Measured position from the edge of the home switch. */
    positionNm(): number {
        return this.toNm(this.driver.x_enc)
    }

    /** The same as it is now, asked of the encoder; for another fiber than the control loop's. */
    async measureNm(): Promise<number> {
        return this.toNm(await this.driver.readEncoder())
    }

    /** Where the motor was driven to. */
    motorNm(): number {
        return this.toNm(this.driver.xactual)
    }

    /** Speed that the ramp has now. */
    speedNmPerS(): number {
        return speedOfVmax(this.driver.vactual, this.microstepsPerMm(), this.calibration.fclk_hz)
    }

    stands(): boolean {
        return (this.driver.ramp_stat & reg.RAMP_VZERO) !== 0
    }

    arrived(): boolean {
        return (this.driver.ramp_stat & reg.RAMP_POSITION_REACHED) !== 0 && this.stands()
    }

    atHomeSwitch(): boolean {
        return (this.driver.ramp_stat & reg.RAMP_STOP_L) !== 0
    }

    atFarSwitch(): boolean {
        return (this.driver.ramp_stat & reg.RAMP_STOP_R) !== 0
    }

    private microstepsPerMm(): number {
        return this.calibration.microsteps_per_m / 1000
    }

    nmPerMicrostep(): number {
        return NM_PER_M / this.calibration.microsteps_per_m
    }

    private toNm(microsteps: number): number {
        return Math.round(microsteps * this.nmPerMicrostep())
    }

    toMicrosteps(nm: number): number {
        return Math.round(nm / this.nmPerMicrostep())
    }

    /** Finds the chip and writes every setting; the motor stays off and nothing moves. */
    async configure(): Promise<void> {
        const driver = this.driver
        await this.disable()
        await driver.begin()
        await this.endRamp()
        await driver.write(reg.GCONF, 0x00000008) // SpreadCycle, filtered steps
        await driver.write(reg.SHORT_CONF, 0x00010606)
        await driver.write(reg.DRV_CONF, 0x00080400)
        await driver.write(reg.GLOBALSCALER, 128)
        await driver.write(reg.IHOLD_IRUN, 0x0006140a) // hold 10/31, run 20/31
        await driver.write(reg.TPOWERDOWN, 10)
        await driver.write(reg.CHOPCONF, 0x000100c3) // 256 microsteps, toff 3
        await driver.write(reg.VSTART, 0)
        await driver.write(reg.VSTOP, 10)
        await driver.write(reg.V1, 0) // one slope up, one down
        await driver.write(reg.TZEROWAIT, 0)
        await this.setAccel(ACCEL_NM_S2)
        await driver.write(reg.VMAX, 0)
        await driver.write(
            reg.SW_MODE,
            reg.SW_STOP_L_ENABLE |
                reg.SW_STOP_R_ENABLE |
                reg.SW_LATCH_L_ACTIVE |
                reg.SW_EN_LATCH_ENCODER
        )
        await driver.write(reg.ENCMODE, 0x00000400) // decimal ENC_CONST
        await this.writeEncoderScale()
        await driver.poll()
    }

    /** A ramp that a dead bus did not let us stop runs on; the stage must not be switched on into it. */
    private async endRamp(): Promise<void> {
        await this.stop()
        await this.driver.poll()
        for (let tries = 0; !this.stands(); ++tries) {
            if (tries === STOP_TRIES) throw new CartFault(FAULT_MOVE_LATE, this.driver.vactual)
            await ds.sleep(STOP_TRY_MS)
            await this.driver.poll()
        }
        await this.driver.write(reg.RAMPMODE, reg.RAMPMODE_HOLD)
    }

    /** ENC_CONST turns counts into microsteps, in whole steps and ten-thousandths. */
    private async writeEncoderScale(): Promise<void> {
        const c = this.calibration
        const per_count = c.encoder_nm_per_count / this.nmPerMicrostep()
        const whole = Math.floor(per_count)
        const fraction = Math.round((per_count - whole) * 10000)
        await this.driver.write(reg.ENC_CONST, (whole << 16) | fraction)
    }

    private async setAccel(accel_nm_s2: number): Promise<void> {
        const c = this.calibration
        const value = Math.min(AMAX_MAX, amaxOf(accel_nm_s2, this.microstepsPerMm(), c.fclk_hz))
        await this.driver.write(reg.AMAX, value)
        await this.driver.write(reg.DMAX, value)
        await this.driver.write(reg.A1, value)
        await this.driver.write(reg.D1, value) // never 0, says the data sheet
    }

    async enable(): Promise<void> {
        if (this.enabled) return
        this.follow.restart()
        await this.board.setPin(PIN_DRV_ENN, 0)
        this.enabled = true
    }

    async disable(): Promise<void> {
        await this.board.setPin(PIN_DRV_ENN, 1)
        this.enabled = false
    }

    /** Starts a move that ends at `target_nm` by itself, whatever becomes of this program. */
    async moveTo(target_nm: number, speed_nm_s: number): Promise<void> {
        const driver = this.driver
        await this.enable()
        this.follow.restart()
        await this.setAccel(ACCEL_NM_S2)
        this.target_nm = target_nm
        this.vmax = this.vmaxFor(speed_nm_s)
        await driver.write(reg.VMAX, this.vmax)
        await driver.write(reg.XTARGET, this.toMicrosteps(target_nm))
        await driver.write(reg.RAMPMODE, reg.RAMPMODE_POSITION)
        this.setSpeed(target_nm < this.motorNm() ? -speed_nm_s : speed_nm_s)
        // The flags of the last poll tell of the move before: without this one it would seem done.
        await driver.poll()
    }

    /**
     * Another speed and end for the move under way. The chip is never told to go faster than
     * its end allows: a faster move gets its farther end first, a slower one its speed.
     */
    async changeSpeed(target_nm: number, speed_nm_s: number, target_first: boolean): Promise<void> {
        const driver = this.driver
        this.target_nm = target_nm
        this.vmax = this.vmaxFor(speed_nm_s)
        const xtarget = this.toMicrosteps(target_nm)
        if (target_first) await driver.write(reg.XTARGET, xtarget)
        await driver.write(reg.VMAX, this.vmax)
        if (!target_first) await driver.write(reg.XTARGET, xtarget)
        this.setSpeed(this.set_speed_nm_s < 0 ? -speed_nm_s : speed_nm_s)
    }

    /** Where the motor has to go, away from home, to bring the sled to a place: play and screw error made good. */
    motorFor(sled_nm: number): number {
        const c = this.calibration
        const error_nm = screwErrorNm(c, this.toMicrosteps(sled_nm)) - screwErrorNm(c, 0)
        return Math.round(sled_nm + c.backlash_nm - error_nm)
    }

    private vmaxFor(speed_nm_s: number): number {
        return vmaxOf(speed_nm_s, this.microstepsPerMm(), this.calibration.fclk_hz)
    }

    /**
     * Trims VMAX so that the sled has the set speed and not the motor: the screw's error makes the
     * sled go faster here and slower there. Called by every loop of an even move, after the poll.
     */
    async followScrew(): Promise<void> {
        const speed_nm_s = Math.abs(this.set_speed_nm_s)
        if (speed_nm_s > FOLLOW_MAX_NM_S) return
        const left_nm = Math.abs(this.target_nm - this.motorNm())
        // Once the chip brakes for its target it must not be told to go faster.
        if (left_nm < BRAKING_SLACK * rampLengthNm(speed_nm_s) + speed_nm_s * TRIM_AHEAD_S) return
        const ahead_nm = this.set_speed_nm_s * TRIM_AHEAD_S
        const factor = screwSpeedFactor(
            this.calibration,
            this.driver.xactual + this.toMicrosteps(ahead_nm)
        )
        const vmax = this.vmaxFor(speed_nm_s / factor)
        if (vmax === this.vmax) return
        this.vmax = vmax
        await this.driver.write(reg.VMAX, vmax)
    }

    /** Gives a survey what the last poll found; `tick_us` was read right after it. */
    surveyInto(survey: ScrewSurvey, tick_us: number): void {
        const commanded_nm_s = speedOfVmax(
            this.vmax,
            this.microstepsPerMm(),
            this.calibration.fclk_hz
        )
        survey.take(
            this.driver.xactual,
            this.positionNm(),
            tick_us,
            commanded_nm_s / this.nmPerMicrostep(),
            this.nmPerMicrostep()
        )
    }

    /** Brakes hard; the sled then stands where it is and holds. */
    async stop(): Promise<void> {
        await this.setAccel(STOP_ACCEL_NM_S2)
        await this.driver.write(reg.VMAX, 0)
        await this.driver.write(reg.RAMPMODE, reg.RAMPMODE_VELOCITY_POSITIVE)
        this.setSpeed(0)
    }

    /** Holds the place at which the sled stands after a move or a stop. */
    async hold(): Promise<void> {
        await this.driver.write(reg.RAMPMODE, reg.RAMPMODE_HOLD)
        await this.driver.write(reg.XTARGET, this.driver.xactual)
        this.setSpeed(0)
    }

    private setSpeed(speed_nm_s: number): void {
        if (speed_nm_s === this.set_speed_nm_s) return
        this.set_speed_nm_s = speed_nm_s
        this.speed_epoch = (this.speed_epoch + 1) & 0xffff
        this.speeds[this.speed_epoch & (SPEEDS_KEPT - 1)] = speed_nm_s
    }

    /** The set speed so many epochs ago, in nm/s; 0 where that is forgotten. */
    speedBefore(epochs: number): number {
        if (epochs >= SPEEDS_KEPT) return 0
        return this.speeds[(this.speed_epoch - epochs) & (SPEEDS_KEPT - 1)]
    }

    /**
     * Makes the place where the home switch closed the zero of motor and encoder.
     * @returns the measured position now, in nm
     */
    async zeroAtLatch(): Promise<number> {
        const driver = this.driver
        await driver.write(reg.RAMPMODE, reg.RAMPMODE_HOLD)
        const xlatch = (await driver.read(reg.XLATCH)) | 0
        const enc_latch = (await driver.read(reg.ENC_LATCH)) | 0
        await driver.poll()
        await driver.write(reg.XACTUAL, driver.xactual - xlatch)
        await driver.write(reg.X_ENC, driver.x_enc - enc_latch)
        await driver.write(reg.XTARGET, driver.xactual - xlatch)
        // Between the two writes above they were far apart.
        await driver.write(reg.ENC_STATUS, reg.ENC_STATUS_ALL)
        await driver.poll()
        this.follow.restart()
        this.homed = true
        return this.positionNm()
    }

    /** Forgets an earlier latch event, so that the next closing of the switch counts. */
    async armLatch(): Promise<void> {
        await this.driver.write(reg.RAMP_STAT, reg.RAMP_LATCH_L)
    }
}
