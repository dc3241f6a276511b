// Driver half of the TMC5160: stage enable, current, shutdowns, DRV_STATUS. Determines the available motor force; the
// direction of the field comes from ramp-generator.ts.
// Source: TMC5160 data sheet, chapters 6.5, 9 (current), 11 (protection), 12.3 (velocity thresholds).
import { FULL_SCALE_CURRENT_A, RATED_CURRENT_A } from "./parts"
import { DRV_STATUS, GCONF, GSTAT } from "./registers"
import { StallGuard } from "./stall-guard"

/** External conditions of the driver, set by the fault injector. */
export interface DriverFaults {
    overTemperatureWarning: boolean
    overTemperature: boolean
    short: boolean
    openLoad: boolean
    undervoltage: boolean
}

/**
 * Open load flags are false positives "in fast motion and standstill" (data sheet, 6.5.5). Assumed: the speed from which they
 * occur, how often, and the coil current (as a fraction of its peak) below which a standing coil is taken for open.
 */
const FAST_RPS = 4
const FALSE_OPEN_LOAD = 0.1
const STANDING_CURRENT = 0.2

const COOLCONF_SFILT = 1 << 24
const USTEPS_PER_FULL_STEP = 256
const FULL_STEPS_PER_REVOLUTION = 200

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

    private readonly stallGuard: StallGuard
    private fullStep = 0
    private falseOla = false
    private falseOlb = false

    /** `draw`: uniform random numbers 0..1, for the motor's tolerance and the noise of its measurements. */
    constructor(
        private readonly fclkHz: number,
        drvEnn: boolean,
        private readonly draw: () => number
    ) {
        this.drvEnn = drvEnn
        this.stallGuard = new StallGuard(draw)
    }

    /** Measures once per full step: `fieldUsteps` is the position of the field, `load` the load angle as a fraction of pull-out. */
    stepTo(fieldUsteps: number, speedUsteps: number, load: number, timeUs: number): void {
        const fullStep = Math.floor(fieldUsteps / USTEPS_PER_FULL_STEP)
        if (fullStep === this.fullStep) return
        this.fullStep = fullStep
        const rps = Math.abs(speedUsteps) / USTEPS_PER_FULL_STEP / FULL_STEPS_PER_REVOLUTION
        const current = this.currentFraction(timeUs, timeUs)
        this.stallGuard.step(fullStep, {
            rps,
            load,
            current: (current * FULL_SCALE_CURRENT_A) / RATED_CURRENT_A,
            sgt: ((this.coolconf >> 16) << 25) >> 25,
            filter: (this.coolconf & COOLCONF_SFILT) !== 0,
        })
        const fast = rps >= FAST_RPS
        this.falseOla = fast && this.draw() < FALSE_OPEN_LOAD
        this.falseOlb = fast && this.draw() < FALSE_OPEN_LOAD
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

    /** Coil current as a fraction of the driver's full scale. */
    private currentFraction(timeUs: number, lastStepUs: number): number {
        const scale = (this.globalscaler === 0 ? 256 : this.globalscaler) / 256
        return ((this.currentScale(timeUs, lastStepUs) + 1) / 32) * scale
    }

    /** Force of the motor as a fraction of that at the driver's full scale; 0 = the motor turns freely. */
    forceFraction(timeUs: number, lastStepUs: number): number {
        if (!this.on) return 0
        return this.currentFraction(timeUs, lastStepUs) * (this.faults.openLoad ? 0.5 : 1)
    }

    /** StealthChop is active: en_pwm_mode and slower than TPWMTHRS, outside the CoolStep range. */
    private stealth(tstep: number): boolean {
        return (
            (this.gconf & GCONF.enPwmMode) !== 0 &&
            tstep >= this.tpwmthrs &&
            !(this.tcoolthrs >= tstep)
        )
    }

    /** SG_RESULT, 0..1023. Not valid in StealthChop or standstill. */
    sgResult(tstep: number, moving: boolean): number {
        return !moving || !this.on || this.stealth(tstep) ? 0 : this.stallGuard.value
    }

    /** The StallGuard flag: SG_RESULT is 0 in a mode in which StallGuard works. */
    stalled(tstep: number, moving: boolean): boolean {
        return moving && this.on && !this.stealth(tstep) && this.stallGuard.value === 0
    }

    /** ola and olb: an open coil in slow motion, and false positives. `angle`: of the field, in radians. */
    private openLoad(angle: number, standstill: boolean): number {
        if (!this.on) return 0
        const coilA = standstill ? Math.abs(Math.sin(angle)) < STANDING_CURRENT : this.falseOla
        const coilB = standstill ? Math.abs(Math.cos(angle)) < STANDING_CURRENT : this.falseOlb
        return (coilA || this.faults.openLoad ? DRV_STATUS.ola : 0) | (coilB ? DRV_STATUS.olb : 0)
    }

    drvStatus(
        timeUs: number,
        lastStepUs: number,
        tstep: number,
        fieldUsteps: number,
        moving: boolean
    ): number {
        const f = this.faults
        const standstill = this.standstill(timeUs, lastStepUs)
        return (
            (standstill ? DRV_STATUS.stst : 0) |
            this.openLoad((fieldUsteps * 2 * Math.PI) / USTEPS_PER_FULL_STEP / 4, standstill) |
            (this.shortShutdown ? DRV_STATUS.s2ga : 0) |
            (f.overTemperatureWarning || f.overTemperature ? DRV_STATUS.otpw : 0) |
            (f.overTemperature || this.heatShutdown ? DRV_STATUS.ot : 0) |
            (this.stalled(tstep, moving) ? DRV_STATUS.stallguard : 0) |
            (this.currentScale(timeUs, lastStepUs) << 16) |
            (this.stealth(tstep) ? DRV_STATUS.stealth : 0) |
            this.sgResult(tstep, moving)
        )
    }
}
