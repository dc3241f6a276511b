// The six-point ramp generator of the TMC5160: plans positioning, velocity and hold mode, switch stops and StallGuard
// stops. The arithmetic is in ramp-profile.ts and ramp-segments.ts, the motion in ramp-motion.ts.
// Source: TMC5160 data sheet, 12.2 and 12.4.
import { stoppingDistance } from "./ramp-profile"
import { RampMotion, type Direction } from "./ramp-motion"
import { braking, cruise, even, faster, slower, toSpeed } from "./ramp-segments"

export const RAMPMODE = {
    position: 0,
    velocityPlus: 1,
    velocityMinus: 2,
    hold: 3,
} as const

/** Distance from the stopping distance, in usteps, within which a ramp counts as having reached it. */
const MEET_TOLERANCE = 1e-3
/** A ramp within half a microstep of its target and slow enough to stop there has arrived. */
const ARRIVAL = 0.5

export class RampGenerator extends RampMotion {
    mode: number = RAMPMODE.position
    /** Set by the switch logic: a stop is active in this direction. */
    blockedLeft = false
    blockedRight = false
    /** A StallGuard stop holds the motor until cleared. */
    blockedBySg = false
    softStop = false
    /** Direction of a motion that stopped before its target: reversing then counts as a second move. */
    private pendingReverse: Direction = 0

    setMode(mode: number): void {
        this.mode = mode
        this.retarget()
    }

    /** Direction requested by the registers, regardless of stops. */
    get requested(): Direction {
        const p = this.parameters
        if (this.mode === RAMPMODE.position) {
            const d = this.target - this.x
            if (Math.abs(d) < ARRIVAL || Math.max(p.vmax, p.vstart) === 0) return 0
            return d > 0 ? 1 : -1
        }
        if (this.mode === RAMPMODE.hold || p.vmax === 0) return 0
        return this.mode === RAMPMODE.velocityPlus ? 1 : -1
    }

    private blocked(dir: Direction): boolean {
        return this.blockedBySg || (dir < 0 ? this.blockedLeft : dir > 0 && this.blockedRight)
    }

    /** Selects the next parabola; after a stop it is called again. */
    protected override plan(): void {
        this.use(even(Infinity))
        if (this.dir !== 0 && this.blocked(this.dir)) {
            if (this.softStop) return this.brake(false)
            this.stop()
        }
        if (this.dir === 0 && !this.start()) return
        if (this.mode === RAMPMODE.position) this.planPosition()
        else if (this.mode !== RAMPMODE.hold) this.planVelocity()
    }

    /** Starts from standstill if a motion is requested; false: stays at rest. */
    private start(): boolean {
        const requested = this.requested
        if (requested === 0 || this.blocked(requested)) return false
        if (this.timeUs < this.waitEndUs) {
            this.use(even((this.waitEndUs - this.timeUs) * 1e-6))
            return false
        }
        const p = this.parameters
        const position = this.mode === RAMPMODE.position
        const first = position ? p.vstart : 0
        const accel = position && first < p.v1 ? p.a1 : p.amax
        if (first === 0 && accel === 0) return false
        if (position && this.pendingReverse === -requested) this.secondMove = true
        this.pendingReverse = 0
        this.dir = requested
        this.speed = first
        this.decelerating = false
        return true
    }

    /** Velocity modes: AMAX for both acceleration and deceleration, through zero for a reversal. */
    private planVelocity(): void {
        const { vmax, amax } = this.parameters
        const requested = this.mode === RAMPMODE.velocityPlus ? 1 : -1
        const goal = this.dir === requested ? vmax : 0
        if (this.speed === 0 && goal === 0) this.stop()
        else if (this.speed !== goal && amax > 0) this.use(toSpeed(this.speed, goal, amax))
    }

    private planPosition(): void {
        const p = this.parameters
        const d = (this.target - this.x) * this.dir
        const stopping = stoppingDistance(p, this.speed)
        if (this.decelerating || d <= stopping + (this.speed > p.vstop ? MEET_TOLERANCE : 0)) {
            this.decelerating = true
            return this.brake(true)
        }
        // in positioning mode there is no motion below VSTART, so a lower VMAX is not reached
        const goal = Math.max(p.vmax, p.vstart)
        const low = this.speed < p.v1 || (this.speed === p.v1 && goal < p.v1)
        const rate = low ? p.a1 : p.amax
        if (this.speed === 0 && (goal === 0 || rate === 0)) this.stop()
        else if (this.speed === goal || rate === 0) this.use(cruise(p, this.speed, d))
        else this.use((this.speed < goal ? faster : slower)(p, this.speed, d, goal, rate))
    }

    /** Brakes to VSTOP; then creeps to the target, or stops at once if past it or for a switch. */
    private brake(toTarget: boolean): void {
        if (this.speed > this.parameters.vstop)
            return this.use(braking(this.parameters, this.speed))
        const d = (this.target - this.x) * this.dir
        if (toTarget && d > ARRIVAL && this.speed > 0) return this.use(even(d / this.speed, true))
        if (toTarget && Math.abs(d) <= ARRIVAL) return this.arrive()
        if (toTarget) this.pendingReverse = this.dir
        this.stop()
    }
}
