// Responsible for: what is looked at every 10 ms while the driver is on, in which order, and which fault it is.
// Not for: what is done about it (../cart/cart.ts), or the warnings' words (../cart/interlocks.ts).
// The order of the checks is their priority: what another one would be read over, or caused by, comes first.

import * as ds from "@devicescript/core"
import { screwErrorNm } from "../../shared/motion/calibration"
import * as codes from "../../shared/codes"
import { CartFault } from "../platform/cart-fault"
import { COOLCONF_FORCE, forceIsKnown, forceMn, FORCE_MIN_NM_S } from "./force"
import { Sled } from "./sled"
import * as reg from "./tmc5160-registers"

/** Motor against encoder: backlash and screw error are below 20 um; a lost full-step period is 20 um. */
export const POSITION_LIMIT_NM = 150000
/**
 * Force of the motor, friction of guide and screw in it. A catheter of 0.75 to 1.15 mm has to stand 5 N (ISO 10555-1);
 * 2 N +-30 % of friction with its run-up came to 3.0 N, so at least 2 N are left before a sled in order stops.
 */
export const FORCE_LIMIT_MN = 5000
/** A sled that is held raises the load by 2.2 N on the 5 um that show it; an encoder that is dead, by nothing. */
const FORCE_RISE_MN = 1200
/** Share of a new load value in its mean: about the last 80 ms. */
const FORCE_MEAN_PART = 0.125
/** A homed sled that is further out has left its home switch. */
const OFF_HOME_NM = 500000
const LOST_STEPS_NM = 15000
/** How long a sled that does not follow is watched while it brakes, and the least way that tells something. */
const WATCH_MS = 10
const WATCH_WAY_NM = 3000

export class Supervision {
    /** DRV_STATUS bits, as of the last loop, that do not stop it. */
    warnings = 0
    /** Force as of the last loop in mN; -1 where it is not known. */
    force_mn = -1
    /** The last fault was that the sled did not follow: {@link explainLag} says why. */
    lags = false
    private mean_mn = 0

    constructor(private sled: Sled) {}

    /** Sets what the chip watches by itself; after {@link Sled.configure}. */
    async configure(): Promise<void> {
        const driver = this.sled.driver
        const limit = this.sled.toMicrosteps(POSITION_LIMIT_NM)
        await driver.write(reg.ENC_DEVIATION, limit)
        await driver.write(reg.COOLCONF, COOLCONF_FORCE)
        // From there on a load value of 0 stops the ramp, whatever becomes of this program.
        const steps_s = this.sled.toMicrosteps(FORCE_MIN_NM_S)
        const clocks = Math.floor(this.sled.calibration.fclk_hz / steps_s)
        await driver.write(reg.TCOOLTHRS, clocks)
        await driver.write(reg.SW_MODE, driver.written(reg.SW_MODE) | reg.SW_SG_STOP)
        await driver.write(reg.RAMP_STAT, reg.RAMP_EVENT_STOP_SG)
    }

    /** Polls the chip and throws the first thing that must stop everything. */
    async check(): Promise<void> {
        const sled = this.sled
        const driver = sled.driver
        await driver.poll() // throws for a bus that is dead or stuck
        const gstat = driver.gstat
        const status = driver.drv_status
        if (gstat & reg.GSTAT_RESET) this.lose(codes.FAULT_MOTOR_DRIVER_RESET, gstat)
        if (status & reg.DRV_SHORT) throw new CartFault(codes.FAULT_DRIVER_SHORT, status | 0)
        if (status & reg.DRV_HOT) throw new CartFault(codes.FAULT_DRIVER_HOT, status | 0)
        if (gstat & reg.GSTAT_UV_CP) throw new CartFault(codes.FAULT_DRIVER_SUPPLY, gstat)
        if (gstat & reg.GSTAT_DRV_ERR) throw new CartFault(codes.FAULT_MOTOR_DRIVER_ERROR, gstat)
        this.warnings = status & reg.DRV_WARNINGS
        this.checkSwitches()
        if (!sled.enabled) return
        if (driver.ramp_stat & reg.RAMP_EVENT_STOP_SG)
            this.lose(codes.FAULT_STALL, sled.positionNm())
        this.gaugeForce()
        if (!this.follows()) {
            this.lags = true
            this.lose(codes.FAULT_STALL, sled.positionNm())
        }
        if (this.force_mn > FORCE_LIMIT_MN) throw new CartFault(codes.FAULT_FORCE, this.force_mn)
        this.checkPosition()
    }

    /** Throws a fault after which nobody knows where the sled is. */
    private lose(code: number, value: number): void {
        this.sled.homed = false
        throw new CartFault(code, value)
    }

    private checkSwitches(): void {
        const sled = this.sled
        if (!sled.homed || sled.set_speed_nm_s === 0) return
        const position_nm = sled.positionNm()
        if (sled.atFarSwitch() || (sled.atHomeSwitch() && position_nm > OFF_HOME_NM))
            throw new CartFault(codes.FAULT_END_SWITCH, position_nm)
    }

    private gaugeForce(): void {
        const driver = this.sled.driver
        const speed_nm_s = this.sled.speedNmPerS()
        // The chip stops dead on a switch: what the load value then tells is the sled's swing. The status byte is the
        // latest of the poll; the speed may be that of a moment before.
        const stopped = (driver.status & reg.STATUS_STOPPED) !== 0
        if (stopped || !forceIsKnown(driver.drv_status, speed_nm_s)) {
            this.force_mn = -1
            return
        }
        const force_mn = forceMn(driver.drv_status, driver.written(reg.GLOBALSCALER), speed_nm_s)
        // What is new is told from what was before it.
        if (this.force_mn < 0) this.mean_mn = force_mn
        else this.mean_mn += (this.force_mn - this.mean_mn) * FORCE_MEAN_PART
        this.force_mn = force_mn
    }

    private follows(): boolean {
        const sled = this.sled
        const stands = sled.stands()
        // The chip stops dead on a switch, and the sled swings.
        if (stands && (sled.atHomeSwitch() || sled.atFarSwitch())) sled.follow.restart()
        const surveyed = sled.surveyed && sled.homed
        const screw_nm = surveyed ? screwErrorNm(sled.calibration, sled.driver.xactual) : 0
        return sled.follow.step(sled.motorNm() + screw_nm, sled.positionNm(), stands, surveyed)
    }

    private checkPosition(): void {
        const sled = this.sled
        if (!sled.homed) return
        const apart_nm = sled.positionNm() - sled.motorNm()
        if (
            sled.driver.enc_status & reg.ENC_STATUS_DEVIATION ||
            Math.abs(apart_nm) > POSITION_LIMIT_NM
        )
            this.lose(codes.FAULT_POSITION, apart_nm)
    }

    /**
     * Says why a sled did not follow. Its stop has been commanded: how it brakes shows
     * what one loop cannot. Too slow to have a way to brake, the last loop has to do.
     * @returns the fault it is
     */
    async explainLag(): Promise<number> {
        this.lags = false
        const sled = this.sled
        const last_driven_nm = sled.follow.driven_nm
        const last_moved_nm = sled.follow.moved_nm
        const motor_nm = sled.motorNm()
        const encoder_nm = sled.positionNm()
        await ds.sleep(WATCH_MS)
        await sled.driver.poll()
        let driven_nm = sled.motorNm() - motor_nm
        let moved_nm = sled.positionNm() - encoder_nm
        if (Math.abs(driven_nm) < WATCH_WAY_NM) {
            driven_nm = last_driven_nm
            moved_nm = last_moved_nm
        }
        // Slower than the load value can be used, 6 to 12 um are a sled that is held; a lost period of the motor is 20 um.
        const apart_nm = Math.abs(sled.follow.apart_nm)
        if (this.force_mn < 0 && apart_nm > LOST_STEPS_NM) return codes.FAULT_POSITION
        const share = moved_nm / driven_nm
        const pushed = this.force_mn > FORCE_LIMIT_MN
        if (share >= 0.5 || share < -1.5) return pushed ? codes.FAULT_FORCE : codes.FAULT_POSITION
        if (share <= -0.5) return pushed ? codes.FAULT_FORCE : codes.FAULT_ENCODER_REVERSED
        return this.force_mn >= 0 && this.force_mn - this.mean_mn < FORCE_RISE_MN
            ? codes.FAULT_ENCODER_DEAD
            : codes.FAULT_STALL
    }
}
