// Physics of the rotor: motor with speed loop, drag, jam, and torsion of the drive shaft. Deterministic from its seed.
// Figures of a small brushless motor with slip ring and catheter; none was measured. SI units: N·m, kg·m², rad/s.

import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus"
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64"

export interface RotorOptions {
    seed: number
    /** Non-uniform rotational distortion: peak angle in degrees by which the tip lags or leads its drive; default 0. */
    nurdDeg?: number
}

/** Period of the speed loop. Within a step the torque is constant. */
export const STEP_S = 1e-4
const RAD_PER_REV = 2 * Math.PI
const REST_TURNS_S = 1e-9

const INERTIA = 2e-6
const TORQUE_MAX = 3e-3
const DRAG_COULOMB = 3e-4
const DRAG_VISCOUS = 4e-7
/** Variation of the drag over a revolution, due to bends of the catheter. */
const DRAG_RIPPLE = 2e-5
/** Slow random variation of the drag, and its time constant. */
const DRAG_CHANCE = 5e-6
const CHANCE_S = 0.02
/** Torque of a catheter that is held. */
const JAM_TORQUE = 0.2
/** Ramp of the speed set point. */
const CLIMB_RAD_S2 = 1000
/** Natural frequency of the loop, critically damped: below the rotation rate, which is smoothed by inertia. */
const LOOP_RAD_S = 40
/** Encoder counts per revolution, to which the loop's phase is rounded. */
const ENCODER_COUNTS = 8192
/** Drift of the lag's pattern per revolution, in revolutions: bends and heartbeat move the shaft. */
const NURD_DRIFT = 0.13

export class RotorDrive {
    /** Angle in revolutions, positive clockwise, and its derivatives in rev/s and rev/s², at the start of a step. */
    angle = 0
    speed = 0
    acceleration = 0
    /** Speed set point in rev/s; 0 brakes, then removes the torque. */
    target = 0
    /** The catheter is jammed. */
    jammed = false
    /** Amplitude of a torque ripple once per revolution, N·m: a bent coupling or a weak motor phase. */
    wobble = 0
    /** Peak lag of the tip in revolutions. */
    private readonly lag: number
    private readonly random
    private chance = 0
    private setSpeed = 0
    private setAngle = 0

    constructor(options: RotorOptions) {
        this.random = xoroshiro128plus(options.seed ^ 0x2070)
        this.lag = (options.nurdDeg ?? 0) / 360
    }

    get atRest(): boolean {
        return this.speed === 0 && this.target === 0 && this.setSpeed === 0
    }

    /** Removes the torque and clears the set point: the rotor coasts to rest. */
    release(): void {
        this.target = 0
        this.setSpeed = 0
    }

    /** Lead of the tip over the drive at drive angle `angle`, in revolutions. */
    tipAhead(angle: number): number {
        return this.lag === 0 ? 0 : -this.lag * Math.sin(RAD_PER_REV * (1 + NURD_DRIFT) * angle)
    }

    /** Completes the present step. */
    endStep(): void {
        const speed = this.speed + this.acceleration * STEP_S
        this.angle += (this.speed + (this.acceleration * STEP_S) / 2) * STEP_S
        // Exactly zero at rest, independent of rounding.
        this.speed = Math.abs(speed) < REST_TURNS_S ? 0 : speed
    }

    /** Computes the acceleration of the next step. */
    beginStep(): void {
        const fade = STEP_S / CHANCE_S
        this.chance +=
            -fade * this.chance +
            DRAG_CHANCE * Math.sqrt(6 * fade) * (2 * uniformFloat64(this.random) - 1)
        const torque = this.motorTorque() + this.wobbleTorque()
        const friction =
            DRAG_COULOMB +
            this.chance +
            DRAG_RIPPLE * Math.sin(RAD_PER_REV * this.angle) +
            (this.jammed ? JAM_TORQUE : 0)
        const viscous = DRAG_VISCOUS * RAD_PER_REV * this.speed
        this.acceleration = this.underFriction(torque - viscous, friction)
    }

    /** Friction brakes a turning rotor, and holds one at rest up to its limit. */
    private underFriction(torque: number, friction: number): number {
        const per = 1 / (INERTIA * RAD_PER_REV)
        if (this.speed === 0) {
            const left = Math.abs(torque) - friction
            return left <= 0 ? 0 : Math.sign(torque) * left * per
        }
        const acceleration = (torque - Math.sign(this.speed) * friction) * per
        const after = this.speed + acceleration * STEP_S
        // The rotor stops within this step.
        return after * this.speed < 0 ? -this.speed / STEP_S : acceleration
    }

    private wobbleTorque(): number {
        return this.speed === 0 ? 0 : this.wobble * Math.sin(RAD_PER_REV * this.angle)
    }

    private motorTorque(): number {
        const climb = (CLIMB_RAD_S2 / RAD_PER_REV) * STEP_S
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
            RAD_PER_REV *
            (2 * LOOP_RAD_S * (this.setSpeed - this.speed) +
                LOOP_RAD_S ** 2 * (this.setAngle - seen))
        if (Math.abs(torque) <= TORQUE_MAX) return torque
        // Anti-windup at the torque limit.
        this.setAngle -= this.setSpeed * STEP_S
        return Math.sign(torque) * TORQUE_MAX
    }
}
