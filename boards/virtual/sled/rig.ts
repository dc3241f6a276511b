// The complete pullback drive: connects chip, sled, encoder, switches and instruments and advances them through virtual time,
// skipping steps at rest.
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64"
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus"
import { ENCODER_DEFAULTS, LinearEncoder } from "./encoder"
import { FaultInjector } from "./fault-injector"
import { EdgeLog } from "../instruments/edge-log"
import { Ruler } from "../instruments/ruler"
import { advancedCable, type DriveCable } from "../sheath/drive-cable"
import type { Sheath } from "../sheath/sheath"
import { SledMechanics } from "./sled"
import { checkSledOptions, SLED_DEFAULTS } from "./sled-options"
import { Tmc5160 } from "./tmc5160"
import { SledError, type SledRigOptions } from "./types"

/** 200 full steps of 256 microsteps. */
export const USTEPS_PER_REVOLUTION = 51200
/** Electrical periods of the motor. */
const PERIODS_PER_REVOLUTION = 50

/** Separates the chip's random numbers from those of the mechanics. */
const CHIP_SEED = 0x5160

/** Random numbers discarded at the start. */
const WARM_UP = 32

/** What is wrong with the wire of a switch, set by the fault injector: cut, or short to ground. */
export type WireFault = "none" | "cut" | "short"

export class SledRig {
    /** Devices visible to the firmware. */
    readonly chip: Tmc5160
    readonly encoder: LinearEncoder
    /** The physics. */
    readonly sled: SledMechanics
    /** The drive cable in its sheath; undefined: the tip moves as the sled. */
    cable: DriveCable | undefined
    /** Instruments, visible only to tests. */
    readonly ruler: Ruler
    /** The same of the transducer at the catheter's tip, in the coordinate of the sled. */
    tipRuler: Ruler
    readonly edges: EdgeLog
    readonly faults: FaultInjector
    readonly switchFaults: {
        home: WireFault
        far: WireFault
        cableOff: boolean
        swapped: boolean
    } = { home: "none", far: "none", cableOff: false, swapped: false }

    private readonly stepUs: number
    private readonly mmPerUstep: number
    /** Levels of REFL and REFR. */
    private leftHigh: boolean
    private rightHigh: boolean
    /** One coil pair of the motor is reversed: the field turns the other way; it continues from `mirrorMm` at the change. */
    private coilReversed = false
    private mirrorMm = 0
    private steps = 0
    private timeUs = 0
    private busy = false
    private resting = false

    constructor(o: SledRigOptions) {
        if (!Number.isInteger(o.seed))
            throw new SledError("bad-option", `The seed must be an integer, not ${o.seed}.`)
        const fclkHz = o.fclkHz ?? 12e6
        if (!(fclkHz >= 4e6 && fclkHz <= 20e6))
            throw new SledError("bad-option", `fclkHz must be from 4 to 20 MHz, not ${fclkHz}.`)
        const random = xoroshiro128plus(o.seed)
        const draw = (): number => uniformFloat64(random)
        // the chip has its own sequence, so that its measurements do not change the friction
        const chipRandom = xoroshiro128plus(o.seed ^ CHIP_SEED)
        const chipDraw = (): number => uniformFloat64(chipRandom)
        // neighbouring seeds give similar first numbers
        for (let i = 0; i < WARM_UP; i++) {
            draw()
            chipDraw()
        }
        const phase = draw()
        const options = {
            ...SLED_DEFAULTS,
            startPositionMm: 5 + 15 * draw(),
            ...o.sled,
        }
        checkSledOptions(options)

        this.stepUs = options.stepUs
        this.mmPerUstep = options.leadMm / USTEPS_PER_REVOLUTION
        this.sled = new SledMechanics(options, phase, draw)
        this.ruler = this.rulerOf(() => this.sled)
        this.tipRuler = this.ruler
        this.edges = new EdgeLog()
        this.leftHigh = this.pinLeft()
        this.rightHigh = this.pinRight()
        const advance = (timeUs: number): void => this.advanceTo(timeUs)
        this.chip = new Tmc5160({
            fclkHz,
            drvEnn: o.disabledAtStart ?? true,
            pinLeft: this.leftHigh,
            pinRight: this.rightHigh,
            timeUs: 0,
            draw: chipDraw,
            advance,
            onEdge: (signal, level, timeUs) => this.edges.record(signal, level, timeUs),
        })
        const core = this.chip.core
        this.encoder = new LinearEncoder(
            { ...ENCODER_DEFAULTS, ...o.encoder },
            this.sled.positionMm,
            0,
            advance,
            level => core.setEncoderIndex(level)
        )
        this.encoder.attach({ onCounts: delta => core.encoder.count(delta) })
        this.faults = new FaultInjector(this)
    }

    /** True position of the transducer in mm, in the coordinate of the sled. */
    get tipMm(): number {
        return this.cable?.positionMm ?? this.sled.positionMm
    }

    /** Couples the drive cable of a catheter to the sled where it stands; a hand has advanced the cable to there. */
    coupleCable(sheath: Sheath): void {
        const cable = advancedCable(sheath, this.sled.positionMm)
        this.cable = cable
        this.sled.cableN = cable.forceOnSledN
        this.sled.changed()
        this.tipRuler = this.rulerOf(() => cable)
    }

    private rulerOf(moving: () => { positionMm: number; speedMmPerS: number }): Ruler {
        return new Ruler(() => {
            const { positionMm, speedMmPerS } = moving()
            return { timeUs: this.steps * this.stepUs, nowUs: this.timeUs, positionMm, speedMmPerS }
        })
    }

    /** Time up to which everything has been computed, in us. */
    get nowUs(): number {
        return this.timeUs
    }

    /**
     * Advances everything to `timeUs` (us of virtual time); earlier times have no effect. The chip is exact at `timeUs`, the
     * physics at the last step before it.
     */
    advanceTo(timeUs: number): void {
        if (!Number.isFinite(timeUs))
            throw new SledError("bad-time", `Time must be a finite number, not ${timeUs}.`)
        if (timeUs <= this.timeUs || this.busy) return
        this.busy = true
        try {
            while ((this.steps + 1) * this.stepUs <= timeUs) if (!this.rest(timeUs)) this.step()
            this.chip.core.advanceTo(timeUs)
            this.timeUs = timeUs
        } finally {
            this.busy = false
        }
    }

    /** External force on the sled (pushing by hand) from `timeUs` on, in N, positive = proximal; 0 removes it. */
    push(forceN: number, timeUs: number): void {
        this.advanceTo(timeUs)
        this.sled.pushN = finiteForce(forceN)
        this.sled.changed()
    }

    /** Constant force of the catheter on the sled from `timeUs` on, in N, positive = proximal. */
    setLoad(forceN: number, timeUs: number): void {
        this.advanceTo(timeUs)
        this.sled.loadN = finiteForce(forceN)
        this.sled.changed()
    }

    /** Pin DRV_ENN of the chip: true (high) = disabled. */
    setEnable(disabled: boolean, timeUs: number): void {
        this.chip.setEnable(disabled, timeUs)
    }

    /** Interrupts the motor supply at `timeUs`: registers are reset and the microstep counter restarts at 0. */
    powerCycle(timeUs: number): void {
        this.chip.powerCycle(timeUs)
    }

    /** Reverses one coil pair of the motor, or connects it rightly again: the field jumps to its mirrored angle. */
    setCoilReversed(reversed: boolean): void {
        if (reversed === this.coilReversed) return
        const { fieldMm } = this
        this.coilReversed = reversed
        this.mirrorMm = 0
        const period = this.sled.options.leadMm / PERIODS_PER_REVOLUTION
        this.mirrorMm = Math.round((fieldMm - this.fieldMm) / period) * period
    }

    /** Evaluates the switches, after a step or a change of faults. */
    updateSwitches(): void {
        const left = this.pinLeft()
        const right = this.pinRight()
        if (left === this.leftHigh && right === this.rightHigh) return
        const timeUs = this.chip.core.timeUs
        if (left !== this.leftHigh) this.edges.record("left-switch", left, timeUs)
        if (right !== this.rightHigh) this.edges.record("right-switch", right, timeUs)
        this.leftHigh = left
        this.rightHigh = right
        this.chip.core.setSwitchPins(left, right)
    }

    private pinLeft(): boolean {
        return this.switchFaults.swapped ? this.farHigh() : this.homeHigh()
    }

    private pinRight(): boolean {
        return this.switchFaults.swapped ? this.homeHigh() : this.farHigh()
    }

    /** Level behind the home switch: a normally closed contact to ground that the sled opens, with a pull-up to VCC_IO. */
    private homeHigh(): boolean {
        return this.wireHigh(this.switchFaults.home, this.sled.positionMm <= 0)
    }

    private farHigh(): boolean {
        const open = this.sled.positionMm >= this.sled.options.rightSwitchMm
        return this.wireHigh(this.switchFaults.far, open)
    }

    private wireHigh(fault: WireFault, contactOpen: boolean): boolean {
        if (this.switchFaults.cableOff) return true
        return fault === "none" ? contactOpen : fault === "cut"
    }

    /** Position of the magnetic field, as travel of an ideal screw. */
    private get fieldMm(): number {
        const mm = this.chip.core.ramp.fieldUsteps * this.mmPerUstep
        return this.mirrorMm + (this.coilReversed ? -mm : mm)
    }

    private get forceN(): number {
        return this.chip.core.forceFraction * this.sled.options.motorForceN
    }

    /** Skips steps while nothing can move; false if a step must be computed. */
    private rest(timeUs: number): boolean {
        const core = this.chip.core
        if (
            !this.sled.asleep ||
            core.ramp.moving ||
            !this.sled.restsUnder(this.fieldMm, this.forceN)
        )
            return false
        const until = Math.floor(Math.min(timeUs, core.quietUntilUs) / this.stepUs)
        if (until <= this.steps) return false
        if (!this.resting) this.recordNow()
        this.resting = true
        this.steps = until
        core.advanceTo(until * this.stepUs)
        return true
    }

    /** Adds a ruler sample where a rest begins and ends; none is needed between. */
    private recordNow(): void {
        const timeUs = this.steps * this.stepUs
        this.ruler.record(this.sled.positionMm, timeUs, true)
        if (this.cable) this.tipRuler.record(this.cable.positionMm, timeUs, true)
    }

    private step(): void {
        const core = this.chip.core
        if (this.resting) this.recordNow()
        this.resting = false
        const timeUs = ++this.steps * this.stepUs
        core.advanceTo(timeUs)
        this.sled.step(this.stepUs * 1e-6, this.fieldMm, this.forceN)
        core.load = this.sled.load
        const positionMm = this.sled.positionMm
        this.encoder.update(positionMm, timeUs)
        this.updateSwitches()
        this.ruler.record(positionMm, timeUs)
        if (this.cable) this.pullCable(this.cable, positionMm, timeUs)
    }

    private pullCable(cable: DriveCable, sledMm: number, timeUs: number): void {
        cable.moveTo(sledMm, this.stepUs * 1e-6)
        this.sled.cableN = cable.forceOnSledN
        this.tipRuler.record(cable.positionMm, timeUs)
    }
}

function finiteForce(forceN: number): number {
    if (!(Math.abs(forceN) <= 1000))
        throw new SledError("bad-option", `A force must be within 1000 N, not ${forceN}.`)
    return forceN
}

/** The complete drive of one cart: motor driver, mechanics, encoder, switches, instruments and faults. */
export function createSledRig(options: SledRigOptions): SledRig {
    return new SledRig(options)
}
