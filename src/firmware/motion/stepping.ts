// Responsible for: a pullback from stop to stop, paced by time or by the triggers of an ECG.
// Not for: where the stops are (wire/motion-steps.ts), or an even pullback (pullback.ts).

import {
    GATE_BEAT,
    GATE_IGNORE,
    GATE_TIMED_OUT,
    checkTrigger,
    stopNm,
} from "../../shared/motion/move-steps"
import { MOVE_GATED, MovePlan } from "../../shared/motion/move-terms"
import {
    EVENT_STOP_REACHED,
    EVENT_TRIGGERS_LOST,
    FAULT_MOVE_LATE,
    FAULT_POSITION,
    GOOD,
} from "../../shared/codes"
import { CartFault } from "../platform/cart-fault"
import { ImagedMove } from "./imaged-move"
import { Sled } from "./sled"

/** A stop further from its place is none: play, windup and what the screw's table leaves, twice over. */
const STOP_LIMIT_NM = 20000
/** On top of the planned time of a step: the control loop, twice. */
const LATE_MS = 100

const MOVING = 0
const SETTLING = 1
const WAITING = 2
const IMAGING = 3
/** The last stop was imaged; the frame under way is fired to its end, or the host would take it for one with gaps. */
const ENDING = 4
const DONE = 5

/** The gate follows the phase by a bus transfer or two: a dwell is never shorter than asked for. */
const GATE_MS = 2

/** Where triggers come from: a count that only grows and the line clock, of one moment, and the clock at the last one. */
export interface TriggerInput {
    triggers: number
    tick_us: number
    triggerTickUs(): Promise<number>
}

export class Stepping implements ImagedMove {
    plan: MovePlan | undefined = undefined
    vouched = false
    speed_error_ppm = 0
    outcome = GOOD

    private phase = DONE
    private index = 0
    /** When the phase began, in ms. */
    private since_ms = 0
    private triggers = 0
    /** Line clock at the last trigger that counted, or when waiting for the first one began. */
    private counted_us = 0
    private first = true

    constructor(
        private sled: Sled,
        private input: TriggerInput,
        private tell: (code: number, value: number) => void
    ) {}

    async start(plan: MovePlan, now_ms: number): Promise<void> {
        this.plan = plan
        this.outcome = GOOD
        this.vouched = false
        this.index = 0
        this.first = true
        await this.go(plan, now_ms)
    }

    private async go(plan: MovePlan, now_ms: number): Promise<void> {
        this.enter(MOVING, now_ms)
        await this.sled.moveTo(this.sled.motorFor(stopNm(plan, this.index)), plan.speed_nm_s)
    }

    private enter(phase: number, now_ms: number): void {
        this.phase = phase
        this.since_ms = now_ms
        this.vouched = phase === IMAGING
    }

    async step(now_ms: number, _tick_us: number, _position_nm: number): Promise<boolean> {
        const plan = this.plan
        if (!plan || this.phase === DONE) return true
        const in_phase_ms = now_ms - this.since_ms
        if (this.phase === MOVING) {
            if (this.sled.arrived()) this.enter(SETTLING, now_ms)
            else if (in_phase_ms > this.moveLimitMs(plan))
                throw new CartFault(FAULT_MOVE_LATE, this.sled.positionNm())
        } else if (this.phase === SETTLING) {
            if (in_phase_ms >= plan.settle_ms) this.settled(plan, now_ms)
        } else if (this.phase === WAITING) {
            await this.wait(plan, now_ms)
        } else if (this.phase === ENDING) {
            if (in_phase_ms >= plan.settle_ms) await this.end(now_ms)
        } else if (in_phase_ms >= plan.dwell_ms + GATE_MS) await this.next(plan, now_ms)
        return this.phase === DONE
    }

    private moveLimitMs(plan: MovePlan): number {
        const planned_ms = this.index === 0 ? plan.run_up_end_ms : plan.step_ms
        return planned_ms * 1.05 + LATE_MS
    }

    private settled(plan: MovePlan, now_ms: number): void {
        const position_nm = this.sled.positionNm()
        const apart_nm = position_nm - stopNm(plan, this.index)
        if (Math.abs(apart_nm) > STOP_LIMIT_NM) throw new CartFault(FAULT_POSITION, apart_nm)
        if (plan.kind !== MOVE_GATED) return this.image(now_ms)
        if (this.first) {
            // What came before the sled stood at its first stop says nothing.
            this.triggers = this.input.triggers
            this.counted_us = this.input.tick_us
        }
        this.enter(WAITING, now_ms)
    }

    private image(now_ms: number): void {
        this.enter(IMAGING, now_ms)
        this.tell(EVENT_STOP_REACHED, this.sled.positionNm())
    }

    private async wait(plan: MovePlan, now_ms: number): Promise<void> {
        const triggers = this.input.triggers
        const triggered = triggers !== this.triggers
        this.triggers = triggers
        const tick_us = triggered ? await this.input.triggerTickUs() : this.input.tick_us
        const since_ms = ((tick_us - this.counted_us) >>> 0) / 1000
        const verdict = checkTrigger(plan, since_ms, triggered, this.first)
        if (verdict === GATE_TIMED_OUT) {
            this.outcome = EVENT_TRIGGERS_LOST
            this.tell(EVENT_TRIGGERS_LOST, this.sled.positionNm())
            await this.end(now_ms)
        } else if (verdict === GATE_BEAT) {
            this.first = false
            this.counted_us = tick_us
            this.image(now_ms)
        } else if (verdict === GATE_IGNORE) return
    }

    private async next(plan: MovePlan, now_ms: number): Promise<void> {
        this.index++
        if (this.index >= plan.stops) this.enter(ENDING, now_ms)
        else await this.go(plan, now_ms)
    }

    private async end(now_ms: number): Promise<void> {
        this.enter(DONE, now_ms)
        await this.sled.hold()
    }
}
