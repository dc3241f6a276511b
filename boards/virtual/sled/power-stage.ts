// Driver half of the TMC5160: stage enable, current, shutdowns, DRV_STATUS. Determines the available motor force; the
// direction of the field comes from ramp-generator.ts.
// Source: TMC5160 data sheet, chapters 6.5, 9 (current), 11 (protection), 12.3 (velocity thresholds), 13 (StallGuard2).
import { DRV_STATUS, GCONF, GSTAT } from "./registers"

/** External conditions of the driver, set by the fault injector. */
export interface DriverFaults {
    overTemperatureWarning: boolean
    overTemperature: boolean
    short: boolean
    openLoad: boolean
    undervoltage: boolean
}

/** SG_RESULT without load at SGT = 0, and its change per step of SGT. Coarse: the data sheet gives no figures. */
const SG_UNLOADED = 450
const SG_PER_SGT = 12
/** Load angle at which SG_RESULT reaches 0, as a fraction of the pull-out force. */
const SG_STALL_RATIO = 0.9

export class PowerStage {
    /** Level of DRV_ENN, high = off. */
    drvEnn: boolean
    /** Registers as written. */
    chopconf = 0
    coolconf = 0
    gconf = 0
    globalscaler = 0
    iholdIrun = 0
    tpowerdown = 0
    tpwmthrs = 0
    tcoolthrs = 0
    thigh = 0
    readonly faults: DriverFaults = {
        overTemperatureWarning: false,
        overTemperature: false,
        short: false,
        openLoad: false,
        undervoltage: false,
    }
    /** Latched: GSTAT, and shutdowns that persist after their cause. */
    gstat = 0
    private shortShutdown = false
    private heatShutdown = false

    constructor(
        private readonly fclkHz: number,
        drvEnn: boolean
    ) {
        this.drvEnn = drvEnn
    }

    /** DRV_ENN low and TOFF not 0: the stage is enabled. */
    get enabled(): boolean {
        return !this.drvEnn && (this.chopconf & 0xf) !== 0
    }

    get on(): boolean {
        return (
            this.enabled && !this.shortShutdown && !this.heatShutdown && !this.faults.undervoltage
        )
    }

    /** Evaluates causes and latches; call after any change of pins, CHOPCONF or faults. */
    update(): void {
        // only a running bridge detects a short; disabling the driver clears its shutdown
        if (!this.enabled) this.shortShutdown = false
        if (this.faults.short && this.on) this.shortShutdown = true
        // ot clears only when the prewarning is gone as well
        if (this.faults.overTemperature) this.heatShutdown = true
        else if (!this.faults.overTemperatureWarning) this.heatShutdown = false
        if (this.shortShutdown || this.heatShutdown) this.gstat |= GSTAT.drvErr
        if (this.faults.undervoltage) this.gstat |= GSTAT.uvCp
    }

    /** After power-on both flags are set, as the charge pump has just started. */
    powerOn(): void {
        this.gstat = GSTAT.reset | GSTAT.uvCp
        this.shortShutdown = this.heatShutdown = false
        this.update()
    }

    clearGstat(bits: number): void {
        this.gstat &= ~bits
        this.update()
    }

    private clocksUs(clocks: number): number {
        return (clocks / this.fclkHz) * 1e6
    }

    /** stst: set 2^20 clocks (2^18 with faststandstill) after the last step. */
    standstill(timeUs: number, lastStepUs: number): boolean {
        return timeUs - lastStepUs >= this.standstillUs
    }

    private get standstillUs(): number {
        return this.clocksUs(this.gconf & GCONF.faststandstill ? 2 ** 18 : 2 ** 20)
    }

    /** CS: IRUN until TPOWERDOWN after standstill, then one step down to IHOLD per IHOLDDELAY. */
    currentScale(timeUs: number, lastStepUs: number): number {
        const irun = (this.iholdIrun >> 8) & 31
        const ihold = this.iholdIrun & 31
        const since =
            timeUs - lastStepUs - this.standstillUs - this.clocksUs(this.tpowerdown * 2 ** 18)
        if (since < 0) return irun
        const delayUs = this.clocksUs(((this.iholdIrun >> 16) & 15) * 2 ** 18)
        if (delayUs === 0 || ihold >= irun) return ihold
        // the epsilon keeps rounding from delaying a step that is due exactly now
        return Math.max(ihold, irun - 1 - Math.floor(since / delayUs + 1e-9))
    }

    /** Time of the next automatic current change; Infinity if there is none. */
    nextChangeUs(timeUs: number, lastStepUs: number): number {
        const start = lastStepUs + this.standstillUs + this.clocksUs(this.tpowerdown * 2 ** 18)
        if (timeUs < start) return start
        const delayUs = this.clocksUs(((this.iholdIrun >> 16) & 15) * 2 ** 18)
        if (delayUs === 0 || this.currentScale(timeUs, lastStepUs) === (this.iholdIrun & 31))
            return Infinity
        return start + (Math.floor((timeUs - start) / delayUs + 1e-9) + 1) * delayUs
    }

    /** Force of the motor as a fraction of full current; 0 = the motor turns freely. */
    forceFraction(timeUs: number, lastStepUs: number): number {
        if (!this.on) return 0
        const scale = (this.globalscaler === 0 ? 256 : this.globalscaler) / 256
        return (
            ((this.currentScale(timeUs, lastStepUs) + 1) / 32) *
            scale *
            (this.faults.openLoad ? 0.5 : 1)
        )
    }

    /** StealthChop is active: en_pwm_mode and slower than TPWMTHRS, outside the CoolStep range. */
    private stealth(tstep: number): boolean {
        return (
            (this.gconf & GCONF.enPwmMode) !== 0 &&
            tstep >= this.tpwmthrs &&
            !(this.tcoolthrs >= tstep)
        )
    }

    /** SG_RESULT, 0..1023; `load` is the load angle as a fraction of pull-out. Not valid in StealthChop or standstill. */
    sgResult(tstep: number, load: number, moving: boolean): number {
        if (!moving || !this.on || this.stealth(tstep)) return 0
        const sgt = ((this.coolconf >> 16) << 25) >> 25
        const value = (SG_UNLOADED + SG_PER_SGT * sgt) * (1 - load / SG_STALL_RATIO)
        return Math.max(0, Math.min(1023, Math.round(value)))
    }

    /** The StallGuard flag: SG_RESULT is 0 in a mode in which StallGuard works. */
    stalled(tstep: number, load: number, moving: boolean): boolean {
        return moving && this.on && !this.stealth(tstep) && this.sgResult(tstep, load, moving) === 0
    }

    drvStatus(
        timeUs: number,
        lastStepUs: number,
        tstep: number,
        load: number,
        moving: boolean
    ): number {
        const f = this.faults
        return (
            (this.standstill(timeUs, lastStepUs) ? DRV_STATUS.stst : 0) |
            (f.openLoad && this.on ? DRV_STATUS.ola : 0) |
            (this.shortShutdown ? DRV_STATUS.s2ga : 0) |
            (f.overTemperatureWarning || f.overTemperature ? DRV_STATUS.otpw : 0) |
            (f.overTemperature || this.heatShutdown ? DRV_STATUS.ot : 0) |
            (this.stalled(tstep, load, moving) ? DRV_STATUS.stallguard : 0) |
            (this.currentScale(timeUs, lastStepUs) << 16) |
            (this.stealth(tstep) ? DRV_STATUS.stealth : 0) |
            this.sgResult(tstep, load, moving)
        )
    }
}
