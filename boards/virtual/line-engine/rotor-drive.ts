// Responsible for: the physics of the rotor: motor with its speed loop, drag, a jam, and the drive shaft's torsion.
// Not for: encoder marks and what is concluded from them (rotor.ts). Deterministic from its seed.
// Figures of a small brushless motor with slip ring and catheter; none is measured. SI units: N·m, kg·m², rad/s.

import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus"
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64"

export interface RotorOptions {
    seed: number
    /** Non-uniform rotation: peak angle in degrees by which the tip lags or leads its drive. 0: it follows. */
    nurdDeg?: number
}

/** The loop is closed so often. Within a step the torque is constant. */
export const STEP_S = 1e-4
const TURN = 2 * Math.PI
const REST_TURNS_S = 1e-9

const INERTIA = 2e-6
const TORQUE_MAX = 3e-3
const DRAG_COULOMB = 3e-4
const DRAG_VISCOUS = 4e-7
/** Drag over a turn is uneven: the catheter lies in bends. */
const DRAG_RIPPLE = 2e-5
/** Slow chance in the drag, and how long it lasts. */
const DRAG_CHANCE = 5e-6
const CHANCE_S = 0.02
/** A catheter that is held. */
const JAM_TORQUE = 0.2
/** Set-point of the speed climbs so fast. */
const CLIMB_RAD_S2 = 1000
/** Natural frequency of the loop, critically damped: below the turn rate, which inertia evens out. */
const LOOP_RAD_S = 40
/** Counts of the encoder a turn, to which the loop's phase is rounded. */
const ENCODER_COUNTS = 8192
/** The lag's pattern wanders by so much of a turn from turn to turn: bends and heart move the shaft. */
const NURD_DRIFT = 0.13

export class RotorDrive {
    /** Angle in turns, positive clockwise, and its derivatives in turns/s and turns/s², at the beginning of a step. */
    angle = 0
    speed = 0
    acceleration = 0
    /** Speed that is asked for, turns/s; 0 brakes, then lets go. */
    target = 0
    /** The catheter is jammed. */
    jammed = false
    /** Ripple of the torque once a turn, N·m: a bent coupling, a motor phase that is weak. */
    wobble = 0
    /** Peak lag of the tip in turns. */
    private readonly lag: number
    private readonly random
    private chance = 0
    private setSpeed = 0
    private setAngle = 0

    constructor(options: RotorOptions) {
        this.random = xoroshiro128plus(options.seed ^ 0x2070)
        this.lag = (options.nurdDeg ?? 0) / 360
    }

    get stands(): boolean {
        return this.speed === 0 && this.target === 0 && this.setSpeed === 0
    }

    /** Takes the torque off and forgets the set-point: what turns runs down. */
    release(): void {
        this.target = 0
        this.setSpeed = 0
    }

    /** By how much the tip is ahead of the drive when that is at `angle`, in turns. */
    tipAhead(angle: number): number {
        return this.lag === 0 ? 0 : -this.lag * Math.sin(TURN * (1 + NURD_DRIFT) * angle)
    }

    /** Ends the step under way after all of it. */
    endStep(): void {
        const speed = this.speed + this.acceleration * STEP_S
        this.angle += (this.speed + (this.acceleration * STEP_S) / 2) * STEP_S
        // At rest is exactly at rest, whatever was rounded.
        this.speed = Math.abs(speed) < REST_TURNS_S ? 0 : speed
    }

    /** Chooses the acceleration of the next step. */
    beginStep(): void {
        const fade = STEP_S / CHANCE_S
        this.chance +=
            -fade * this.chance +
            DRAG_CHANCE * Math.sqrt(6 * fade) * (2 * uniformFloat64(this.random) - 1)
        const torque = this.motorTorque() + this.wobbleTorque()
        const friction =
            DRAG_COULOMB +
            this.chance +
            DRAG_RIPPLE * Math.sin(TURN * this.angle) +
            (this.jammed ? JAM_TORQUE : 0)
        const viscous = DRAG_VISCOUS * TURN * this.speed
        this.acceleration = this.underFriction(torque - viscous, friction)
    }

    /** Friction brakes what turns, and holds what stands up to its own size. */
    private underFriction(torque: number, friction: number): number {
        const per = 1 / (INERTIA * TURN)
        if (this.speed === 0) {
            const left = Math.abs(torque) - friction
            return left <= 0 ? 0 : Math.sign(torque) * left * per
        }
        const acceleration = (torque - Math.sign(this.speed) * friction) * per
        const after = this.speed + acceleration * STEP_S
        // It comes to rest within this step.
        return after * this.speed < 0 ? -this.speed / STEP_S : acceleration
    }

    private wobbleTorque(): number {
        return this.speed === 0 ? 0 : this.wobble * Math.sin(TURN * this.angle)
    }

    private motorTorque(): number {
        const climb = (CLIMB_RAD_S2 / TURN) * STEP_S
        const ahead = this.target - this.setSpeed
        this.setSpeed += Math.max(-climb, Math.min(climb, ahead))
        if (this.setSpeed === 0) {
            this.setAngle = this.angle
            return 0
        }
        this.setAngle += this.setSpeed * STEP_S
        const seen = Math.floor(this.angle * ENCODER_COUNTS) / ENCODER_COUNTS
        const torque =
            INERTIA *
            TURN *
            (2 * LOOP_RAD_S * (this.setSpeed - this.speed) +
                LOOP_RAD_S ** 2 * (this.setAngle - seen))
        if (Math.abs(torque) <= TORQUE_MAX) return torque
        // At its limit the loop does not wind up.
        this.setAngle -= this.setSpeed * STEP_S
        return Math.sign(torque) * TORQUE_MAX
    }
}
