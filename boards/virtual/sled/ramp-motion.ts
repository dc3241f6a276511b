// Position and speed along parabolas in time, evaluated exactly, so that the result is independent of the step size. Handles
// motion, arrival, stops and their flags; ramp-generator.ts selects the next parabola.
// Source: TMC5160 data sheet, 6.3.1 and 6.3.2.2.
import type { RampParameters } from "./ramp-profile"
import { even, type Segment } from "./ramp-segments"

export type Direction = -1 | 0 | 1

export abstract class RampMotion {
    readonly parameters: RampParameters
    /** Latched flags of RAMP_STAT (cleared by writing). At reset XACTUAL equals XTARGET, so the event has occurred. */
    eventPosReached = true
    secondMove = false
    /** Position of the magnetic field: microsteps output so far with direction and step width, never rewritten. */
    fieldUsteps = 0
    /** Microstep table entries per ramp step, signed: 2^MRES, negative with GCONF.shaft. */
    stepWidth = 1
    /** Time of the last step output. */
    lastStepUs: number

    protected timeUs: number
    /** Position in usteps, with fraction; unlike XACTUAL it does not wrap. */
    protected x = 0
    protected target = 0
    protected speed = 0
    protected dir: Direction = 0
    /** Decelerating to the target; only a new target ends that (note at XTARGET in 6.3.1). */
    protected decelerating = false
    protected waitEndUs = -Infinity
    private xtarget = 0
    private planned = false
    private segment = even(Infinity)
    private segmentEndUs = Infinity

    /** `tickUs`: 512 clocks, the period of the ramp generator. */
    constructor(
        private readonly tickUs: number,
        parameters: RampParameters,
        timeUs: number
    ) {
        this.parameters = parameters
        this.timeUs = timeUs
        this.lastStepUs = timeUs
    }

    /** Selects the next parabola with `use`. It may stop; then it is called again. */
    protected abstract plan(): void

    /** XACTUAL as a signed 32-bit number. */
    get xactual(): number {
        return Math.round(this.x) | 0
    }

    /** Signed velocity in usteps/s. */
    get velocity(): number {
        return this.dir * this.speed
    }

    get moving(): boolean {
        return this.dir !== 0
    }

    get positionReached(): boolean {
        return this.xactual === this.xtarget
    }

    get velocityReached(): boolean {
        return this.speed === this.parameters.vmax
    }

    /** t_zerowait_active: time after a stop during which no motion starts. */
    get waiting(): boolean {
        return this.parameters.zerowaitUs > 0 && this.timeUs < this.waitEndUs
    }

    /** Time until which nothing moves by itself; Infinity if only a write or a switch can start a motion. */
    get quietUntilUs(): number {
        return this.dir !== 0 ? this.timeUs : this.segmentEndUs
    }

    setXactual(value: number): void {
        this.x = value | 0
        this.retarget()
    }

    setXtarget(value: number): void {
        this.xtarget = value | 0
        this.retarget()
    }

    /** Call after any change of parameters, stops or step width; it takes effect at once. */
    changed(): void {
        this.planned = false
        this.ensurePlan()
    }

    protected retarget(): void {
        // the position may wrap: the distance is the signed 32-bit difference
        this.target = Math.round(this.x) + ((this.xtarget - this.xactual) | 0)
        this.decelerating = false
        if (this.positionReached) this.eventPosReached = true
        this.changed()
    }

    /** Advances to `timeUs`; earlier times are ignored. */
    advanceTo(timeUs: number): void {
        let instant = 0
        while (this.timeUs < timeUs) {
            this.ensurePlan()
            const end = Math.min(timeUs, this.segmentEndUs)
            // several events may share one instant, but time must eventually advance
            instant = end > this.timeUs ? 0 : instant + 1
            if (this.dir !== 0) this.follow((end - this.timeUs) * 1e-6, end >= this.segmentEndUs)
            this.timeUs = instant > 32 ? Math.min(timeUs, end + 1) : end
            if (this.dir !== 0) this.lastStepUs = this.timeUs
            if (end >= this.segmentEndUs) this.finishSegment()
        }
    }

    /** Makes `segment` the present parabola. */
    protected use(segment: Segment): void {
        this.segment = segment
        this.segmentEndUs = this.timeUs + Math.max(0, segment.seconds) * 1e6
    }

    /** Stops now, to be planned again; the next motion waits TZEROWAIT, at least one tick. */
    protected stop(): void {
        this.dir = 0
        this.speed = 0
        this.decelerating = false
        this.waitEndUs = this.timeUs + Math.max(this.parameters.zerowaitUs, this.tickUs)
        this.planned = false
    }

    /** Adds the last fraction of a microstep and stops at the target. */
    protected arrive(): void {
        this.fieldUsteps += (this.target - this.x) * this.stepWidth
        this.x = this.target
        this.eventPosReached = true
        this.stop()
    }

    /** Moves along the present parabola for `dt` seconds; `last`: up to its end. */
    private follow(dt: number, last: boolean): void {
        const { accel, atTarget } = this.segment
        const before = this.x
        let after = before + this.dir * (this.speed + 0.5 * accel * dt) * dt
        this.speed = Math.max(0, this.speed + accel * dt)
        if (last && atTarget) after = this.target
        this.x = after
        this.fieldUsteps += (after - before) * this.stepWidth
        if ((this.target - before) * (this.target - after) <= 0 && before !== this.target)
            this.eventPosReached = true
    }

    private finishSegment(): void {
        this.planned = false
        if (!Number.isNaN(this.segment.endSpeed)) this.speed = this.segment.endSpeed
        if (this.segment.atTarget) this.stop()
        this.ensurePlan()
    }

    /** A plan may end in a stop, after which another plan follows; two stops never follow each other. */
    private ensurePlan(): void {
        for (let i = 0; i < 4 && !this.planned; i++) {
            this.planned = true
            this.plan()
        }
    }
}
