// Who allows each motion of the sled: software is not an operator, so every motion is asked for before it is requested.

/** What the host is about to request; each kind is allowed separately. */
export type MotionKind = "home" | "calibrate" | "return" | "pull"

/** A motion of the sled, described before it is requested. */
export interface Motion {
    readonly kind: MotionKind
    /** What moves, where to and how fast, in whole sentences. */
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

/** For targets without a patient, such as the virtual board. @param note gets each motion that is allowed */
export function allowsAll(note: (motion: Motion) => void = () => undefined): Operator {
    return (motion, go) => {
        note(motion)
        go()
    }
}

/** Nobody is there who could allow a motion. */
export const nobody: Operator = ({ what }, _go, refuse) =>
    refuse(`Nothing was moved, as no operator can be asked. ${what}`)
