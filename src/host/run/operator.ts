// Who allows what a cart does: software is not an operator, so each motion, and each end of a fault, is asked for first.

/** What the host is about to request; each kind is allowed separately. Acknowledge and reset move nothing, but allow motion again. */
export type MotionKind = "home" | "calibrate" | "return" | "pull" | "live" | "acknowledge" | "reset"

/** A motion of the sled, or the end of a fault or an emergency stop, described before it is requested. */
export interface Motion {
    readonly kind: MotionKind
    /** What moves, where to and how fast, or what the fault is, in whole sentences. */
    readonly what: string
    /** The question to the operator. */
    readonly question: string
}

/**
 * Asks the operator for a motion. One of the two functions is called once: at once if the answer is known, else when it is
 * given. The caller checks that the cart is still in the same state then.
 * @param refuse gets a sentence: why the motion is not allowed, and what to do next
 */
export type Operator = (motion: Motion, go: () => void, refuse: (why: string) => void) => void

/**
 * Who watches a session that goes on after a fault. A question stays open until it is answered or the cart changes its state:
 * the operator's answer is the fresh action that a motion needs.
 */
export interface Attendant {
    /**
     * @param isFirst whether the command line may have allowed it; false from the first fault, stop or lost link on
     * @param refuse gets a sentence if nobody may be asked for this
     */
    ask(motion: Motion, go: () => void, refuse: (why: string) => void, isFirst: boolean): void
    /** Takes back the open question. */
    withdraw(): void
    /** Says what went wrong. */
    tell(sentence: string): void
}

/**
 * For targets without a patient, such as the virtual board: allows all motions. A fault of a cart that ends with its command is
 * not acknowledged, but reported.
 * @param note gets each motion that is allowed
 */
export function allowsAll(note: (motion: Motion) => void = () => undefined): Operator {
    return (motion, go, refuse) => {
        if (motion.kind === "acknowledge" || motion.kind === "reset") return refuse(motion.what)
        note(motion)
        go()
    }
}

/** Nobody is there who could allow a motion. */
export const nobody: Operator = ({ what }, _go, refuse) =>
    refuse(`Nothing was moved, as no operator can be asked. ${what}`)
