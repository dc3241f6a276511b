// What the clients have in common that let an operator use a cart: its state, the questions, and a fault that must first be ended.

import * as machine from "../../shared/cart-machine"
import type { Status } from "../../shared/protocol/messages"
import { RunError } from "../errors"
import { stoppedText } from "../fault-text"
import type { CartSession } from "../link/cart-session"
import { acknowledging, resetting } from "./motions"
import type { Motion, Operator } from "./operator"

export abstract class OperatedClient {
    state = machine.STATE_BOOT
    failure: RunError | undefined
    /** The user ends what is in progress. */
    protected aborted = false
    /** Whether the cart has been in fault or stopped since the session opened; undefined before its first status. */
    private isFoundLatched: boolean | undefined

    /** @param operator is asked before each motion, and before a fault is acknowledged or the cart is reset */
    protected constructor(
        protected readonly session: CartSession,
        private readonly operator: Operator
    ) {}

    get stateName(): string {
        return machine.STATE_NAMES[this.state] ?? `state ${this.state}`
    }

    /** Requests something once the operator has allowed it, unless the cart has changed its state meanwhile. */
    protected ask(motion: Motion, go: () => void): void {
        const { state, session } = this
        this.operator(
            motion,
            () => {
                if (this.aborted || this.failure) return
                if (this.state === state) {
                    session.takeControl()
                    go()
                } else this.fail(`The cart is ${this.stateName} now; start the command again.`)
            },
            why => this.fail(why)
        )
    }

    /**
     * To be called with each status, after its state was handled. A fault that the cart had before this command may be
     * acknowledged; one that occurs later ends the command.
     */
    protected checkLatched({ state, fault, fault_value }: Status): void {
        const isLatched = machine.isLatched(state)
        const before = this.isFoundLatched
        this.isFoundLatched = isLatched && (before ?? true)
        if (!isLatched || before || this.aborted) return
        // The event with the fault is not received if the link was lost.
        if (before === false) this.failByFault(fault, fault_value)
        else if (state === machine.STATE_STOPPED)
            this.ask(resetting(fault), () => this.session.command(machine.COMMAND_RESET))
        else this.ask(acknowledging(fault), () => this.session.command(machine.COMMAND_ACKNOWLEDGE))
    }

    /** A person has seen the warnings of the cart. @returns why they cannot be acknowledged now */
    acknowledgeWarnings(): string | undefined {
        if (machine.isLatched(this.state))
            return `the cart is in state ${this.stateName}: end that first, which acknowledges its warnings too`
        this.session.command(machine.COMMAND_ACKNOWLEDGE)
        return undefined
    }

    /** A person wants silence: no alarm of the cart sounds for two minutes, unless a new one begins. */
    pauseSound(): void {
        this.session.command(machine.COMMAND_PAUSE_SOUND)
    }

    protected failByFault(fault: number, value?: number): void {
        this.fail(stoppedText(fault, { value, state: this.state }))
    }

    protected fail(sentence: string): void {
        this.failure ??= new RunError(sentence)
    }
}
