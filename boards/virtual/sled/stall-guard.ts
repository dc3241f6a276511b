// StallGuard2 of the TMC5160: a load value from the motor's back EMF, measured once per full step, with noise and with the
// tolerance of the motor.
// Source: TMC5160 data sheet, chapter 13. It says: the value falls linearly with the load angle, is 0 near pull-out, its start
// value depends on motor and operating conditions, it is updated once per full step (sfilt: four), and low velocity (below about
// one revolution per second) gives no useful value, as the back EMF is too small. It gives no figures: those below are assumed.

/** Value of an unloaded motor with a large back EMF at SGT 0, its spread between motors, and its change per step of SGT. */
const FREE_VALUE = 900
const MOTOR_SPREAD = 0.3
const PER_SGT = 12
/** Load angle at which the value is 0, as a fraction of pull-out. */
const STALL_RATIO = 0.9
/** Speed, at the rated current, at which the free value is half of `FREE_VALUE`; half the current halves it. */
const HALF_RPS = 6
/** Speed at which half of the load's influence is lost. */
const BLIND_RPS = 1
/** Standard deviation of one measurement: that of a fast motor, and what is added at `BLIND_RPS` (inversely as the speed). */
const NOISE = 12
const NOISE_SLOW = 25
const NOISE_MAX = 200

export interface StallGuardConditions {
    /** Revolutions per second of the field. */
    rps: number
    /** Load angle as a fraction of pull-out, 0..1. */
    load: number
    /** Coil current as a fraction of the motor's rating. */
    current: number
    sgt: number
    filter: boolean
}

export class StallGuard {
    /** The last measurement, 0..1023, before a driver state in which it is not valid. */
    value = 0
    private fullStep = 0
    private readonly last = [0, 0, 0, 0]
    private readonly freeValue: number

    /** `draw`: uniform random numbers 0..1. */
    constructor(private readonly draw: () => number) {
        this.freeValue = FREE_VALUE * (1 + MOTOR_SPREAD * (2 * draw() - 1))
    }

    /** Call with the full step in which the field stands; measures when it has changed. */
    step(fullStep: number, conditions: StallGuardConditions): void {
        if (fullStep === this.fullStep) return
        this.fullStep = fullStep
        this.last[fullStep & 3] = this.measure(conditions)
        if (!conditions.filter) this.value = this.last[fullStep & 3]!
        else if ((fullStep & 3) === 0)
            this.value = Math.round(this.last.reduce((sum, v) => sum + v) / 4)
    }

    private measure(c: StallGuardConditions): number {
        const speed = c.rps / Math.max(0.05, c.current)
        const free = (this.freeValue * speed) / (speed + HALF_RPS)
        const seen = c.rps ** 2 / (c.rps ** 2 + BLIND_RPS ** 2)
        const noise = Math.min(NOISE_MAX, NOISE + (NOISE_SLOW * BLIND_RPS) / Math.max(0.01, c.rps))
        const value =
            free * (1 - (seen * c.load) / STALL_RATIO) + PER_SGT * c.sgt + noise * this.normal()
        return Math.max(0, Math.min(1023, Math.round(value)))
    }

    /** Sum of four uniform numbers, scaled to a standard deviation of 1. */
    private normal(): number {
        return (this.draw() + this.draw() + this.draw() + this.draw() - 2) * Math.sqrt(3)
    }
}
