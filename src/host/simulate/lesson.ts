// The lesson of a whole pullback: its steps, each done by what the cart reports.

import * as machine from "../../shared/cart-machine"
import type { LessonState } from "./messages"

const TITLE = "A whole pullback"

interface Step {
    readonly text: string
    /** Whether it is done by this change of the cart's state. */
    isDone(state: number, before: number): boolean
}

const STEPS: readonly Step[] = [
    { text: "HOME", isDone: (_, before) => before === machine.STATE_HOMING },
    { text: "LIVE", isDone: state => state === machine.STATE_LIVE },
    { text: "ARM", isDone: state => state === machine.STATE_ARMED },
    { text: "START", isDone: state => state === machine.STATE_PULLING },
    {
        text: "watch, be ready to stop",
        isDone: (state, before) =>
            before === machine.STATE_PULLING && state === machine.STATE_COMPLETED,
    },
    {
        text: "RETURN (hold)",
        isDone: (state, before) =>
            before === machine.STATE_RETURNING && state === machine.STATE_READY,
    },
]
const REVIEW = "open the review"
/** After a fault or an e-stop it comes before all others. */
const ACK = "ACK"
/** A pullback needs no further homing. */
const AFTER_HOMING = 1

/** States that undo steps: what must be done again from there on. */
function firstUndone(state: number): number | undefined {
    if (state === machine.STATE_UNHOMED || machine.isLatched(state)) return 0
    if (state === machine.STATE_BOOT || state === machine.STATE_SELF_TEST) return 0
    return undefined
}

export class Lesson {
    /** Steps that are done, in their order. */
    private done = 0
    private reviewed = false
    cartState = machine.STATE_BOOT

    /** To be called with each state that the cart reports. */
    onState(state: number): void {
        const before = this.cartState
        if (state === before) return
        this.cartState = state
        const undone = firstUndone(state)
        if (undone !== undefined) this.done = undone
        // Standby, or another pullback.
        else if (state === machine.STATE_READY && this.done < STEPS.length - 1)
            this.done = Math.min(this.done, AFTER_HOMING)
        else if (state === machine.STATE_LIVE && this.done >= STEPS.length) this.done = AFTER_HOMING
        if (state === machine.STATE_PULLING) this.reviewed = false
        if (STEPS[this.done]?.isDone(state, before)) this.done++
    }

    /** The operator has opened the review of the latest run. */
    onReviewed(): void {
        this.reviewed = true
    }

    state(): LessonState {
        const isComplete = this.done === STEPS.length
        const isFirstAck = machine.isLatched(this.cartState)
        return {
            title: TITLE,
            steps: [
                ...(isFirstAck ? [{ text: ACK, done: false, current: true }] : []),
                ...STEPS.map(({ text }, i) => ({
                    ...{ text, done: i < this.done, current: !isFirstAck && i === this.done },
                })),
                {
                    text: REVIEW,
                    done: isComplete && this.reviewed,
                    current: isComplete && !this.reviewed,
                },
            ],
        }
    }
}
