// The open question of a live session: pages show it with a button, the terminal with a prompt; one answer closes it everywhere.

import { ACKNOWLEDGED_TEXT, RESET_TEXT } from "../run/motions"
import type { Attendant, Motion, MotionKind } from "../run/operator"
import { refusalOf } from "./console-request"

/** The question as the page receives it. */
export interface LiveQuestion {
    /** An answer names it, so that none is given to a question that has been replaced. */
    readonly id: number
    readonly kind: MotionKind
    /** What happens after a yes, in whole sentences. */
    readonly what: string
    /** The words on the button. */
    readonly label: string
}

const LABELS: Readonly<Record<MotionKind, string>> = {
    home: "Home the sled",
    calibrate: "Calibrate the sled",
    return: "Return the sled",
    pull: "Start the pullback",
    live: "Go live",
    acknowledge: "Acknowledge the fault",
    reset: "Reset the cart",
}

/** The page shows the fault itself above the question. */
const AFTER_FAULT: Partial<Readonly<Record<MotionKind, string>>> = {
    acknowledge: ACKNOWLEDGED_TEXT,
    reset: RESET_TEXT,
}

/** What else shows the question. */
export interface QuestionListener {
    /** The command line allows it without a question. */
    onAllowed(motion: Motion): void
    /** @param answer a person said yes */
    onQuestion(motion: Motion, answer: () => void): void
    onWithdrawn(): void
    /** Something went wrong. */
    onTold(sentence: string): void
}

/** What the command line allows before anything has gone wrong; a sentence says why this session never does it. */
export type Allowance = (motion: Motion) => boolean | string

export class LiveQuestions implements Attendant {
    listener: QuestionListener | undefined
    private open: { readonly id: number; readonly motion: Motion; go(): void } | undefined
    private lastId = 0

    /** @param allowance what the command line has allowed */
    constructor(private readonly allowance: Allowance) {}

    ask(motion: Motion, go: () => void, refuse: (why: string) => void, isFirst: boolean): void {
        this.withdraw()
        const allowed = this.allowance(motion)
        if (typeof allowed === "string") return refuse(allowed)
        if (allowed && isFirst) {
            this.listener?.onAllowed(motion)
            return go()
        }
        const id = ++this.lastId
        this.open = { id, motion, go }
        this.listener?.onQuestion(motion, () => void this.answer(id))
    }

    withdraw(): void {
        if (!this.open) return
        this.open = undefined
        this.listener?.onWithdrawn()
    }

    tell(sentence: string): void {
        this.listener?.onTold(sentence)
    }

    /** A person says yes. @returns the sentence by which the answer was refused */
    answer(id: number): string | undefined {
        const { open } = this
        if (open?.id !== id)
            return refusalOf("the cart has changed meanwhile; read what it shows now")
        this.withdraw()
        open.go()
        return undefined
    }

    state(): LiveQuestion | null {
        if (!this.open) return null
        const { id, motion } = this.open
        const { kind } = motion
        return { id, kind, what: AFTER_FAULT[kind] ?? motion.what, label: LABELS[kind] }
    }
}
