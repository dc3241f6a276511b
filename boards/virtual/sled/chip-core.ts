// Core of the TMC5160 behind its registers: connects ramp generator, switches, encoder input and power stage, and keeps their
// time. Register access is in register-access.ts, flags in status.ts, SPI in tmc5160.ts.
import { EncoderInput } from "./encoder-input"
import { MisuseLog } from "./misuse"
import { PowerStage } from "./power-stage"
import { RampGenerator } from "./ramp-generator"
import { ReferenceSwitches } from "./reference-switches"
import { ENCMODE, REGISTERS, SW_MODE } from "./registers"
import { stallGuardActive } from "./status"
import type { EdgeSignal } from "./types"
import { writeRegister } from "./register-access"

export interface ChipCoreOptions {
    fclkHz: number
    drvEnn: boolean
    pinLeft: boolean
    pinRight: boolean
    timeUs: number
    /** Uniform random numbers 0..1. */
    draw: () => number
    /** Receives edges for the instruments. */
    onEdge: (signal: EdgeSignal, level: boolean, timeUs: number) => void
}

export class ChipCore {
    readonly fclkHz: number
    readonly misuse = new MisuseLog()
    readonly stage: PowerStage
    /** Registers as written, by address. */
    readonly registers = new Uint32Array(128)
    ramp!: RampGenerator
    switches!: ReferenceSwitches
    encoder!: EncoderInput
    xlatch = 0
    eventStopSg = false
    timeUs: number
    /** Load angle of the motor as a fraction of pull-out, from the physics. */
    load = 0
    private readonly onEdge: ChipCoreOptions["onEdge"]
    private stageWasOn = false
    private wasMoving = false

    constructor(o: ChipCoreOptions) {
        this.fclkHz = o.fclkHz
        this.onEdge = o.onEdge
        this.timeUs = o.timeUs
        this.stage = new PowerStage(o.fclkHz, o.drvEnn, o.draw)
        this.reset(o.pinLeft, o.pinRight)
    }

    /** Power-on: registers at their reset values, counters and latches cleared; pin levels are kept. */
    reset(pinLeft: boolean, pinRight: boolean): void {
        const zero = {
            vstart: 0,
            a1: 0,
            v1: 0,
            amax: 0,
            vmax: 0,
            dmax: 0,
            d1: 0,
            vstop: 0,
            zerowaitUs: 0,
        }
        this.ramp = new RampGenerator((512 / this.fclkHz) * 1e6, zero, this.timeUs)
        this.switches = new ReferenceSwitches(pinLeft, pinRight)
        // whether the encoder is plugged in does not depend on the supply
        const unplugged = this.encoder?.unplugged ?? false
        this.encoder = new EncoderInput()
        this.encoder.unplugged = unplugged
        this.xlatch = 0
        this.eventStopSg = false
        const noted = this.misuse.entries.length
        for (const spec of REGISTERS)
            if (spec && (spec.access === "RW" || spec.access === "W"))
                writeRegister(this, spec.address, spec.reset)
        this.misuse.entries.length = noted
        this.stage.powerOn()
        this.reportEdges()
    }

    /** Advances all parts; the physics then reads `ramp.fieldUsteps` and `forceFraction`. */
    advanceTo(timeUs: number): void {
        if (timeUs <= this.timeUs) return
        this.ramp.advanceTo(timeUs)
        this.timeUs = timeUs
        const { fieldUsteps, velocity, stepWidth } = this.ramp
        this.stage.stepTo(fieldUsteps, velocity * stepWidth, this.load, timeUs)
        if (this.ramp.moving) this.checkStall()
        this.encoder.checkDeviation(this.ramp.xactual)
        this.reportEdges()
    }

    private checkStall(): void {
        if (this.switches.mode & SW_MODE.sgStop && stallGuardActive(this) && !this.eventStopSg) {
            this.eventStopSg = true
            this.ramp.blockedBySg = true
            this.ramp.changed()
        }
    }

    /** Force as a fraction of the motor's full-current force; 0 = free. */
    get forceFraction(): number {
        return this.stage.forceFraction(this.timeUs, this.ramp.lastStepUs)
    }

    /** Time until which neither the field nor the current changes by itself. */
    get quietUntilUs(): number {
        return Math.min(
            this.ramp.quietUntilUs,
            this.stage.nextChangeUs(this.timeUs, this.ramp.lastStepUs)
        )
    }

    setSwitchPins(left: boolean, right: boolean): void {
        if (left === this.switches.pinLeft && right === this.switches.pinRight) return
        this.switches.pinLeft = left
        this.switches.pinRight = right
        this.switchesChanged()
    }

    /** Call after pins or SW_MODE changed: latches and updates the ramp generator's stop conditions. */
    switchesChanged(): void {
        const s = this.switches
        if (s.update()) {
            this.xlatch = this.ramp.xactual
            if (s.mode & SW_MODE.enLatchEncoder) this.encoder.latch = this.encoder.xEnc
        }
        this.ramp.blockedLeft = s.stopsLeft
        this.ramp.blockedRight = s.stopsRight
        this.ramp.softStop = s.softStop
        // "Disable to release motor after stop event" (sg_stop)
        this.ramp.blockedBySg = this.eventStopSg && (s.mode & SW_MODE.sgStop) !== 0
        this.ramp.changed()
        this.reportEdges()
    }

    setEncoderIndex(level: boolean): void {
        if (this.encoder.setN(level) && this.encoder.mode & ENCMODE.latchXAct)
            this.xlatch = this.ramp.xactual
    }

    /** Reports edges to the instruments; called after anything that may have caused one. */
    reportEdges(): void {
        const on = this.stage.on
        if (on !== this.stageWasOn) this.onEdge("power-stage", on, this.timeUs)
        this.stageWasOn = on
        const moving = this.ramp.moving
        if (moving !== this.wasMoving) this.onEdge("ramp-moving", moving, this.timeUs)
        this.wasMoving = moving
    }
}
