// The mechanics of the sled: rotor in the magnetic field, screw with errors, nut with backlash and compliance, sled with
// friction and hard ends, integrated in fixed steps.
// Model: two masses (rotor and screw reflected to the nut; sled), semi-implicit Euler, friction as an impulse that
// can stop a mass but never push it. The motor force is F * sin(load angle); beyond a quarter period the motor pulls out and
// the rotor settles in another period of 4 full steps. Lost steps follow from the physics and are not scripted.
import { contactForce, endForce, withFriction } from "./forces"
import { CORNER_SPEED_M_S, STEPS_PER_REVOLUTION } from "./parts"
import type { SledOptions } from "./types"

/** Electrical periods per revolution: 4 full steps each. */
const PERIODS_PER_REVOLUTION = STEPS_PER_REVOLUTION / 4
/** Damping of nut and screw, as a fraction of critical for the sled on its spring. */
const NUT_DAMPING = 0.3
/** Speed at which friction is half-way between sticking and sliding, in m/s. */
const STRIBECK = 1e-3
/**
 * Damping by the current regulator, in N per m/s and newton of motor force, and its limit as a fraction of that force. Assumed:
 * 0.18 of critical for the rotor in its field at 76 N.
 */
const FIELD_DAMPING = 100
const FIELD_DAMPING_LIMIT = 0.3
/** Drag of rotor and grease in N per m/s at the nut. */
const ROTOR_DRAG = 50
/** Force needed to move a jammed sled, in N. */
const JAM_FORCE = 500

export class SledMechanics {
    readonly options: SledOptions
    /** External forces in N, positive = proximal (towards larger positions). */
    loadN = 0
    pushN = 0
    /** Of the drive cable in its sheath. */
    cableN = 0
    jammed = false
    /** Screw travel in m by which the nut will still slip. */
    slipRemainingM = 0
    /** Load angle as a fraction of pull-out, 0..1; rises at once and decays over a few full steps. */
    load = 0

    private rotorM: number
    private rotorV = 0
    private sledM: number
    private sledV = 0
    private slippedM = 0
    private breakaway: number
    private fieldM: number
    private lastForceN = 0
    private stillSteps = 0
    private nutStiffness = 0
    private nutDamping = 0
    /** Phase of the detent torque per metre of rotor travel: one period a full step. */
    private radiansPerStep = 0

    /** `phase`: fraction of a revolution at which the screw error is zero, 0..1; `draw`: uniform random numbers 0..1. */
    constructor(
        options: SledOptions,
        private readonly phase: number,
        private readonly draw: () => number
    ) {
        this.options = { ...options }
        this.sledM = this.rotorM = options.startPositionMm * 1e-3
        // the nut starts in the middle of its backlash
        for (let i = 0; i < 4; i++) this.rotorM += this.sledM - this.nutAt(this.rotorM)
        this.fieldM = 0
        this.breakaway = options.stictionN
        this.changed()
    }

    /** True position of the sled in mm. */
    get positionMm(): number {
        return this.sledM * 1e3
    }

    /** True speed of the sled in mm/s at this instant. */
    get speedMmPerS(): number {
        return this.sledV * 1e3
    }

    /** Rotor position as travel of an ideal screw in mm; tests use it to count lost steps. */
    get rotorMm(): number {
        return this.rotorM * 1e3
    }

    get asleep(): boolean {
        return this.stillSteps >= 2
    }

    /** Call after any change of options, forces or faults: wakes a sled at rest. */
    changed(): void {
        const o = this.options
        this.radiansPerStep = (2 * Math.PI * STEPS_PER_REVOLUTION) / (o.leadMm * 1e-3)
        this.nutStiffness = o.stiffnessNPerUm * 1e6
        this.nutDamping = 2 * NUT_DAMPING * Math.sqrt(this.nutStiffness * o.sledMassKg)
        this.breakaway = this.drawBreakaway()
        this.stillSteps = 0
    }

    /** True if a sled at rest stays in place under this field and force. */
    restsUnder(fieldMm: number, forceN: number): boolean {
        return this.asleep && fieldMm * 1e-3 === this.fieldM && forceN === this.lastForceN
    }

    /** Nut position for a rotor position, including screw errors. */
    private nutAt(rotorM: number): number {
        const o = this.options
        const angle = 2 * Math.PI * (rotorM / (o.leadMm * 1e-3) + this.phase)
        return (
            rotorM * (1 + o.screwLinearUmPerM * 1e-6) +
            o.screwErrorUmPp * 0.5e-6 * Math.sin(angle) -
            this.slippedM
        )
    }

    /** One step of `h` seconds: the field moves to `fieldMm`; `forceN` is the available motor force (0 = free). */
    step(h: number, fieldMm: number, forceN: number): void {
        const o = this.options
        const field = fieldMm * 1e-3
        const fieldV = (field - this.fieldM) / h
        const motor = forceN > 0 ? this.motorForce(field, fieldV, forceN) : (this.load = 0)
        const wasStill =
            this.rotorV === 0 &&
            this.sledV === 0 &&
            field === this.fieldM &&
            forceN === this.lastForceN
        this.fieldM = field
        this.lastForceN = forceN

        // screw and nut
        const angle = 2 * Math.PI * (this.rotorM / (o.leadMm * 1e-3) + this.phase)
        const amplitude = o.screwErrorUmPp * 0.5e-6
        const linear = 1 + o.screwLinearUmPerM * 1e-6
        const slope = linear + amplitude * ((2 * Math.PI) / (o.leadMm * 1e-3)) * Math.cos(angle)
        const nut = this.rotorM * linear + amplitude * Math.sin(angle) - this.slippedM
        const contact = contactForce(
            nut - this.sledM,
            this.rotorV * slope - this.sledV,
            o.backlashUm * 0.5e-6,
            this.nutStiffness,
            this.nutDamping
        )

        // rotor
        const detent = -o.detentN * Math.sin(this.rotorM * this.radiansPerStep)
        const rotorKick =
            (motor + detent - contact * slope - ROTOR_DRAG * this.rotorV) * (h / o.rotorMassKg)
        this.rotorV = withFriction(this.rotorV + rotorKick, (o.rotorFrictionN * h) / o.rotorMassKg)
        const turned = this.rotorV * h
        this.rotorM += turned
        if (this.slipRemainingM > 0) this.slip(turned)

        // sled
        const force =
            contact +
            this.loadN +
            this.pushN +
            this.cableN -
            o.viscousNsPerM * this.sledV +
            endForce(this.sledM, this.sledV, o.leftStopMm * 1e-3, o.rightStopMm * 1e-3)
        const resting = this.sledV === 0
        const limit = this.jammed ? JAM_FORCE : resting ? this.breakaway : this.slidingForce()
        const v = this.sledV + (force * h) / o.sledMassKg
        if (resting && Math.abs(force) > limit && !this.jammed)
            this.sledV = withFriction(v, (o.stictionN * o.slidingFraction * h) / o.sledMassKg)
        else this.sledV = withFriction(v, (limit * h) / o.sledMassKg)
        if (this.sledV === 0 && !resting && o.stictionVariation > 0)
            this.breakaway = this.drawBreakaway()
        this.sledM += this.sledV * h

        this.stillSteps =
            wasStill && this.rotorV === 0 && this.sledV === 0 ? this.stillSteps + 1 : 0
    }

    private motorForce(field: number, fieldV: number, forceN: number): number {
        const o = this.options
        const ratio = this.rotorV / CORNER_SPEED_M_S
        const pullOut = forceN / Math.sqrt(1 + ratio * ratio)
        const pull = Math.sin(
            ((2 * Math.PI * PERIODS_PER_REVOLUTION) / (o.leadMm * 1e-3)) * (field - this.rotorM)
        )
        const seen = Math.abs(pull)
        this.load = seen > this.load ? seen : this.load + (seen - this.load) * 0.01
        const limit = FIELD_DAMPING_LIMIT * pullOut
        const damping = FIELD_DAMPING * pullOut * (fieldV - this.rotorV)
        return pullOut * pull + Math.max(-limit, Math.min(limit, damping))
    }

    /** Force needed for the next break-away. */
    private drawBreakaway(): number {
        const { stictionN, stictionVariation } = this.options
        return stictionN * (1 + stictionVariation * (2 * this.draw() - 1))
    }

    /** Friction of the moving sled: falls from sticking to sliding (Stribeck). */
    private slidingForce(): number {
        const o = this.options
        const r = this.sledV / STRIBECK
        return o.stictionN * (o.slidingFraction + (1 - o.slidingFraction) / (1 + r * r))
    }

    private slip(turned: number): void {
        const part = Math.min(Math.abs(turned), this.slipRemainingM)
        this.slippedM += Math.sign(turned) * part
        this.slipRemainingM -= part
    }
}
